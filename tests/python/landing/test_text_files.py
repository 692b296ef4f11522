"""CSV and JSON lines: what is understood, what is quarantined, what is refused."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from viaggio.landing import content

from .conftest import Place, zones

EVENT = {"event_date": "20240501", "event_timestamp": 1714557600000000, "event_name": "click"}


def events(*changes: dict[str, object]) -> str:
    return "".join(json.dumps(EVENT | change) + "\n" for change in changes)


def test_csv_is_typed_and_partitioned_by_day(place: Place) -> None:
    place.drop("store/visit_zone/a.csv", zones(3))
    report = place.land()
    assert report.rows_raw == 3
    assert report.affected_days == {
        ("store", "visit_zone"): {date(2024, 5, 1), date(2024, 5, 2), date(2024, 5, 3)}
    }
    rows = place.rows(
        "store", "visit_zone", "visit_id, entered_at, left_at, event_day, _source_file, _loaded_at"
    )
    assert rows[0] == (
        "v0",
        datetime(2024, 5, 1, 10),
        None,
        date(2024, 5, 1),
        "store/visit_zone/a.csv",
        report.loaded_at,
    )


def test_empty_tables_can_be_read(place: Place) -> None:
    place.land()
    assert place.rows("ga4", "event") == []
    assert place.query(f"select count(*) from {place.ledger('file')}") == [(0,)]


def test_byte_order_mark_crlf_header_case_and_quoted_newlines(place: Place) -> None:
    place.drop(
        "crm/contact/a.csv",
        '\ufeffID , Property_Email,property_lastname\r\n1,a@shop.example,"two\r\nlines"\r\n'
        '2,,"says ""hi"", twice"\r\n',
    )
    assert place.land().rows_raw == 2
    assert place.rows("crm", "contact", "id, property_email, property_lastname") == [
        ("1", "a@shop.example", "two\r\nlines"),
        ("2", None, 'says "hi", twice'),
    ]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_delimiter_is_the_one_that_fits_the_contract(place: Place, delimiter: str) -> None:
    lines = ["id,order_id,quantity,price", "1,o1,2,3.50"]
    place.drop("store/order_line/a.csv", "\n".join(lines).replace(",", delimiter))
    place.land()
    assert place.rows("store", "order_line", "id, quantity, price") == [("1", 2, Decimal("3.5000"))]


def test_semicolons_with_decimal_commas_and_grouped_thousands(place: Place) -> None:
    place.drop(
        "store/order_line/a.csv",
        "id;order_id;quantity;price;title\n1;o;1;3,50;a, b\n2;o;1.000;1.234,5;x\n3;o;1;1.234;y\n",
    )
    place.land()
    assert place.rows("store", "order_line", "id, quantity, price, title") == [
        ("1", 1, Decimal("3.5"), "a, b"),
        ("2", 1000, Decimal("1234.5"), "x"),
        ("3", 1, Decimal("1234"), "y"),
    ]


def test_semicolons_with_decimal_points_stay_points(place: Place) -> None:
    place.drop("store/order_line/a.csv", "id;order_id;quantity;price\n1;o;1;1.234\n")
    place.land()
    assert place.rows("store", "order_line", "price") == [(Decimal("1.234"),)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-01T10:00:00", datetime(2024, 5, 1, 10)),
        ("2024-05-01 10:00:00.250 ", datetime(2024, 5, 1, 10, 0, 0, 250_000)),
        ("2024-05-01T10:00:00Z", datetime(2024, 5, 1, 10)),
        ("2024-05-01T10:00:00+02:00", datetime(2024, 5, 1, 8)),
        ("2024-05-01 10:00:00 +0200", datetime(2024, 5, 1, 8)),
        ("2024-05-01 10:00:00 -03:00", datetime(2024, 5, 1, 13)),
        ("2024-05-01 10:00:00 Z", datetime(2024, 5, 1, 10)),
        ("2024-05-01 23:30:00-0500", datetime(2024, 5, 2, 4, 30)),
        ("2024-05-01", datetime(2024, 5, 1)),
    ],
)
def test_timestamps_become_utc(place: Place, text: str, expected: datetime) -> None:
    place.drop("store/visit_zone/a.csv", f"visit_id,zone,entered_at\nv,till,{text}\n")
    place.land()
    assert place.rows("store", "visit_zone", "entered_at, event_day") == [
        (expected, expected.date())
    ]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("quantity", "two", "quantity: not a bigint"),
        ("quantity", "1.5", "quantity: not a bigint"),
        ("quantity", "99999999999999999999", "quantity: not a bigint"),
        ("quantity", "", "quantity: required, but empty"),
        ("price", "free", "price: not a decimal(18, 4)"),
        ("price", "1,5", "price: not a decimal(18, 4)"),
        ("order_id", "  ", "order_id: required, but empty"),
        ("order_id", "N/A", "order_id: required, but empty"),
        ("order_id", "\u00a0(Not Set)\u200b", "order_id: required, but empty"),
        ("order_id", "0", "order_id: required, but empty"),
    ],
)
def test_bad_value_is_quarantined(place: Place, column: str, value: str, reason: str) -> None:
    good = {"id": "1", "order_id": "o", "quantity": "1e2", "price": "2"}
    rows = [good | {"id": str(number)} for number in range(200)]
    rows[42][column] = f'"{value}"'
    text = "\n".join([",".join(good), *(",".join(row.values()) for row in rows)])
    place.drop("store/order_line/a.csv", text)
    report = place.land()
    assert (report.rows_raw, report.rows_quarantined) == (199, 1)
    ((number, text, said),) = place.quarantined()
    assert (number, said) == (43, reason)
    assert json.loads(text)["id"] == "42"
    assert not report.failed_in_part


@pytest.mark.parametrize(("value", "is_refused"), [("0", False), ("N/A", False), (" ", True)])
def test_a_row_keeps_its_own_key(place: Place, value: str, is_refused: bool) -> None:
    """A till may count from 0; but a key that says nothing is nobody's."""
    place.drop(
        "store/order_line/a.csv",
        f"id,order_id,quantity,price\n{value},o,1,2\n"
        + "".join(f"l{number},o,1,2\n" for number in range(200)),
    )
    assert place.land().rows_quarantined == int(is_refused)


