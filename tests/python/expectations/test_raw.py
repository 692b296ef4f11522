"""Raw: suites follow the contract, structure and volume block, new days are read alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from expectations.contract import warn_after_days
from expectations.results import ValidationReport
from expectations.runner import initialise, layers, validate
from expectations.session import open_session
from expectations.suites.raw import NULL_SHARES, table_suites
from tests.python.expectations.conftest import TABLES, AddVisits, RawFile
from viaggio.workspace.paths import DataDir

NOW = datetime(2024, 4, 1, 12, tzinfo=UTC)
LAST = date(2024, 3, 31)
ADDRESS = "giulia.verdi@example.org"


def _validate(data_dir: DataDir, *days: date) -> ValidationReport:
    """Validate the given days of store visits."""
    return validate("raw", data_dir, "run", {("store", "visit"): days}, NOW)


def _failed(report: ValidationReport) -> set[tuple[str, str, str | None]]:
    return {(each.severity, each.expectation, each.column_name) for each in report.failures}


def test_every_table_of_the_contract_has_a_suite(data_dir: DataDir) -> None:
    with open_session(data_dir, None, NOW) as session:
        suites = {(each.source_name, each.table_name): each for each in table_suites(session)}
    assert suites.keys() == TABLES.keys()
    for key, table in TABLES.items():
        never_null = {
            each.column
            for each in suites[key].expectations
            if type(each).__name__ == "ExpectColumnValuesToNotBeNull"
        }
        assert never_null == {column.name for column in table.columns if column.required}
        assert suites[key].expectations[0].column_set == [column.name for column in table.columns]
        assert all(each.description and each.severity for each in suites[key].expectations)


def test_reviewed_columns_are_in_the_contract() -> None:
    for key, columns in NULL_SHARES.items():
        assert columns.keys() <= {column.name for column in TABLES[key].columns}
    assert set(warn_after_days()) <= set(TABLES)


def test_an_empty_raw_folder_holds(data_dir: DataDir) -> None:
    report = validate("raw", data_dir, "run", None, NOW)
    assert report.failures == []
    assert {(each.source_name, each.table_name) for each in report.results} == TABLES.keys()


def test_good_rows_hold_and_other_tables_are_skipped(
    data_dir: DataDir, add_visits: AddVisits
) -> None:
    add_visits(str(LAST), 30)
    report = _validate(data_dir, LAST)
    assert report.failures == []
    assert {(each.source_name, each.table_name) for each in report.results} == {("store", "visit")}


@pytest.mark.parametrize(
    ("days", "warns"),
    [
        (("03-17", "03-18", "03-19", "03-20"), True),
        (("02-20", "03-01", "03-11", "03-21"), False),
        (("03-19", "03-20"), False),
    ],
    ids=["daily, and silent for eleven days", "every ten days", "too few days to judge"],
)
def test_a_table_lags_when_it_is_silent_for_longer_than_it_ever_was(
    data_dir: DataDir, add_visits: AddVisits, days: tuple[str, ...], warns: bool
) -> None:
    for day in days:
        add_visits(f"2024-{day}", 3)
    spend = f"date '{LAST}' as date, 'google' as platform, 'c' as campaign_id, 'EUR' as currency"
    RawFile("ads", "campaign_day", str(LAST), f"{spend}, 1 as cost", 1).write(data_dir)
    report = validate("raw", data_dir, "run", None, NOW)
    lagging = [each for each in report.failures if "newest day" in str(each.description)]
    assert [each.table_name for each in lagging] == (["visit"] if warns else [])


def test_a_missing_required_value_blocks(data_dir: DataDir, add_visits: AddVisits) -> None:
    path = add_visits(str(LAST), 30)
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select * replace (if(id = 'v3', null, id) as id) from '{path}') "
            f"to '{path.with_name('file9.parquet')}' (format parquet)"
        )
    report = _validate(data_dir, LAST)
    blocking = report.blocking_failures
    assert [(each.column_name, each.unexpected_count) for each in blocking] == [("id", 1)]
    assert "BLOCKS" in report.summary()


def test_an_unknown_value_warns_and_does_not_block(
    data_dir: DataDir, add_visits: AddVisits
) -> None:
    add_visits(str(LAST), 30, "'drone' as source")
    report = _validate(data_dir, LAST)
    assert _failed(report) == {("warning", "expect_column_values_to_be_in_set", "source")}
    assert report.blocking_failures == []


def test_a_loaded_day_without_rows_blocks(data_dir: DataDir, add_visits: AddVisits) -> None:
    add_visits(str(LAST), 30)
    report = _validate(data_dir, LAST, LAST - timedelta(days=1))
    assert len(report.blocking_failures) == 1
    assert "2024-03-30" in report.blocking_failures[0].observed


@pytest.mark.parametrize(
    ("rows", "severities"),
    [(200, set()), (400, set()), (90, {"warning"}), (9, {"critical", "warning"})],
)
def test_volume_against_the_same_weekdays(
    data_dir: DataDir, add_visits: AddVisits, rows: int, severities: set[str]
) -> None:
    for week in range(1, 6):
        add_visits(str(LAST - timedelta(weeks=week)), 200)
    add_visits(str(LAST), rows)
    assert {each.severity for each in _validate(data_dir, LAST).failures} == severities


def test_volume_is_not_judged_without_history_nor_before_the_day_is_over(
    data_dir: DataDir, add_visits: AddVisits
) -> None:
    for week in range(1, 4):
        add_visits(str(LAST - timedelta(weeks=week)), 200)
    add_visits(str(LAST), 1)
    assert _validate(data_dir, LAST).failures == []
    for week in range(1, 6):
        add_visits(str(NOW.date() - timedelta(weeks=week)), 200)
    path = add_visits(str(NOW.date()), 1)
    assert path.exists()
    assert _validate(data_dir, NOW.date()).failures == []


def test_future_and_ancient_times_block(data_dir: DataDir, add_visits: AddVisits) -> None:
    add_visits("1999-12-31", 3)
    add_visits("2024-04-02", 4)
    report = _validate(data_dir, date(1999, 12, 31), date(2024, 4, 2))
    assert [(e.column_name, e.unexpected_count) for e in report.blocking_failures] == [
        ("entered_at", 7)
    ]


def test_only_the_new_days_are_read(data_dir: DataDir, add_visits: AddVisits) -> None:
    add_visits(str(LAST), 30)
    # The file the view takes its columns from is the first one; this one lies after it.
    broken = add_visits("2024-03-29", 30)
    broken.write_bytes(b"PAR1 not a parquet file PAR1")
    assert _validate(data_dir, LAST).failures == []
    with pytest.raises(Exception, match=r"event_day=2024-03-29"):
        _validate(data_dir, LAST, date(2024, 3, 29))


def test_wrong_types_and_missing_columns_block(data_dir: DataDir) -> None:
    for path in data_dir.raw.glob("store/visit/*/*.parquet"):
        path.unlink()
    folder = data_dir.raw / "store" / "visit" / f"event_day={LAST}"
    folder.mkdir()
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select 1 as id, 'milan' as location_id, timestamp '2024-03-31' as entered_at) "
            f"to '{folder}/file.parquet' (format parquet)"
        )
    report = _validate(data_dir, LAST)
    found = [each.observed for each in report.blocking_failures]
    assert any("missing: " in each and "staff_assisted" in each for each in found)
    assert any("id is INTEGER, not VARCHAR" in each for each in found)


def test_a_table_without_files_blocks(data_dir: DataDir) -> None:
    for path in data_dir.raw.glob("store/visit/*/*.parquet"):
        path.unlink()
    report = validate("raw", data_dir, "run", {("store", "visit"): [LAST]}, NOW)
    assert report.blocking_failures


def test_nothing_personal_is_shown(data_dir: DataDir, add_visits: AddVisits) -> None:
    """Wherever an address turns up, right column or wrong, no page and no result repeats it."""
    add_visits(
        str(LAST), 30, f"'{ADDRESS}' as source, 'no address: {ADDRESS} +393331234567' as email"
    )
    report = _validate(data_dir, LAST)
    assert {each.column_name for each in report.failures} == {"source", "email"}
    assert ADDRESS not in report.summary()
    written = [path for path in data_dir.validation.rglob("*") if path.is_file()]
    assert any(path.suffix == ".html" for path in written)
    for path in written:
        content = path.read_bytes()
        assert ADDRESS.encode() not in content
        assert b"3331234567" not in content


def test_data_docs_ask_nothing_of_the_network(data_dir: DataDir, add_visits: AddVisits) -> None:
    add_visits(str(LAST), 30, "'drone' as source")
    _validate(data_dir, LAST)
    docs = data_dir.validation / "docs"
    pages = list(docs.rglob("*.html"))
    assert docs / "index.html" in pages
    assert docs / "raw" / "index.html" in pages
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "http://" not in text
        assert "https://" not in text
        assert "<script" not in text
    front = (docs / "raw" / "index.html").read_text(encoding="utf-8")
    assert "store.visit" in front
    assert "warns" in front
    assert [link for link in _links(docs / "raw" / "index.html") if not link.exists()] == []


def _links(page: Path) -> list[Path]:
    import re

    hrefs = re.findall(r'href="([^"#]+)"', page.read_text(encoding="utf-8"))
    return [page.parent / href for href in hrefs]


def test_results_are_kept_as_parquet(data_dir: DataDir, add_visits: AddVisits) -> None:
    initialise(data_dir)
    add_visits(str(LAST), 30, "'drone' as source")
    report = _validate(data_dir, LAST)
    with duckdb.connect() as connection:
        files = f"'{data_dir.validation}/result/*.parquet'"
        described = connection.execute(f"describe select * from {files}").fetchall()
        assert {name: kind for name, kind, *_ in described} == {
            "run_id": "VARCHAR",
            "layer": "VARCHAR",
            "source_name": "VARCHAR",
            "table_name": "VARCHAR",
            "expectation": "VARCHAR",
            "column_name": "VARCHAR",
            "success": "BOOLEAN",
            "severity": "VARCHAR",
            "observed": "VARCHAR",
            "unexpected_count": "BIGINT",
            "element_count": "BIGINT",
            "exception": "VARCHAR",
            "validated_at": "TIMESTAMP",
        }
        rows = connection.execute(f"select count(*), count_if(not success) from {files}").fetchone()
        assert rows == (len(report.results), 1)
        failed = connection.execute(
            "select run_id, layer, source_name, table_name, column_name, severity, "
            f"unexpected_count, element_count from {files} where not success"
        ).fetchone()
    assert failed == ("run", "raw", "store", "visit", "source", "warning", 30, 30)
    assert sorted(path.name for path in (data_dir.validation / "result").iterdir()) == [
        "run_raw.parquet",
        "schema.parquet",
    ]


def test_wrong_names_are_said(data_dir: DataDir) -> None:
    assert {"raw", "staging"} <= set(layers())
    with pytest.raises(ValueError, match="no suites for layer 'gold'"):
        validate("gold", data_dir, "run")
    with pytest.raises(ValueError, match="run_id"):
        validate("raw", data_dir, "../run")
