"""What landed since a run last came to its end: landing's ledger beside the newest publication.

A run that failed or was killed made no publication, so what it landed is still pending for the
next. What was built by other rules than those published is pending too; the notes of builds tell.
The newest publication tells what the warehouse was built with. Readers may see an older one, after
a rollback or while a hold stands, which changes nothing about the warehouse.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

from orchestration.partitions import Window
from viaggio.erasure.journal import is_under_way
from viaggio.landing.discover import Found, discover
from viaggio.landing.moves import LandingError
from viaggio.landing.settings import LandingSettings
from viaggio.publishing.hold import standing_hold
from viaggio.publishing.publish import LoadedState, Publication, current, newest
from viaggio.workspace.build_notes import build_notes
from viaggio.workspace.dbt_project import code_version, rules_version
from viaggio.workspace.ledger import keys_removed_since, known_files, read_ledger
from viaggio.workspace.paths import DataDir
from viaggio.workspace.salt import rotated_at

# Days by raw table, as (source, table).
Days = dict[tuple[str, str], list[date]]


def loaded_state(data_dir: DataDir) -> LoadedState:
    """How far the raw tables reach; all none before anything landed."""
    rows = read_ledger(
        data_dir.ledger_db,
        """
        select
            (select max(loaded_at) from (
                select loaded_at from file where outcome in ('loaded', 'rejected')
                union all
                select loaded_at from file_day
            )),
            min(case when event_day > '1970-01-01' then event_day end),
            max(case when event_day > '1970-01-01' then event_day end)
        from file_day
        """,
    )
    return LoadedState(*rows[0]) if rows else LoadedState(None, None, None)


def pending_days(data_dir: DataDir, window: Window | None = None) -> Days | None:
    """Days that received rows since the newest publication, and those of a window that hold rows.

    None means everything: none is made yet, or the models' rules changed since, or the
    warehouse was built by other rules than what is published, or rows were taken back and none came
    in their place, or a clock that was ahead was healed.
    """
    published = newest(data_dir)
    if published is None or published.loaded.until is None:
        return None
    if published.rules_version != rules_version() or _is_rebuilt(data_dir, published):
        return None
    if rows_vanished(data_dir):
        return None
    condition, values = "loaded_at > :since", {"since": published.loaded.until}
    if window:
        condition += " or event_day between :first and :last"
        values |= {"first": str(window.start), "last": str(window.end)}
    return _days(data_dir, condition, values)


def rows_vanished(data_dir: DataDir) -> bool:
    """Whether tables may hold what raw ones hold no more, so that all must be built whole.

    Rows were taken back since the newest publication and none came in their place; the clock was
    ahead then, and what was loaded has other instants now; or persons are being erased.
    """
    if is_under_way(data_dir):
        return True
    published = newest(data_dir)
    since = (published.loaded.until if published else None) or ""
    until = loaded_state(data_dir).until or ""
    return since > until or keys_removed_since(data_dir.ledger_db, since)


def rows_by_day(data_dir: DataDir) -> dict[tuple[str, str], dict[date, int]]:
    """Rows that each day of each raw table holds, by (source, table)."""
    sql = """
        select source_name, table_name, event_day, sum(row_count) from file_day
        group by source_name, table_name, event_day
        having sum(row_count) > 0
    """
    rows: dict[tuple[str, str], dict[date, int]] = defaultdict(dict)
    for source, table, day, count in read_ledger(data_dir.ledger_db, sql):
        rows[source, table][date.fromisoformat(day)] = count
    return rows


def rejected_in(data_dir: DataDir, run_id: str) -> dict[str, str]:
    """Files that a run rejected, below the landing folder, each with the reason."""
    rows = read_ledger(
        data_dir.ledger_db,
        """
        select source_file, reason from file
        where run_id = :run_id and outcome = 'rejected'
        order by source_file
        """,
        {"run_id": run_id},
    )
    return dict(rows)


def new_files(data_dir: DataDir, wait: Callable[[float], None] | None = None) -> tuple[Found, ...]:
    """Finished files that landing has not seen; cheap enough to ask every few seconds.

    Files still warm count as unfinished, unless `wait` (such as `time.sleep`) lets them settle.

    Raises:
        LandingError: The landing folder cannot be read.
    """
    known, key = known_files(data_dir.ledger_db)
    settings = LandingSettings.from_env()
    try:
        return discover(data_dir.landing, known, key, settings, wait=wait).finished
    except OSError as error:
        raise LandingError(
            f"Cannot read the landing folder {data_dir.landing}: {error.strerror}. "
            "Mend this and run again; nothing was loaded."
        ) from error


def is_up_to_date(data_dir: DataDir) -> bool:
    """Whether a run could bring readers nothing: all that landed is built by the rules as they are.

    Readers see it, unless a hold stands.
    """
    published = newest(data_dir)
    return (
        published is not None
        and (standing_hold(data_dir) is not None or published == current(data_dir))
        and not is_under_way(data_dir)
        and not rotated_at(data_dir)
        and published.code_version == code_version()
        and published.loaded == loaded_state(data_dir)
        and not _is_rebuilt(data_dir, published)
    )


def _is_rebuilt(data_dir: DataDir, published: Publication) -> bool:
    """Whether a table was built by other rules, or built whole, since the publication."""
    return build_notes(data_dir) != published.build_notes


def _days(data_dir: DataDir, condition: str, values: dict[str, Any]) -> Days:
    days: Days = defaultdict(list)
    sql = f"""
        select distinct source_name, table_name, event_day from file_day
        where {condition}
        order by source_name, table_name, event_day
    """
    for source, table, day in read_ledger(data_dir.ledger_db, sql, values):
        days[source, table].append(date.fromisoformat(day))
    return days
