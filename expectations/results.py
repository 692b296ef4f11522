"""What a validation found, and the Parquet file that keeps it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from viaggio.workspace.days import DayRange
from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import file_to_read, file_to_write

_COLUMNS = """
    run_id varchar, layer varchar, source_name varchar, table_name varchar, expectation varchar,
    column_name varchar, success boolean, severity varchar, observed varchar,
    unexpected_count bigint, element_count bigint, exception varchar, validated_at timestamp
"""


@dataclass(frozen=True)
class ExpectationOutcome:
    """One expectation about one table, and how it came out.

    `observed` is text for people, without values of persons; the counts are rows (or days,
    columns), None where the expectation counts nothing. `days` are those that failed, or all that
    were validated where the expectation does not say; `exception` is why a failure was accepted.
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
    days: tuple[date, ...] = ()
    exception: str | None = None

    @property
    def table(self) -> str:
        return f"{self.source_name}.{self.table_name}"


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
    return f"  {word}  {outcome.table}: {found(outcome)}"


def found(outcome: ExpectationOutcome) -> str:
    """What was expected and what was found, and why that was accepted if it was."""
    accepted = f". Accepted: {outcome.exception}" if outcome.exception else ""
    return f"{outcome.description} Found: {outcome.observed}{accepted}"


def why_blocked(failures: Sequence[ExpectationOutcome]) -> str:
    """Why a run ends at these critical failures, in one sentence: what, when, and what to do."""
    first, others = failures[0], len(failures) - 1
    expected = first.description.rstrip(".")
    expected = expected[0].lower() + expected[1:]
    more = f" (and {others} more failure{'s' if others > 1 else ''})" if others else ""
    return (
        f"{_place(first)}: expected that {expected}; found {first.observed}{more}; "
        f"{_remedy(first)}."
    )


def in_short(failures: Sequence[ExpectationOutcome]) -> str:
    """The place of these critical failures and what was found, short enough for a label."""
    others = len(failures) - 1
    more = f" (and {others} more)" if others else ""
    return f"{failures[0].table}: {failures[0].observed[:150]}{more}"


def _place(outcome: ExpectationOutcome) -> str:
    return f"{outcome.table}, {_span(outcome.days)}" if outcome.days else outcome.table


def _span(days: Sequence[date]) -> DayRange:
    return DayRange(min(days), max(days))


def _remedy(outcome: ExpectationOutcome) -> str:
    if outcome.layer != "raw":
        return f"correct the model {outcome.table_name} and run again"
    correct = f"drop a correct file into landing/{outcome.source_name}/{outcome.table_name}/"
    if not outcome.days:
        return f"{correct} and run again"
    accept = f'viaggio accept {outcome.table} {_span(outcome.days)} --reason "..."'
    return f"{correct}, or, if the data are right, accept them ({accept}), and run again"


def initialise(data_dir: DataDir) -> None:
    """Make `validation/result/schema.parquet`, without rows, so that the source can be read.

    Results of an earlier version are given the columns they lack, since engines take the columns
    of all files from one.
    """
    path = _folder(data_dir) / "schema.parquet"
    if not path.exists():
        _write(path, [])
    elif "exception" not in _columns(path):
        # The schema last, so that what is interrupted is done again.
        for old in [*path.parent.glob("*_*.parquet"), path]:
            _write(old, [], copied=old)


def write(data_dir: DataDir, report: ValidationReport) -> Path:
    """Write the report to `validation/result/<run_id>_<layer>.parquet`, whole or not at all.

    What was expected is written in words, as people will read it.
    """
    initialise(data_dir)
    # In DuckDB a timestamp is UTC without saying so.
    validated_at = report.validated_at.astimezone(UTC).replace(tzinfo=None)
    rows = [
        (
            report.run_id, o.layer, o.source_name, o.table_name, o.description, o.column_name,
            o.success, o.severity, o.observed, o.unexpected_count, o.element_count, o.exception,
            validated_at,
        )
        for o in report.results
    ]  # fmt: skip
    path = _folder(data_dir) / f"{report.run_id}_{report.layer}.parquet"
    _write(path, rows)
    return path


def _folder(data_dir: DataDir) -> Path:
    folder = data_dir.validation / "result"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _columns(path: Path) -> list[str]:
    with duckdb.connect() as connection:
        return connection.sql(f"from read_parquet({file_to_read(path)})").columns


def _write(path: Path, rows: list[tuple], copied: Path | None = None) -> None:
    """Write rows in the order of `_COLUMNS`, and those of a file that may lack some.

    A reader sees the old file or the new one.
    """
    unfinished = path.with_suffix(f".{os.getpid()}.tmp")
    with duckdb.connect() as connection:
        connection.execute(f"create table result ({_COLUMNS})")
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"insert into result values ({marks})", rows)
        if copied:
            old = f"read_parquet({file_to_read(copied)})"
            connection.execute(f"insert into result by name from {old}")
        connection.execute(f"copy result to {file_to_write(unfinished)} (format parquet)")
    unfinished.replace(path)
