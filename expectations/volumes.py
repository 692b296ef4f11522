"""How many rows each raw day has, and how many such a day usually has.

Counts come from the footers of the Parquet files, so no row is read: on an incremental run those
of the new days and of the same weekdays before them, nothing else.

A day is usual if it has about as many rows as the same weekday in the eight weeks before it had.
It is judged only with at least `MIN_HISTORY` such days, at least `MIN_TYPICAL` rows on the middle
one of them, and when it is over (before today) and not a public holiday.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from expectations.rhythm import HISTORY_WEEKS, MIN_HISTORY, usual_gap
from expectations.session import Session
from viaggio.workspace.sql import files_below

MIN_TYPICAL = 50
DAY_ZERO = date(1970, 1, 1)
# (month, day) on which shops are shut and the web is quiet: no typical day to compare with.
HOLIDAYS = ((1, 1), (1, 6), (4, 25), (5, 1), (8, 15), (12, 25), (12, 26))

_PARTITION = re.compile(r"event_day=(\d{4}-\d{2}-\d{2})")


def loaded_days(table_dir: Path) -> list[date]:
    """Days a raw table has a partition for, oldest first, day zero left out."""
    found = (_PARTITION.fullmatch(path.name) for path in table_dir.glob("event_day=*"))
    days = sorted(date.fromisoformat(match.group(1)) for match in found if match)
    return [day for day in days if day != DAY_ZERO]


def create_volumes(session: Session, tables: Collection[tuple[str, str]]) -> None:
    """Make the session's tables `volume.day` and `volume.lag`.

    `volume.day`: one row per source, table and day to validate: `row_count`, the median
    (`typical`) and smallest (`lowest`) count of the same weekdays before, and `is_judged`.
    `volume.lag`: one row per table with rows on at least `MIN_HISTORY` of its last eight weeks'
    days: its newest day, how many days that is behind the newest day of all tables, and the longest
    gap between its days (`usual_gap`). A table with fewer has no rhythm that it could miss.
    """
    raw = session.data_dir.raw
    loaded = {(s, t): loaded_days(raw / s / t) for s, t in tables}
    wanted = {key: _days_to_count(session, key, days) for key, days in loaded.items()}
    session.execute("create schema volume")
    _create_counts(session, _globs(raw, wanted, loaded))
    _create_wanted(session, wanted)
    _create_days(session)
    _create_lags(session, loaded)


def _days_to_count(session: Session, key: tuple[str, str], loaded: list[date]) -> list[date]:
    """The days to validate; if none are named all loaded ones, with the gaps between them.

    A gap longer than the history is left out: the table ended there and began again, and a day in
    it has nothing to be compared with.
    """
    if session.days is not None:
        return sorted(day for day in session.days.get(key, ()) if day != DAY_ZERO)
    days = loaded[:1]
    for last, following in pairwise(loaded):
        gap = (following - last).days
        missing = 0 if gap > 7 * HISTORY_WEEKS else gap - 1
        days += [last + timedelta(days=n) for n in range(1, missing + 1)] + [following]
    return days


def _globs(
    raw: Path,
    wanted: dict[tuple[str, str], list[date]],
    loaded: dict[tuple[str, str], list[date]],
) -> list[str]:
    """File patterns, in SQL, of the days to validate and of the weekdays they are compared with."""
    globs = []
    for (source, table), days in wanted.items():
        compared = {day - timedelta(weeks=n) for day in days for n in range(HISTORY_WEEKS + 1)}
        globs += [
            files_below(raw / source / table / f"event_day={day}", "*.parquet")
            for day in loaded[source, table]
            if day in compared and any((raw / source / table / f"event_day={day}").iterdir())
        ]
    return globs


def _create_counts(session: Session, globs: list[str]) -> None:
    session.execute(
        "create table volume.counted (source_name varchar, table_name varchar, "
        "event_day date, row_count bigint)"
    )
    if globs:
        listed = ", ".join(globs)
        session.execute(
            f"""
            insert into volume.counted
            select path[-4], path[-3], cast(path[-2][11:] as date), sum(num_rows)
            from (
                select string_split(file_name, '/') as path, num_rows
                from parquet_file_metadata([{listed}])
            )
            group by all
            """
        )


def _create_wanted(session: Session, wanted: dict[tuple[str, str], list[date]]) -> None:
    session.execute(
        "create table volume.wanted (source_name varchar, table_name varchar, event_day date)"
    )
    rows = [f"('{s}', '{t}', '{day}')" for (s, t), days in wanted.items() for day in days]
    if rows:
        session.execute(f"insert into volume.wanted values {', '.join(rows)}")


def _create_days(session: Session) -> None:
    holidays = ", ".join(f"{month * 100 + day}" for month, day in HOLIDAYS)
    session.execute(
        f"""
        create table volume.day as
        with compared as (
            select
                wanted.source_name,
                wanted.table_name,
                wanted.event_day,
                coalesce(any_value(counted.row_count)
                    filter (where counted.event_day = wanted.event_day), 0) as row_count,
                count(*) filter (where counted.event_day < wanted.event_day) as history_days,
                median(counted.row_count)
                    filter (where counted.event_day < wanted.event_day) as typical,
                min(counted.row_count)
                    filter (where counted.event_day < wanted.event_day) as lowest
            from volume.wanted
            left join volume.counted
                on counted.source_name = wanted.source_name
                and counted.table_name = wanted.table_name
                and date_diff('day', counted.event_day, wanted.event_day)
                    between 0 and {7 * HISTORY_WEEKS}
                and date_diff('day', counted.event_day, wanted.event_day) % 7 = 0
            group by all
        )
        select
            *,
            history_days >= {MIN_HISTORY}
                and typical >= {MIN_TYPICAL}
                and event_day < date '{session.now.date()}'
                and month(event_day) * 100 + day(event_day) not in ({holidays}) as is_judged
        from compared
        """
    )


def _create_lags(session: Session, loaded: dict[tuple[str, str], list[date]]) -> None:
    session.execute(
        "create table volume.lag (source_name varchar, table_name varchar, newest_day date, "
        "days_behind bigint, usual_gap bigint)"
    )
    last = max((days[-1] for days in loaded.values() if days), default=DAY_ZERO)
    rows = []
    for (source, table), days in loaded.items():
        gap = usual_gap(days)
        if gap is not None:
            behind = (last - days[-1]).days
            rows.append(f"('{source}', '{table}', '{days[-1]}', {behind}, {gap})")
    if rows:
        session.execute(f"insert into volume.lag values {', '.join(rows)}")