def test_a_tie_must_say_whose_it_is(place: Place) -> None:
    """A contact may have the number 0; nobody else's row may point to it."""
    rows = "".join(f"{number},c\n" for number in range(200))
    place.drop("crm/contact/a.csv", f"id,property_phone\n{rows}")
    place.drop("crm/engagement_contact/a.csv", f"engagement_id,contact_id\n{rows}e,0\n")
    assert place.land().rows_quarantined == 1
    ((_, _, said),) = place.quarantined()
    assert said == "contact_id: required, but empty"


@pytest.mark.parametrize(
    ("entered_at", "reason"),
    [
        (timedelta(hours=1), "entered_at: in the future"),
        (timedelta(minutes=1), None),
        ("1999-12-31 23:59:59", "entered_at: before 2000"),
        ("2000-01-01 00:00:00", None),
        ("infinity", "entered_at: not a timestamp"),
        ("2024-02-30", "entered_at: not a timestamp"),
    ],
)
def test_moments_must_be_possible(
    place: Place, entered_at: str | timedelta, reason: str | None
) -> None:
    """A time span is one from now on."""
    if isinstance(entered_at, timedelta):
        entered_at = (datetime.now(UTC) + entered_at).isoformat()
    text = zones(200) + f"w,till,{entered_at},,\n"
    place.drop("store/visit_zone/a.csv", text)
    place.land()
    assert [said for _, _, said in place.quarantined()] == ([reason] if reason else [])


