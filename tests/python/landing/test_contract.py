"""The contract as read from the dbt sources, and raw files when it changes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from viaggio.landing.initialise import initialise
from viaggio.workspace.contract import Column, Contract, ContractError, load_contract
from viaggio.workspace.ledger import Stamp

from .conftest import Place, zones


def test_the_project_contract() -> None:
    tables = load_contract().tables
    assert len(tables) >= 31
    event = tables["ga4", "event"]
    assert event.event_day == "event_date"
    assert event.column("event_timestamp").required
    assert event.column("event_timestamp").unit == "epoch_microseconds"
    assert event.column("event_params").is_nested
    assert tables["crm", "contact"].column("property_email").pii == "email"
    assert tables["crm", "contact"].updated_at == "property_lastmodifieddate"
    assert ("landing", "file") not in tables


@pytest.mark.parametrize(
    ("meta", "columns", "message"),
    [
        ("{business_key: [id, nr]}", "[{name: id, data_type: varchar}]", "does not have: nr"),
        ("{business_key: [id]}", "[{name: id, data_type: wrong(}]", "column id"),
        (
            "{business_key: [id]}",
            "[{name: id, data_type: varchar}, {name: ID, data_type: date}]",
            "twice: id",
        ),
    ],
)
def test_a_contract_that_cannot_work_is_refused(
    tmp_path: Path, meta: str, columns: str, message: str
) -> None:
    folder = tmp_path / "models" / "staging" / "x"
    folder.mkdir(parents=True)
    (folder / "_x__sources.yml").write_text(
        f"sources: [{{name: x, tables: [{{name: t, config: {{meta: {meta}}},"
        f" columns: {columns}}}]}}]"
    )
    with pytest.raises(ContractError, match=message):
        load_contract(tmp_path)


def test_every_table_of_the_project_can_be_read_when_empty(place: Place) -> None:
    contract = load_contract()
    initialise(place.data_dir, contract)
    for (source, name), table in contract.tables.items():
        with duckdb.connect() as con:
            relation = con.sql(f"from {place.raw(source, name)}")
            held = dict(zip(relation.columns, map(str, relation.types), strict=True))
        expected = {column.name: str(column.type) for column in table.columns}
        assert {name: held[name] for name in expected} == expected
        assert list(held)[len(expected) :] == [
            "_extra_columns",
            "_source_file",
            "_source_row",
            "_loaded_at",
            "_row_hash",
            "_key_hash",
            "event_day",
        ]


def test_every_table_of_the_project_lands_a_row(place: Place) -> None:
    place.contract = load_contract()
    values = {"timestamp": "2024-05-01T10:00:00Z", "date": "2024-05-01", "varchar": "20240501"}
    for (source, name), table in place.contract.tables.items():
        row = {
            column.name: 1714557600000000 if column.unit else values.get(column.type.id, 1)
            for column in table.columns
            if not column.is_nested
        }
        place.drop(f"{source}/{name}/a.jsonl", json.dumps(row))
    report = place.land()
    assert report.rows_raw == len(place.contract.tables)
    assert place.rows("store", "refund_line", "reason") == [("20240501",)]


def test_a_changed_contract_brings_older_raw_files_along(place: Place) -> None:
    place.drop("store/visit_zone/a.csv", zones(20))
    place.land()
    before = place.rows("store", "visit_zone", "visit_id, _row_hash, _key_hash, _loaded_at")
    old = place.contract.tables["store", "visit_zone"]
    kept = tuple(column for column in old.columns if column.name != "left_at")
    new = replace(old, columns=(*kept, Column("shelf", "bigint")), business_key=("visit_id",))
    place.contract = Contract({**place.contract.tables, new.key: new})
    place.drop(
        "store/visit_zone/b.csv",
        "visit_id,zone,entered_at,shelf\nw,till,2024-05-01,7\n",
    )
    place.land()
    rows = place.rows("store", "visit_zone", "visit_id, shelf, _loaded_at, event_day")
    assert len(rows) == 21
    assert [row[1] for row in rows] == [None] * 20 + [7]
    after = place.rows("store", "visit_zone", "visit_id, _row_hash, _key_hash, _loaded_at")[:20]
    assert [(row[0], row[3]) for row in before] == [(row[0], row[3]) for row in after]
    assert all(old[2] != new[2] for old, new in zip(before, after, strict=True))


def test_columns_that_left_the_contract_are_kept(place: Place) -> None:
    place.drop(
        "store/visit_zone/a.csv", "visit_id,zone,entered_at,product_id,x\nv,z,2024-05-01,p,1"
    )
    place.land()
    old = place.contract.tables["store", "visit_zone"]
    kept = tuple(column for column in old.columns if column.name != "product_id")
    place.contract = Contract({**place.contract.tables, old.key: replace(old, columns=kept)})
    place.land()
    ((extra,),) = place.rows("store", "visit_zone", "_extra_columns")
    assert json.loads(extra) == {"x": "1", "product_id": "p"}


def test_an_unchanged_contract_rewrites_nothing(place: Place) -> None:
    place.drop("store/visit_zone/a.csv", zones(20))
    place.land()
    stamps = {path: Stamp.of(path) for path in place.data_dir.raw.rglob("*.parquet")}
    place.land()
    assert stamps == {path: Stamp.of(path) for path in place.data_dir.raw.rglob("*.parquet")}
