"""Parquet files: equal types pass untouched, others are cast with the same checks."""

from __future__ import annotations

import gzip
from datetime import date, datetime
from decimal import Decimal

import pytest

from .conftest import Place

EVENT = "'20240501' as event_date, 1714557600000000 as event_timestamp, 'click' as event_name"


def test_equal_types(place: Place) -> None:
    place.drop_parquet(
        "store/visit_zone/a.parquet",
        "select 'v' || i as visit_id, 'till' as zone,"
        " timestamp '2024-05-01 10:00:00' + to_days(i::integer) as entered_at from range(3) t(i)",
    )
    report = place.land()
    assert report.rows_raw == 3
    assert report.warnings == ()
    assert place.rows("store", "visit_zone", "visit_id, event_day, left_at, product_id")[2] == (
        "v2",
        date(2024, 5, 3),
        None,
        None,
    )


def test_gzipped_parquet(place: Place) -> None:
    path = place.drop_parquet("crm/contact/a.parquet", "select '1' as id")
    packed = path.with_name("b.parquet.gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    assert place.land().rows_raw == 1


def test_other_types_are_cast(place: Place) -> None:
    place.drop_parquet(
        "store/order_line/a.parquet",
        "select 7 as id, 8::utinyint as Order_Id, 2.0::double as quantity, '3.5' as price",
    )
    place.drop_parquet(
        "store/visit_zone/a.parquet",
        "select 'v' as visit_id, 'z' as zone,"
        " timestamptz '2024-05-01 10:00:00+02:00' as entered_at, date '2024-05-02' as left_at",
    )
    place.land()
    rows = place.rows("store", "order_line", "id, order_id, quantity, price")
    assert rows == [("7", "8", 2, Decimal("3.5"))]
    assert place.rows("store", "visit_zone", "entered_at, left_at") == [
        (datetime(2024, 5, 1, 8), datetime(2024, 5, 2))
    ]


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ("{EVENT}, {{'tax_value': 'x'}} as ecommerce", "ecommerce.tax_value: not a double"),
        (
            "{EVENT}, [{{'key': 'a', 'value': {{'int_value': 1.5}}}}] as event_params",
            "event_params.value.int_value: not a bigint",
        ),
        ("{EVENT}, 7 as is_active_user", "is_active_user: not a boolean"),
        ("{EVENT}, [1] as event_bundle_sequence_id", "event_bundle_sequence_id: not a bigint"),
        (
            "'20240501' as event_date, null as event_timestamp, 'click' as event_name",
            "event_timestamp: required, but empty",
        ),
        (
            "'20240501' as event_date, 1 as event_timestamp, 'click' as event_name",
            "event_timestamp: before 2000",
        ),
    ],
)
def test_bad_rows_are_quarantined_with_their_number(
    place: Place, columns: str, reason: str
) -> None:
    bad = columns.format(EVENT=EVENT)
    good = f"select {EVENT} from range(150)"
    place.drop_parquet("ga4/event/a.parquet", f"{good} union all by name select {bad}")
    report = place.land()
    assert report.rows_raw == 150
    assert [(number, said) for number, _, said in place.quarantined()] == [(151, reason)]


def test_struct_fields_are_matched_by_name(place: Place) -> None:
    place.drop_parquet(
        "ga4/event/a.parquet",
        f"select {EVENT}, {{'city': 'Roma', 'country': 'Italy', 'metro': 5}} as geo, 1 as flag",
    )
    report = place.land()
    assert report.files[0].extra_columns == ("geo.*", "flag")
    ((geo, extra),) = place.rows("ga4", "event", "geo, _extra_columns")
    assert geo == {"country": "Italy", "region": None, "city": "Roma"}
    assert extra == '{"geo":{"city":"Roma","country":"Italy","metro":5},"flag":1}'


def test_same_row_as_json_and_as_parquet_has_the_same_hash(place: Place) -> None:
    place.drop_parquet("ga4/event/a.parquet", f"select {EVENT}, {{'city': 'Roma'}} as geo")
    place.drop(
        "ga4/event/b.jsonl",
        '{"event_date": "20240501", "event_timestamp": 1714557600000000, "event_name": "click",'
        ' "geo": {"city": "Roma"}}',
    )
    place.land()
    first, second = place.rows("ga4", "event", "_row_hash, _key_hash")
    assert first == second


@pytest.mark.parametrize("damage", ["cut", "hole", "missing column", "not parquet"])
def test_unusable_parquet_is_refused(place: Place, damage: str) -> None:
    path = place.drop_parquet("crm/contact/a.parquet", "select 'x' as name, 1 as other")
    expected = "required column missing: id"
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-20])
        expected = "cannot be read"
    elif damage == "hole":
        path = place.drop_parquet("crm/contact/a.parquet", "select '1' as id, 'x' as title")
        data = path.read_bytes()
        path.write_bytes(data[:4] + b"\xff" * 30 + data[34:])
        expected = "cannot be read"
    elif damage == "not parquet":
        path.write_text("id\n1\n")
        expected = "named .parquet, but does not begin as Parquet does"
    assert place.land().failed_in_part
    assert place.error("crm/contact/a.parquet")["reason"].startswith(expected)
