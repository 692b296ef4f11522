"""Builds the world in DuckDB and writes its landing files and its hidden truth."""

from __future__ import annotations

import datetime as dt
import gzip
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path

import duckdb

from orchestration.paths import DataDir
from sample_data.settings import Settings
from sample_data.writer import TABLES, Table, copy_to

FOLDER = Path(__file__).resolve().parent
MIN_BROKEN_ROWS = 200


@dataclass(frozen=True)
class Span:
    """Days `first`..`last` of the window, counted from 0, both included."""

    first: int
    last: int

    def label(self, start: dt.date) -> str:
        """The days as they stand in file names."""
        days = [f"{start + dt.timedelta(days=day):%Y%m%d}" for day in (self.first, self.last)]
        return days[0] if self.first == self.last else "_".join(days)

    def days(self) -> Iterator[Span]:
        return (Span(day, day) for day in range(self.first, self.last + 1))

    def months(self, start: dt.date) -> Iterator[Span]:
        """The span cut at the ends of calendar months."""
        first = self.first
        for day in range(self.first, self.last + 1):
            tomorrow = start + dt.timedelta(days=day + 1)
            if day == self.last or tomorrow.day == 1:
                yield Span(first, day)
                first = day + 1


class World:
    """One generated world, in a scratch database that is deleted with it.

    Use as a context manager; `write` writes files for some of its days.
    """

    def __init__(self, settings: Settings, data_dir: DataDir, memory_limit: str = "2GB") -> None:
        self.settings = settings
        self.data_dir = data_dir
        data_dir.tmp.mkdir(parents=True, exist_ok=True)
        self.scratch = tempfile.TemporaryDirectory(prefix="sample_data_", dir=data_dir.tmp)
        self.con = duckdb.connect(
            config={
                "threads": 2,
                "memory_limit": memory_limit,
                "temp_directory": self.scratch.name,
            },
        )
        # Small row groups, so that one day of the visits is read without the others.
        database = Path(self.scratch.name) / "world.duckdb"
        self.con.execute(f"attach '{database}' as world (row_group_size 4096)")
        self._prepare(self.con)
        self._build()

    def __enter__(self) -> World:
        return self

    def __exit__(self, *error: object) -> None:
        self.con.close()
        self.scratch.cleanup()

    def _prepare(self, con: duckdb.DuckDBPyConnection) -> None:
        """Give the settings to `con` as SQL variables."""
        con.execute("use world")
        con.execute("set TimeZone = 'UTC'")
        for field in fields(self.settings):
            value = getattr(self.settings, field.name)
            sql_type = {"date": "date", "float": "double", "int": "bigint"}[type(value).__name__]
            con.execute(f"set variable {field.name} = '{value}'::{sql_type}")
        con.execute("set variable start_date = getvariable('start')")
        for name, date in (("start_t", self.settings.start), ("end_t", self.settings.end)):
            con.execute(
                f"set variable {name} = "
                f"(select epoch(timezone('Europe/Rome', timestamp '{date}'))::bigint)"
            )

    def _build(self) -> None:
        for file in sorted((FOLDER / "reference").glob("*.csv")):
            self.con.execute(f"create table reference_{file.stem} as from read_csv('{file}')")
        for file in sorted((FOLDER / "sql").glob("[0-9]*.sql")):
            self.con.execute(file.read_text(encoding="utf-8"))

    # Writing -----------------------------------------------------------------------------------

    def write(self, span: Span | None = None, *, daily: bool = False) -> int:
        """Write the landing files of `span` (default: the whole window) and the truth.

        `daily` makes one file per day of every table. Returns the number of landed rows.
        """
        span = span or Span(0, self.settings.days - 1)
        if not 0 <= span.first <= span.last < self.settings.days:
            raise ValueError(
                f"days {span.first}..{span.last} are not within the window of "
                f"{self.settings.days} days: choose days from 0 to {self.settings.days - 1}"
            )
        self.con.execute(
            """
            create or replace table landed_file
                (file varchar, source varchar, table_name varchar, rows bigint);
            create or replace table broken_row
                (source varchar, table_name varchar, file varchar, row_key varchar);
            """
        )
        self._remember_earlier_files(span)
        if span.first == 0:
            for old in (self.data_dir.truth / "web_event").glob("*.parquet"):
                old.unlink()
        rows = self._write_tables(span, daily) + self._write_web_events(span)
        self._write_broken_files()
        self._write_truth(span)
        return rows

    def _remember_earlier_files(self, span: Span) -> None:
        """Keep in the truth what earlier runs wrote for the days before the span."""
        files, rows = (self.data_dir.truth / f"{name}.parquet" for name in ("file", "planted_row"))
        if span.first == 0 or not files.exists():
            return
        before = f"right(regexp_extract(file, '^[^.]+'), 8) < '{self._label(span.first)}'"
        self.con.execute(f"insert into landed_file from '{files}' where {before}")
        if rows.exists():
            self.con.execute(
                f"insert into broken_row select source, table_name, file, row_key from '{rows}' "
                f"where kind = 'broken' and source <> 'ga4' and {before}"
            )

    def _write_tables(self, span: Span, daily: bool) -> int:
        rows = 0
        for table in TABLES:
            by_day = daily or table.period == "day"
            self._materialise(table, span)
            for part in span.days() if by_day else span.months(self.settings.start):
                rows += self._write_part(table, part)
        return rows

    def _write_part(self, table: Table, part: Span) -> int:
        """Write one file of `table`, and note it and its broken rows for the truth."""
        path = table.path(self.data_dir.landing, part.label(self.settings.start))
        chosen = f"landing_rows where export_day between {part.first} and {part.last}"
        rows = copy_to(
            self.con,
            f"select * exclude (export_day) from {chosen} order by {table.order_by}",
            path,
            table.file_format,
        )
        if rows:
            file = str(path.relative_to(self.data_dir.landing))
            self.con.execute(
                "insert into landed_file values (?, ?, ?, ?)",
                [file, table.source, table.name, rows],
            )
            if table.broken_column and self.settings.broken:
                key = self._key("landing_rows")
                self.con.execute(
                    f"insert into broken_row select ?, ?, ?, {key} from {chosen} "
                    f"and starts_with({key}, 'BROKEN-')",
                    [table.source, table.name, file],
                )
        return rows

    def _key(self, relation: str) -> str:
        """The column of a relation that names its rows: the first one that ends in `id`."""
        return next(name for name in self._columns(relation) if name.endswith("id"))

    def _materialise(self, table: Table, span: Span) -> None:
        """Put the rows of `table` in the span, broken ones included, into `landing_rows`."""
        has_person = "person_id" in self._columns(table.view)
        columns = f"* exclude ({'person_id' if has_person else 'export_day'})"
        if not has_person:
            columns += ", export_day"
        self.con.execute(
            f"create or replace table landing_rows as select {columns} from {table.view} "
            f"where export_day between {span.first} and {span.last} order by export_day"
        )
        if table.broken_column and self.settings.broken:
            self._add_broken_rows(table)

    def _columns(self, relation: str) -> list[str]:
        return [row[0] for row in self.con.execute(f"describe {relation}").fetchall()]

    def _add_broken_rows(self, table: Table) -> None:
        """Add copies of rows that break their type or a required value, under 1 % of a day."""
        key = self._key("landing_rows")
        is_text = table.broken_value.startswith("'")
        as_text = f"replace ({table.broken_column}::varchar as {table.broken_column})"
        self.con.execute(
            f"""
            create or replace table landing_rows as
            select * {as_text if is_text else ""} from landing_rows
            union all by name
            select * exclude (rows_of_day, place) replace (
                {table.broken_value} as {table.broken_column}, 'BROKEN-' || {key} as {key}
            )
            from (
                select
                    *,
                    count(*) over (partition by export_day) as rows_of_day,
                    row_number() over (
                        partition by export_day
                        order by hash(getvariable('seed'), 'broken', {key}), {table.order_by}
                    ) as place
                from landing_rows
            )
            where rows_of_day >= {MIN_BROKEN_ROWS}
                and place <= ceil(rows_of_day * least(getvariable('broken'), 0.008))
            order by export_day
            """
        )

    # Web events --------------------------------------------------------------------------------

    def _write_web_events(self, span: Span) -> int:
        """Write the GA4 files of each day, two days at a time; return the number of rows."""
        # Joins as they are written: events stream through them in the order they were sorted in.
        # The search for common subexpressions takes longer than it saves on a day's rows.
        self.con.execute(
            "set disabled_optimizers = 'join_order,build_side_probe_side,common_subexpressions'"
        )
        with ThreadPoolExecutor(max_workers=2) as pool:
            files = [
                file
                for files in pool.map(self._write_web_day, range(span.first, span.last + 1))
                for file in files
            ]
        files += self._write_late_events(span)
        self.con.execute("reset disabled_optimizers")
        for path, rows in files:
            self.con.execute(
                "insert into landed_file values (?, 'ga4', 'event', ?)",
                [str(path.relative_to(self.data_dir.landing)), rows],
            )
        return sum(rows for _, rows in files)

    def _write_web_day(self, day: int) -> list[tuple[Path, int]]:
        """Write the events of `day`, and those of the day before if they are sent again.

        Returns the files with their numbers of rows.
        """
        con = self.con.cursor()
        self._prepare(con)
        files = [
            self._write_web_file(
                con,
                f"events_{self._label(day)}.parquet",
                {
                    "visits": f"v.day between {day} - 1 and {day}",
                    "events": f"event_day = {day} and not is_late",
                    "first_day": day - 1,
                    "last_day": day,
                    "broken": min(self.settings.broken, 0.008),
                },
            )
        ]
        if con.execute("from reexported_day where day = ?", [day - 1]).fetchall():
            files.append(
                self._write_web_file(
                    con,
                    f"events_reexport_{self._label(day)}.parquet",
                    {
                        "visits": f"v.day between {day} - 2 and {day} - 1 and v.visit_hash % 2 = 0",
                        "events": f"event_day = {day} - 1 and not is_late",
                        "first_day": day - 2,
                        "last_day": day - 1,
                        "broken": 0,
                    },
                )
            )
        con.close()
        return [(path, rows) for path, rows in files if rows]

    def _label(self, day: int) -> str:
        return f"{self.settings.start + dt.timedelta(days=day):%Y%m%d}"

    def _write_web_file(
        self, con: duckdb.DuckDBPyConnection, name: str, values: dict[str, object]
    ) -> tuple[Path, int]:
        """Write one GA4 file and its truth."""
        path = self.data_dir.landing / "ga4" / "event" / name
        values = {**values, "also": "", "file": f"'ga4/event/{name}'", "min_rows": MIN_BROKEN_ROWS}
        con.execute(_filled("ga4_events.sql", values))
        rows = copy_to(con, _filled("ga4_rows.sql", values), path, "parquet")
        if rows:
            truth = self.data_dir.truth / "web_event" / name
            copy_to(con, _filled("ga4_truth.sql", values), truth, "parquet")
        return path, rows

    def _write_late_events(self, span: Span) -> list[tuple[Path, int]]:
        """Write the events that arrive late, in a file on the day they arrive.

        They are few: all are made at once. Returns the files with their numbers of rows.
        """
        values = {
            "visits": f"v.late_days > 0 and v.day between {span.first} - 8 and {span.last}",
            "events": f"is_late and event_day + late_days between {span.first} and {span.last}",
            "first_day": span.first - 8,
            "last_day": span.last,
            "broken": 0,
            "min_rows": MIN_BROKEN_ROWS,
            "also": "event_day + late_days as file_day,",
            "file": "'ga4/event/events_late_' || strftime(getvariable('start_date') "
            "+ (event_day + e.late_days)::int, '%Y%m%d') || '.parquet'",
        }
        self.con.execute(_filled("ga4_events.sql", values))
        for name in ("rows", "truth"):
            query = _filled(
                f"ga4_{name}.sql",
                values
                | ({"also": "event_day + e.late_days as file_day,"} if name == "truth" else {}),
            )
            self.con.execute(f"create or replace temp table late_{name} as {query}")
        files = []
        for (day,) in self.con.execute(
            "select distinct file_day from late_rows order by file_day"
        ).fetchall():
            name = f"events_late_{self._label(day)}.parquet"
            path = self.data_dir.landing / "ga4" / "event" / name
            of_day = f"where file_day = {day}"
            query = f"select * exclude (file_day) from late_rows {of_day}"
            files.append((path, copy_to(self.con, query, path, "parquet")))
            query = f"select * exclude (file_day) from late_truth {of_day}"
            copy_to(self.con, query, self.data_dir.truth / "web_event" / name, "parquet")
        return files

    # Bad files and truth -----------------------------------------------------------------------

    def _write_broken_files(self) -> None:
        """Add files that cannot be read: a truncated gzip, a table without its key, in turns."""
        for number in range(self.settings.broken_files):
            if number % 2 == 0:
                path = self.data_dir.landing / f"crm/contact/contact_broken_{number}.csv.gz"
                content = gzip.compress(b"id,property_email\n" * 500, mtime=0)[:-12]
            else:
                path = self.data_dir.landing / f"store/order/order_broken_{number}.csv"
                content = b"name,total_price\n#CL-1,10.00\n"
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(path.name + ".tmp")
            part.write_bytes(content)
            part.replace(path)

    def _write_truth(self, span: Span) -> None:
        """Write every `truth_*` view, as known at the end of the span."""
        self.con.execute(f"set variable last_day = {span.last}")
        web_events = self.data_dir.truth / "web_event" / "*.parquet"
        self.con.execute(f"set variable web_event_files = '{web_events}'")
        self.con.execute((FOLDER / "sql" / "truth.sql").read_text(encoding="utf-8"))
        views = self.con.execute(
            "select view_name from duckdb_views() where view_name like 'truth\\_%' escape '\\'"
        ).fetchall()
        for (view,) in views:
            path = self.data_dir.truth / f"{view.removeprefix('truth_')}.parquet"
            copy_to(self.con, f"select * from {view} order by all", path, "parquet")


def _filled(file: str, values: dict[str, object]) -> str:
    """The text of an SQL file with `:name` replaced by its value."""
    text = (FOLDER / "sql" / file).read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f":{name}", str(value))
    return text
