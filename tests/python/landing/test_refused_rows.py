"""Rows of files that are refused whole are counted, where the file can be read at all."""

from __future__ import annotations

import pytest

from tests.python.landing.conftest import Place, zones

QUOTED = 'name;note\n1;"two\nlines"\n2;"a ""quote"""\n\n3;plain'
JSON_LINES = '{"day": 1}\n\n{"day": 2}\n'


@pytest.mark.parametrize(
    ("name", "content", "rows"),
    [
        ("store/visit_zone/other_columns.csv", "day,place\n1,till\n2,shelf\n", 2),
        ("store/visit_zone/one_missing.csv", "visit_id,entered_at\nv,2024-05-01\n", 1),
        ("store/visit_zone/quotes.csv", QUOTED, 3),
        ("store/visit_zone/mark.csv", "\ufeffday\r\n1\r\n2\r\n", 2),
        ("crm/contact/twice.csv", "id,note,ID\n7,x,8\n", 1),
        ("crm/contact/header_only.csv", "name,address\n", 0),
        ("crm/contact/mark_only.csv", "\ufeff", 0),
        ("ga4/event/lines.jsonl", JSON_LINES, 2),
        ("crm/contact_list/no_such_table.csv", "id\n7\n8\n", 2),
        ("lost.csv", "id\n7\n", 1),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_they_are_counted(place: Place, name: str, content: str, rows: int, packed: bool) -> None:
    name = f"{name}.gz" if packed else name
    place.drop(name, content, packed)
    report = place.land()
    (file,) = report.files
    assert (file.outcome, file.rows_in_file) == ("rejected", rows)
    assert (report.rows_in_files, report.rows_rejected, report.files_uncounted) == (rows, rows, 0)
    assert place.error(name)["rows_in_file"] == rows
    assert place.query(f"select rows_in_file from {place.ledger('file')}") == [(rows,)]


def test_those_of_parquet_are_counted(place: Place) -> None:
    place.drop_parquet("store/visit_zone/a.parquet", "select 1 as day from range(12345)")
    assert place.land().rows_rejected == 12345


def test_they_are_unknown_where_the_file_cannot_be_read(place: Place) -> None:
    place.drop("store/visit_zone/latin.csv", zones(3).replace("till", "citt\xe0").encode("latin-1"))
    place.drop(
        "store/visit_zone/open.csv", f'{zones(3)}v,"till,2024-05-01,,\nv,till,2024-05-01,,\n'
    )
    place.drop("store/visit_zone/cut.parquet", b"PAR1 and no more")
    place.drop("store/visit_zone/counted.csv", "day\n1\n2\n")
    report = place.land()
    assert {file.source_file: file.rows_in_file for file in report.files} == {
        "store/visit_zone/latin.csv": None,
        "store/visit_zone/open.csv": None,
        "store/visit_zone/cut.parquet": None,
        "store/visit_zone/counted.csv": 2,
    }
    assert place.error("store/visit_zone/latin.csv")["rows_in_file"] == "unknown"
    said = report.summary()
    assert "in rejected files 2. Rows unknown: 3 rejected file(s) cannot be read." in said


def test_the_sum_says_nothing_of_unknown_rows_where_there_are_none(place: Place) -> None:
    place.drop("store/visit_zone/a.csv", zones(3))
    assert "unknown" not in place.land().summary()
