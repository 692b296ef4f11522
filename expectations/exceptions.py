"""Exceptions: failures of raw tables that a person has accepted for some days, with the reason.

They lie in `exceptions.json` of the data directory, which no rebuild touches. A critical failure on
accepted days only becomes a warning that quotes the reason. A run that validates these days
again warns of an exception that has expired, or that it did not need.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from expectations.contract import raw_tables
from expectations.results import ExpectationOutcome
from expectations.session import Days
from viaggio.workspace.days import DayRange
from viaggio.workspace.paths import DataDir

LASTS_DAYS = 30


class ExceptionsError(ValueError):
    """An exception that cannot be recorded, found or read; the message says what to do."""


@dataclass(frozen=True)
class Accepted:
    """One exception.

    Attributes:
        number: What it is called; never used twice while an exception with a higher one is kept.
        table: Raw table, such as `store.order`.
        days: The days whose failures are accepted.
        reason: Why, in the words of the author.
        author: User who accepted them.
        accepted_at: When (UTC).
        until: Last day on which the exception counts.
        expectation: Part of the words of the expectations meant; all of the table's if None.
    """

    number: int
    table: str
    days: DayRange
    reason: str
    author: str
    accepted_at: datetime
    until: date
    expectation: str | None = None

    @property
    def note(self) -> str:
        """What readers see of it: the reason, not the author."""
        return f"{self.reason} (accepted until {self.until})"

    def covers(self, outcome: ExpectationOutcome) -> bool:
        """Whether it is about all days on which the expectation failed."""
        return (
            self.table == outcome.table
            and bool(outcome.days)
            and all(day in self.days for day in outcome.days)
            and (self.expectation or "").lower() in outcome.description.lower()
        )

    def is_about(self, days: Days | None) -> bool:
        """Whether one of its days is among these, by (source, table); None for all."""
        source, table = self.table.split(".")
        return days is None or any(day in self.days for day in days.get((source, table), ()))


def load(data_dir: DataDir) -> list[Accepted]:
    """All exceptions, the oldest first.

    Raises:
        ExceptionsError: The file is damaged.
    """
    path = data_dir.exceptions
    if not path.exists():
        return []
    try:
        return [_read(entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ExceptionsError(
            f"{path} is damaged ({error}). Put it back from a backup, or delete it and accept "
            "again what still holds."
        ) from error


def add(
    data_dir: DataDir,
    table: str,
    days: DayRange,
    reason: str,
    author: str,
    *,
    until: date | None = None,
    expectation: str | None = None,
    now: datetime | None = None,
) -> Accepted:
    """Record an exception; it lasts 30 days if `until` is None.

    Raises:
        ExceptionsError: There is no such table, it has no days, the days are still to come, or
            there is no reason, or the exception would have expired already.
    """
    now = now or datetime.now(UTC)
    until = until or now.date() + timedelta(days=LASTS_DAYS)
    _refuse_unknown(table)
    if days.end > now.date():
        raise ExceptionsError(f"{days.end} is still to come. Accept days when they have failed.")
    if not reason.strip():
        raise ExceptionsError("An exception needs a reason, which the warnings will quote.")
    if until < now.date():
        raise ExceptionsError(f"An exception until {until} has expired. Choose a later day.")
    kept = load(data_dir)
    accepted = Accepted(
        max((each.number for each in kept), default=0) + 1,
        table, days, reason.strip(), author, now, until, expectation,
    )  # fmt: skip
    _write(data_dir, [*kept, accepted])
    return accepted


def remove(data_dir: DataDir, number: int) -> Accepted:
    """Take an exception back.

    Raises:
        ExceptionsError: There is none of this number.
    """
    kept = load(data_dir)
    for accepted in kept:
        if accepted.number == number:
            _write(data_dir, [each for each in kept if each != accepted])
            return accepted
    raise ExceptionsError(f"There is no exception {number}. `viaggio accept --list` lists them.")


def judge(
    outcomes: Iterable[ExpectationOutcome],
    accepted: Sequence[Accepted],
    today: date,
    days: Days | None = None,
) -> list[ExpectationOutcome]:
    """The outcomes of raw tables with the exceptions applied, and what is odd about these.

    An exception is unused if its table and one of its days were validated and it turned no failure
    into a warning.

    Args:
        outcomes: Of all raw tables.
        accepted: All exceptions.
        today: The day on which they must count.
        days: Days that were validated, by (source, table); None for all.
    """
    valid = [each for each in accepted if each.until >= today]
    judged, used, seen = [], set(), set()
    for outcome in outcomes:
        seen.add(outcome.table)
        covering = next((each for each in valid if each.covers(outcome)), None)
        if outcome.success or covering is None:
            judged.append(outcome)
            continue
        if outcome.severity == "critical":
            used.add(covering)
        judged.append(replace(outcome, severity="warning", exception=covering.note))
    for each in accepted:
        if each.table not in seen or not each.is_about(days):
            continue
        if each not in valid:
            judged.append(_odd(each, f"it expired on {each.until}"))
        elif each not in used:
            judged.append(_odd(each, "nothing it accepts failed in this run"))
    return judged


def _odd(accepted: Accepted, found: str) -> ExpectationOutcome:
    source, table = accepted.table.split(".")
    return ExpectationOutcome(
        layer="raw",
        source_name=source,
        table_name=table,
        expectation="exception_is_needed",
        column_name=None,
        success=False,
        severity="warning",
        observed=f"{found}; `viaggio accept --remove {accepted.number}` takes it back",
        unexpected_count=None,
        element_count=None,
        description=f"The exception for {accepted.days} ({accepted.reason}) is needed.",
    )


def _refuse_unknown(table: str) -> None:
    tables = {f"{source}.{name}": each for (source, name), each in raw_tables().items()}
    if table not in tables:
        raise ExceptionsError(
            f"There is no raw table {table!r}. Raw tables are {', '.join(sorted(tables))}."
        )
    if not tables[table].has_days:
        raise ExceptionsError(
            f"The rows of {table} belong to no day, so none can be accepted. Correct the file and "
            "drop it again."
        )


def _read(entry: dict) -> Accepted:
    return Accepted(
        number=entry["number"],
        table=entry["table"],
        days=DayRange.parse(entry["days"]),
        reason=entry["reason"],
        author=entry["author"],
        accepted_at=datetime.fromisoformat(entry["accepted_at"]),
        until=date.fromisoformat(entry["until"]),
        expectation=entry["expectation"],
    )


def _write(data_dir: DataDir, accepted: Sequence[Accepted]) -> None:
    """Write all of them; a reader sees the old file or the new one."""
    entries = [
        {**vars(each), "days": str(each.days), "accepted_at": each.accepted_at.isoformat(),
         "until": str(each.until)}
        for each in accepted
    ]  # fmt: skip
    unfinished = data_dir.exceptions.with_suffix(f".{os.getpid()}.tmp")
    unfinished.write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")
    unfinished.replace(data_dir.exceptions)