def test_days_and_marked_columns_may_be_old_or_in_the_future(place: Place) -> None:
    place.drop("store/location/a.csv", "id,opened_at\n1,1974-03-01\n2,2090-01-01\n")
    tomorrow = date.today() + timedelta(days=3)
    place.drop(
        "ads/campaign_day/a.csv",
        "date,platform,campaign_id,currency,cost\n"
        + "2024-05-01,google,c,EUR,1\n" * 200
        + f"{tomorrow},google,c,EUR,1\n2024-05-01 12:30:00,google,c,EUR,1\n",
    )
    place.land()
    assert [row[0].year for row in place.rows("store", "location", "opened_at")] == [1974, 2090]
    assert [said for _, _, said in place.quarantined()] == [
        "date: in the future",
        "date: not a date",
    ]


def test_rows_that_do_not_match_the_header_are_quarantined_with_their_numbers(
    place: Place,
) -> None:
    lines = zones(300).splitlines()
    lines[10] = "short,till"
    lines[20] = lines[20] + ",too,many"
    lines[30] = "v29,till,noon,,"
    place.drop("store/visit_zone/a.csv", "\n".join(lines))
    report = place.land()
    assert (report.rows_raw, report.rows_quarantined) == (297, 3)
    numbers = [(number, said.split(":")[-1].strip()) for number, _, said in place.quarantined()]
    assert numbers == [(10, "missing columns"), (20, "too many columns"), (30, "not a timestamp")]
    assert place.quarantined()[0][1] == "short,till"


def test_a_quote_that_is_never_closed_refuses_the_file(place: Place) -> None:
    lines = zones(300).splitlines()
    lines[200] = 'v199,"till,2024-05-01,,'
    place.drop("store/visit_zone/a.csv", "\n".join(lines))
    assert place.land().failed_in_part
    error = place.error("store/visit_zone/a.csv")
    assert (error["row"], error["reason"]) == (200, "a quote opened in row 200 is never closed")


@pytest.mark.parametrize(("bad", "outcome"), [(8, "loaded"), (12, "rejected")])
def test_share_of_bad_rows(place: Place, bad: int, outcome: str) -> None:
    place.drop("store/visit_zone/a.csv", zones(1000, bad=bad))
    report = place.land()
    (file,) = report.files
    assert (file.outcome, file.rows_in_file) == (outcome, 1000)
    if outcome == "loaded":
        assert (file.rows_raw, file.rows_quarantined) == (992, 8)
    else:
        error = place.error("store/visit_zone/a.csv")
        assert (error["row"], error["column"]) == (989, "entered_at")
        assert "12 of 1000 rows are bad" in error["reason"]
        assert report.rows_rejected == 1000


def test_missing_required_column_names_file_and_column(place: Place) -> None:
    place.drop("store/visit_zone/a.csv", "visit_id,entered_at\nv,2024-05-01\n")
    place.drop("ga4/event/a.jsonl", '{"event_date": "20240501"}\n')
    place.land()
    error = place.error("store/visit_zone/a.csv")
    assert (error["file"], error["column"]) == ("store/visit_zone/a.csv", "zone")
    assert place.error("ga4/event/a.jsonl")["reason"] == (
        "required column missing: event_timestamp, event_name"
    )


def test_wrong_header_is_refused_without_showing_it(place: Place) -> None:
    place.drop("crm/contact/a.csv", "7,Ada,ada@shop.example\n8,Bob,bob@shop.example\n")
    place.land()
    error = place.error("crm/contact/a.csv")
    assert error["reason"] == "the first row names no column of the contract"
    assert "ada" not in json.dumps(error).lower()


def test_a_header_alone_is_a_file_without_rows(place: Place) -> None:
    place.drop("store/visit_zone/a.csv", "visit_id,zone,entered_at,")
    (file,) = place.land().files
    assert (file.outcome, file.rows_in_file, file.extra_columns) == ("loaded", 0, ("column_4",))


