"""Staging: nothing readable, only the new days, and the file is let go afterwards."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import duckdb
import pytest

from expectations.results import ExpectationOutcome, ValidationReport
from expectations.runner import validate
from tests.python.expectations.conftest import AddVisits
from viaggio.workspace.paths import DataDir

DAY = date(2024, 3, 31)
OLDER = date(2024, 3, 30)
VISITS = ("store", "visit")


def _stage_visits(data_dir: DataDir, email_hash: str = "repeat('a', 64)") -> None:
    """Build `stg_store__visits` from the raw files as plainly as can be."""
    with duckdb.connect(str(data_dir.warehouse)) as connection:
        connection.execute("create schema staging")
        connection.execute(
            f"""
            create table staging.stg_store__visits as
            select
                id as visit_id, entered_at, event_day, {email_hash} as email_hash,
                entered_at::date as visit_date, 1200 as dwell_seconds, 1 as _raw_rows
            from read_parquet('{data_dir.raw}/store/visit/*/*.parquet', hive_partitioning = true)
            """
        )


def _validate(data_dir: DataDir, *days: date) -> ValidationReport:
    return validate("staging", data_dir, "run", {VISITS: days})


def _blocking(report: ValidationReport) -> list[ExpectationOutcome]:
    assert {each.table_name for each in report.results} == {"stg_store__visits"}
    return report.blocking_failures


def test_a_faithful_copy_holds(data_dir: DataDir, add_visits: AddVisits) -> None:
    add_visits(str(DAY), 30)
    _stage_visits(data_dir)
    report = _validate(data_dir, DAY)
    assert report.failures == []
    assert any(each.element_count == 30 for each in report.results)


def test_only_the_days_to_validate_are_read(data_dir: DataDir, add_visits: AddVisits) -> None:
    add_visits(str(DAY), 30)
    add_visits(str(OLDER), 20)
    readable = f"case when event_day = date '{OLDER}' then 'a' else repeat('a', 64) end"
    _stage_visits(data_dir, readable)
    assert _blocking(_validate(data_dir, DAY)) == []
    assert [each.unexpected_count for each in _blocking(_validate(data_dir, OLDER))] == [20]


def test_a_readable_address_blocks_and_is_not_shown(
    data_dir: DataDir, add_visits: AddVisits
) -> None:
    add_visits(str(DAY), 30)
    _stage_visits(data_dir, "'giulia.verdi@example.org'")
    report = _validate(data_dir, DAY)
    assert [each.column_name for each in _blocking(report)] == ["email_hash"]
    for path in data_dir.validation.rglob("*"):
        assert not path.is_file() or b"giulia" not in path.read_bytes()


def test_values_out_of_range_warn(data_dir: DataDir, add_visits: AddVisits) -> None:
    add_visits(str(DAY), 30)
    _stage_visits(data_dir)
    with duckdb.connect(str(data_dir.warehouse)) as connection:
        connection.execute("update staging.stg_store__visits set dwell_seconds = -1")
    report = _validate(data_dir, DAY)
    assert [(each.column_name, each.severity) for each in report.failures] == [
        ("dwell_seconds", "warning")
    ]


def test_a_column_that_is_gone_is_named(data_dir: DataDir, add_visits: AddVisits) -> None:
    add_visits(str(DAY), 30)
    _stage_visits(data_dir)
    with duckdb.connect(str(data_dir.warehouse)) as connection:
        connection.execute("alter table staging.stg_store__visits drop column dwell_seconds")
    failures = _validate(data_dir, DAY).failures
    assert failures
    assert all("could not be checked" in each.observed for each in failures)
    assert all("dwell_seconds" in each.observed for each in failures)


def test_models_that_are_not_built_block(data_dir: DataDir) -> None:
    with duckdb.connect(str(data_dir.warehouse)) as connection:
        connection.execute("create schema staging")
    report = validate("staging", data_dir, "run", {VISITS: [DAY]})
    assert any("built" in each.description for each in report.blocking_failures)


def test_no_warehouse_is_said(data_dir: DataDir) -> None:
    with pytest.raises(FileNotFoundError, match="build the models first"):
        validate("staging", data_dir, "run")


def test_another_process_may_write_afterwards(data_dir: DataDir, add_visits: AddVisits) -> None:
    add_visits(str(DAY), 30)
    _stage_visits(data_dir)
    _validate(data_dir, DAY)
    script = (
        f"import duckdb; duckdb.connect('{data_dir.warehouse}').execute('create table t (a int)')"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
