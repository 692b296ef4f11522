"""Each cause of an alert, found in what runs leave on the disk.

A cause has a kind and what it is about; both together are its key, which stays the same for as long
as the cause lasts. No text of a cause holds personal data.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from statistics import median

import duckdb

from expectations.contract import warn_after_days
from expectations.rhythm import MIN_HISTORY, usual_gap
from viaggio.landing.names import on_one_line, without_personal
from viaggio.publishing.publish import current
from viaggio.workspace.ledger import read_ledger
from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import files_below

PREFIX = "VIAGGIO_ALERT_"
RUN_FAILED = "run_failed"
# Each kind, and the section of docs/runbook.md that says what to do.
TITLES = {
    RUN_FAILED: "Run failed",
    "file_rejected": "File rejected",
    "warned": "Warned",
    "source_silent": "Source silent",
    "publication_old": "Publication old",
    "quarantine_growing": "Quarantine growing",
    "erasure_due": "Erasure due",
}
MAX_TEXT = 600

# How old a publication may be if the variable says nothing, and how long erasures may wait: a
# month is the law's limit.
PROMISED_HOURS = 48
ERASURE_DAYS = 21

# Landings that a table's usual share of quarantined rows comes from, and how many times as many
# rows are too many; the share that counts while a table has no history, and the rows below which
# none does.
LANDINGS = 30
TIMES_USUAL = 3
WITHOUT_HISTORY = 0.01
MIN_QUARANTINED = 10


class AlertSettingError(ValueError):
    """An environment variable of the alerts cannot be used; the message says which and why."""


@dataclass(frozen=True)
class Cause:
    """One thing that is wrong: `about` names which of its kind, `text` describes it."""

    kind: str
    about: str
    text: str

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.about}" if self.about else self.kind


def cause(kind: str, about: str, text: str) -> Cause:
    """A cause in words that may leave this machine: on one line, masked and not too long."""
    said = on_one_line(without_personal(" ".join(text.split())))
    said = said if len(said) <= MAX_TEXT else f"{said[: MAX_TEXT - 1]}…"
    return Cause(kind, on_one_line(without_personal(about)), said)


def number(name: str, default: float) -> float:
    """The number in an environment variable `VIAGGIO_ALERT_<name>`, or the default.

    Raises:
        AlertSettingError: It is no number above zero.
    """
    text = os.environ.get(f"{PREFIX}{name}", "").strip() or str(default)
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise AlertSettingError(f"{PREFIX}{name} must be a number above zero.")
    return value


def rejected_files(data_dir: DataDir, now: datetime) -> Iterator[Cause]:
    """Files in `rejected/` of which no later version was loaded."""
    loaded = dict(
        read_ledger(
            data_dir.ledger_db,
            "select source_file, max(loaded_at) from file where outcome <> 'rejected'"
            " group by source_file",
        )
    )
    for path in sorted(data_dir.rejected.rglob("*.error.json")):
        said = json.loads(path.read_text(encoding="utf-8"))
        later = loaded.get(said["file"])
        if later is None or datetime.fromisoformat(later) < _utc(said["rejected_at"]):
            yield cause(
                "file_rejected",
                said["file"],
                f"{said['file']} was rejected, and its rows are missing: {said['reason']}",
            )


def warnings(data_dir: DataDir, now: datetime) -> Iterator[Cause]:
    """Warnings of each table's newest validation, but for failures that a person accepted."""
    folder = data_dir.validation / "result"
    if not (folder / "schema.parquet").exists():
        return
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"""
            select layer, source_name, table_name, expectation, observed
            from read_parquet({files_below(folder, "*.parquet")})
            qualify
                validated_at = max(validated_at) over (
                    partition by layer, source_name, table_name
                )
                and not success
                and severity <> 'critical'
                and exception is null
            order by all
            """
        ).fetchall()
    for layer, source, table, expectation, observed in rows:
        about = f"{layer}.{source}.{table}: {expectation}"
        yield cause("warned", about, f"{about} Found: {observed}")


