"""Accept a day of a raw table as it is: `viaggio accept store.order 2025-06-30 --reason "strike"`.

What failed on that day becomes a warning that quotes the reason, so that the next run publishes.
Several days are written FIRST:LAST. An exception lasts 30 days, or as long as --until says.
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime

from expectations.exceptions import Accepted, ExceptionsError, add, load, remove
from viaggio.workspace.days import DayRange, DaysError
from viaggio.workspace.paths import DataDir


def main(arguments: Sequence[str] | None = None) -> int:
    """Record, list or remove exceptions; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="viaggio accept",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("table", nargs="?", help="raw table, such as store.order")
    parser.add_argument("days", nargs="?", help="a day, or FIRST:LAST")
    parser.add_argument("--reason", default="", help="why the days are right as they are")
    parser.add_argument("--author", default=None, help="who says so ($USER if not given)")
    parser.add_argument("--until", metavar="DAY", help="last day on which it counts")
    parser.add_argument("--expectation", metavar="WORDS", help="accept only what has these words")
    parser.add_argument("--list", action="store_true", help="list all exceptions")
    parser.add_argument("--remove", type=int, metavar="NUMBER", help="take an exception back")
    given = parser.parse_args(arguments)
    data_dir = DataDir.from_env()
    try:
        if given.list:
            for accepted in load(data_dir):
                print(in_words(accepted))
        elif given.remove is not None:
            print(f"Removed: {in_words(remove(data_dir, given.remove))}")
        elif given.table is None or given.days is None:
            parser.error("say which table and day: viaggio accept store.order 2025-06-30 ...")
        else:
            accepted = accept(
                data_dir, given.table, given.days, given.reason,
                author=given.author, until=given.until, expectation=given.expectation,
            )  # fmt: skip
            print(f"Accepted: {in_words(accepted)}\n`viaggio run` goes on.")
    except (ExceptionsError, DaysError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def accept(
    data_dir: DataDir,
    table: str,
    days: str,
    reason: str,
    *,
    author: str | None = None,
    until: str | None = None,
    expectation: str | None = None,
) -> Accepted:
    """Record an exception given as text, as a person or a launch of the job `accept` gives it.

    Raises:
        DaysError: The days cannot be read.
        ExceptionsError: The exception cannot be recorded.
    """
    return add(
        data_dir,
        table,
        DayRange.parse(days),
        reason,
        author or os.environ.get("USER") or getpass.getuser(),
        until=_day(until) if until else None,
        expectation=expectation or None,
    )


def in_words(accepted: Accepted, today: date | None = None) -> str:
    """An exception in one line."""
    expired = accepted.until < (today or datetime.now(UTC).date())
    only = f", only {accepted.expectation!r}" if accepted.expectation else ""
    return (
        f"{accepted.number}  {accepted.table} {accepted.days}{only}: {accepted.reason} "
        f"({accepted.author}, {accepted.accepted_at:%Y-%m-%d %H:%M} UTC, "
        f"{'expired on' if expired else 'until'} {accepted.until})"
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DaysError(f"Cannot read {text!r} as a day. Write it so: 2025-07-31.") from None


if __name__ == "__main__":
    sys.exit(main())
