"""What a validation found, and the Parquet file that keeps it."""

from __future__ import annotations

import os
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import file_to_write

_COLUMNS = """
    run_id varchar, layer varchar, source_name varchar, table_name varchar, expectation varchar,
    column_name varchar, success boolean, severity varchar, observed varchar,
    unexpected_count bigint, element_count bigint, validated_at timestamp
"""


@dataclass(frozen=True)
class ExpectationOutcome:
    """One expectation about one table, and how it came out.

    `observed` is text for people, without values of persons; the counts are rows (or days,
    columns), None where the expectation counts nothing.
    """

    layer: str
    source_name: str
    table_name: str
    expectation: str
    column_name: str | None
    success: bool
    severity: str
    observed: str
    unexpected_count: int | None
    element_count: int | None
    description: str


@dataclass(frozen=True)
class ValidationReport:
    """All outcomes of one validation of one layer."""

    run_id: str
    layer: str
    validated_at: datetime
    results: list[ExpectationOutcome]

    @property
    def failures(self) -> list[ExpectationOutcome]:
        return [outcome for outcome in self.results if not outcome.success]

    @property
    def blocking_failures(self) -> list[ExpectationOutcome]:
        return [outcome for outcome in self.failures if outcome.severity == "critical"]

    def summary(self) -> str:
        """A headline, then one line per failure, the blocking ones first."""
        tables = len({(outcome.source_name, outcome.table_name) for outcome in self.results})
        blocking = self.blocking_failures
        warned = len(self.failures) - len(blocking)
        head = (
            f"{self.layer}: {len(self.results)} expectations on {tables} tables, "
            f"{len(blocking)} blocking, {warned} warning{'s' if warned != 1 else ''}"
        )
        ordered = sorted(self.failures, key=lambda outcome: outcome.severity != "critical")
        return "\n".join([head, *(_line(outcome) for outcome in ordered)])


def _line(outcome: ExpectationOutcome) -> str:
    word = "BLOCKS" if outcome.severity == "critical" else "warns"
    table = f"{outcome.source_name}.{outcome.table_name}"
    return f"  {word}  {table}: {outcome.description} Found: {outcome.observed}"


def initialise(data_dir: DataDir) -> None:
    """Make `validation/result/schema.parquet`, without rows, so that the source can be read."""
    path = _folder(data_dir) / "schema.parquet"
    if not path.exists():
        _write(path, [])


def write(data_dir: DataDir, report: ValidationReport) -> Path:
    """Write the report to `validation/result/<run_id>_<layer>.parquet`, whole or not at all.

    What was expected is written in words, as people will read it.
    """
    initialise(data_dir)
    # In DuckDB a timestamp is UTC without saying so.
    validated_at = report.validated_at.astimezone(UTC).replace(tzinfo=None)
    rows = [
        (report.run_id, *astuple(replace(o, expectation=o.description))[:-1], validated_at)
        for o in report.results
    ]
    path = _folder(data_dir) / f"{report.run_id}_{report.layer}.parquet"
    _write(path, rows)
    return path


def _folder(data_dir: DataDir) -> Path:
    folder = data_dir.validation / "result"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _write(path: Path, rows: list[tuple]) -> None:
    """Write rows in the order of `_COLUMNS`; a reader sees the old file or the new one."""
    unfinished = path.with_suffix(f".{os.getpid()}.tmp")
    with duckdb.connect() as connection:
        connection.execute(f"create table result ({_COLUMNS})")
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"insert into result values ({marks})", rows)
        connection.execute(f"copy result to {file_to_write(unfinished)} (format parquet)")
    unfinished.replace(path)