def test_no_personal_value_leaves_the_quarantine(place: Place) -> None:
    place.drop(
        "store/visit_zone/a.csv",
        "visit_id,zone,entered_at\n" + "v,till,ada@shop.example\n" * 3,
    )
    report = place.land()
    assert "ada" not in report.summary()
    assert "ada" not in json.dumps(place.error("store/visit_zone/a.csv"))
    ((reason,),) = place.query(f"select reason from {place.ledger('file')}")
    assert "entered_at: not a timestamp" in reason


def test_repeated_column_is_refused(place: Place) -> None:
    place.drop("crm/contact/a.csv", "id,note,ID\n7,x,8\n")
    place.land()
    assert place.error("crm/contact/a.csv")["column"] == "id"


@pytest.mark.parametrize(
    ("text", "word", "byte"),
    [
        (b"", "empty", 0),
        (zones(3).replace("till", "cittá").encode("latin-1"), "Latin-1", 51),
        (zones(3).encode("utf-16"), "UTF-16", 0),
        (b"PK\x03\x04 and so on", "ZIP", 0),
    ],
)
def test_unreadable_text_is_refused(place: Place, text: bytes, word: str, byte: int) -> None:
    place.drop("store/visit_zone/a.csv", text)
    place.drop("store/visit_zone/good.csv", zones(2))
    report = place.land()
    assert report.failed_in_part
    assert report.rows_raw == 2
    error = place.error("store/visit_zone/a.csv")
    assert word in error["reason"]
    assert error["byte"] == byte
    assert error["what_to_do"]


def zone_array(rows: int) -> bytes:
    zones = (
        {"visit_id": f"v{n}", "zone": "a,\n]", "entered_at": "2025-06-02"} for n in range(rows)
    )
    return json.dumps(list(zones), indent=1).encode()


def test_a_json_array_is_landed_row_by_row(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "CHUNK_BYTES", 50)
    place.drop("store/visit_zone/a.json", b"\xef\xbb\xbf  " + zone_array(30))
    place.drop("store/visit_zone/mixed.json", zone_array(300)[:-1] + b", 7]")
    report = place.land()
    assert (report.rows_raw, report.rows_quarantined) == (330, 1)
    assert set(place.rows("store", "visit_zone", "zone")) == {("a,\n]",)}


@pytest.mark.parametrize(
    "damaged",
    [
        zone_array(3)[:-20],
        zone_array(3).replace(b"v1", b'v"'),
        zone_array(2) + zone_array(2),
        b"[" * 100_000,
    ],
    ids=["cut off", "no JSON", "two arrays", "deep"],
)
def test_a_damaged_json_array_is_refused(place: Place, damaged: bytes) -> None:
    place.drop("store/visit_zone/a.json", damaged)
    place.land()
    assert "a JSON array whose row" in place.error("store/visit_zone/a.json")["reason"]