def silent_tables(data_dir: DataDir, now: datetime) -> Iterator[Cause]:
    """Tables that get no new days any more, although they were up to date when the last one came.

    The limit is that of the expectation on raw tables: the days of the contract, or the longest gap
    of the last eight weeks if that is more. Here it is compared with the clock, since a run that
    nothing starts validates nothing.
    """
    rows = read_ledger(
        data_dir.ledger_db,
        "select source_name, table_name, event_day, min(loaded_at) from file_day"
        " where row_count > 0 and event_day > '1970-01-01'"
        " group by source_name, table_name, event_day"
        " order by source_name, table_name, event_day",
    )
    for (source, table), group in groupby(rows, key=lambda row: (row[0], row[1])):
        arrivals = {
            date.fromisoformat(day): datetime.fromisoformat(moment) for *_, day, moment in group
        }
        # Days that lay ahead when they came, such as planned ones, say nothing.
        days = [day for day, moment in arrivals.items() if day <= moment.date() + timedelta(1)]
        allowed = warn_after_days().get((source, table))
        gap = usual_gap(days)
        if allowed is None or gap is None:
            continue
        limit = max(allowed, gap)
        came = arrivals[days[-1]]
        was_up_to_date = (came.date() - days[-1]).days <= limit
        if was_up_to_date and (now - came) > timedelta(days=limit):
            yield cause(
                "source_silent",
                f"{source}.{table}",
                f"{source}.{table} got its last new day on {came:%Y-%m-%d}, {(now - came).days} "
                f"days ago. It may be silent for {allowed} days, and its longest gap lately was "
                f"{gap}.",
            )


def old_publication(data_dir: DataDir, now: datetime) -> Iterator[Cause]:
    """The publication, if it is older than promised."""
    publication = current(data_dir)
    promised = number("PUBLICATION_HOURS", PROMISED_HOURS)
    if publication and now - _utc(publication.published_at) > timedelta(hours=promised):
        yield cause(
            "publication_old",
            "",
            f"Readers see the publication of {publication.published_at}, which is more than "
            f"{promised:g} hours old.",
        )


def growing_quarantine(data_dir: DataDir, now: datetime) -> Iterator[Cause]:
    """Tables of whose last landing more rows than usual went to the quarantine."""
    rows = read_ledger(
        data_dir.ledger_db,
        "select source_name, table_name, sum(rows_quarantined), sum(rows_raw + rows_quarantined)"
        " from file where outcome in ('loaded', 'withdrawn')"
        " group by source_name, table_name, loaded_at order by loaded_at",
    )
    landings: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for source, table, bad, all_rows in rows:
        landings[source, table].append((bad, all_rows))
    for (source, table), counts in sorted(landings.items()):
        bad, all_rows = counts[-1]
        before = [b / n for b, n in counts[-LANDINGS - 1 : -1] if n]
        usual = median(before) if len(before) >= MIN_HISTORY else None
        limit = WITHOUT_HISTORY if usual is None else TIMES_USUAL * usual
        if bad >= MIN_QUARANTINED and bad > limit * all_rows:
            compared = "no history yet" if usual is None else f"usually {usual:.2%}"
            yield cause(
                "quarantine_growing",
                f"{source}.{table}",
                f"{source}.{table}: {bad:,} of {all_rows:,} rows of the last landing went to the "
                f"quarantine ({bad / all_rows:.2%}, {compared}).",
            )


def due_erasures(data_dir: DataDir, now: datetime) -> Iterator[Cause]:
    """Requests to be forgotten that have waited too long, one cause for each day of requests.

    A request that is carried out leaves the raw table.
    """
    days = number("ERASURE_DAYS", ERASURE_DAYS)
    folder = data_dir.raw / "privacy" / "erasure_request"
    if not any(folder.glob("event_day=*/*.parquet")):
        return
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"""
            select requested_at::date, count(distinct id)
            from read_parquet({files_below(folder, "*/*.parquet")}, union_by_name = true)
            where requested_at < $latest
            group by all
            order by all
            """,
            {"latest": now - timedelta(days=days)},
        ).fetchall()
    for day, count in rows:
        yield cause(
            "erasure_due",
            str(day),
            f"{count} request(s) to be forgotten, made on {day}, are not carried out after "
            f"{days:g} days.",
        )


# What finds the causes of each kind; how a run ended is known to the run alone.
FINDERS: dict[str, Callable[[DataDir, datetime], Iterator[Cause]]] = {
    "file_rejected": rejected_files,
    "warned": warnings,
    "source_silent": silent_tables,
    "publication_old": old_publication,
    "quarantine_growing": growing_quarantine,
    "erasure_due": due_erasures,
}


def _utc(text: str) -> datetime:
    """A moment in UTC, written with a zone, without it."""
    return datetime.fromisoformat(text).replace(tzinfo=None)