def test_gzip_and_truncated_gzip(place: Place) -> None:
    whole = place.drop("store/visit_zone/whole.csv.gz", zones(2000), packed=True)
    data = whole.read_bytes()
    place.drop("store/visit_zone/cut.csv.gz", data[: len(data) // 2])
    place.drop("store/visit_zone/damaged.csv.gz", data[:-8] + b"\0" * 8)
    report = place.land()
    assert report.rows_raw == 2000
    error = place.error("store/visit_zone/cut.csv.gz")
    assert "end too early" in error["reason"]
    assert error["byte"] == len(data) // 2
    assert "damaged" in place.error("store/visit_zone/damaged.csv.gz")["reason"]


def test_json_lines_with_nested_columns(place: Place) -> None:
    place.drop(
        "ga4/event/a.jsonl.gz",
        events(
            {
                "event_params": [{"key": "a", "value": {"int_value": 7.0}}],
                "stream_id": 123,
                "device": {"category": "mobile", "web_info": None},
            },
            {"event_timestamp": "1714557600000000", "items": [], "is_active_user": True},
        ),
        packed=True,
    )
    report = place.land()
    assert report.warnings == ()
    params = {"string_value": None, "int_value": 7, "float_value": None, "double_value": None}
    rows = place.rows("ga4", "event", "stream_id, event_params, device.category, is_active_user")
    assert rows == [
        ("123", [{"key": "a", "value": params}], "mobile", None),
        (None, None, None, True),
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            {"event_params": [{"key": "a", "value": {"int_value": 1.5}}]},
            "event_params.value.int_value: not a bigint",
        ),
        ({"items": [{"price": "cheap"}]}, "items.price: not a double"),
        ({"ecommerce": {"tax_value": "x"}}, "ecommerce.tax_value: not a double"),
        ({"device": {"web_info": "chrome"}}, "device.web_info: not a JSON object"),
        ({"device": "mobile"}, "device: not a JSON value"),
        ({"event_params": {"key": "a"}}, "event_params: not a JSON array"),
        ({"event_date": "20240230"}, "event_date: not a day YYYYMMDD"),
        ({"event_date": "2024-05-01"}, "event_date: not a day YYYYMMDD"),
        ({"event_timestamp": 1714557600}, "event_timestamp: before 2000"),
        ({"event_timestamp": 4102444800000000}, "event_timestamp: in the future"),
        ({"is_active_user": "perhaps"}, "is_active_user: not a boolean"),
        ({"event_name": None}, "event_name: required, but empty"),
    ],
)
def test_bad_leaf_quarantines_the_row(place: Place, change: dict[str, object], reason: str) -> None:
    place.drop("ga4/event/a.jsonl", events(*[{}] * 150, change))
    report = place.land()
    ((number, text, said),) = place.quarantined()
    assert (number, json.loads(text), said) == (151, EVENT | change, reason)
    assert report.rows_raw == 150


def test_broken_json_lines_are_quarantined(place: Place) -> None:
    broken = '{"event_date": "2024\n"text"\n[1]\n'
    place.drop("ga4/event/a.jsonl", events(*[{}] * 400) + "\n\n" + broken)
    report = place.land()
    assert (report.rows_raw, report.rows_quarantined) == (400, 3)
    assert [(number, said) for number, _, said in place.quarantined()] == [
        (number, "the line is not a JSON object") for number in (401, 402, 403)
    ]


def test_nested_columns_in_csv_are_json(place: Place) -> None:
    place.drop(
        "ga4/event/a.csv",
        "event_date,event_timestamp,event_name,geo\n"
        + '20240501,1714557600000000,click,"{""city"": ""Roma"", ""metro"": 1}"\n' * 200
        + "20240501,1714557600000000,click,Roma\n",
    )
    report = place.land()
    assert report.files[0].extra_columns == ("geo.*",)
    assert place.rows("ga4", "event", "geo.city, _extra_columns")[0] == (
        "Roma",
        '{"geo":{"city":"Roma","metro":1}}',
    )
    assert place.quarantined()[0][2] == "geo: not a JSON value"


def test_unknown_columns_are_kept_and_warned_about(place: Place) -> None:
    place.drop("crm/contact/a.csv", "id,shoe_size,note\n1,43,\n2,,\n")
    place.drop(
        "ga4/event/a.jsonl",
        events({"user_ltv": {"revenue": 1.5}}, {"device": {"category": "tv", "brand": "x"}}),
    )
    report = place.land()
    assert not report.failed_in_part
    assert len(report.warnings) == 2
    assert report.warnings[0].endswith("shoe_size, note")
    assert place.rows("crm", "contact", "id, _extra_columns") == [
        ("1", '{"shoe_size":"43"}'),
        ("2", None),
    ]
    assert place.rows("ga4", "event", "_extra_columns") == [
        ('{"device":{"category":"tv","brand":"x"}}',),
        ('{"user_ltv":{"revenue":1.5}}',),
    ]
