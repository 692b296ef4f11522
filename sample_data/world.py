"""Builds the world in DuckDB and writes its landing files and its hidden truth."""

from __future__ import annotations

import datetime as dt
import gzip
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path

import duckdb

from sample_data.settings import Settings
from sample_data.writer import TABLES, Table, copy_by_file, copy_to
from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import file_to_read, file_to_write, files_below, literal

FOLDER = Path(__file__).resolve().parent
MIN_BROKEN_ROWS = 125  # of which one broken row is not more than the share below
FAULTY_SHARE = 0.008  # broken rows of a faulty day, so that no file has 1 % of them
# Of DuckDB's tables and operators, for worlds of every size; beyond it they spill to the data
# directory's `tmp`. Python and the Parquet writers take some hundred MB more.
MEMORY_LIMIT = "1GB"
DAYS_PER_COPY = 15  # days of a world of 20,000 persons whose web events are written at once


@dataclass(frozen=True)
class Span:
    """Days `first`..`last` of the window, counted from 0, both included."""

    first: int
    last: int

    def label(self, start: dt.date) -> str:
        """The days as they stand in file names."""
        days = [f"{start + dt.timedelta(days=day):%Y%m%d}" for day in (self.first, self.last)]
        return days[0] if self.first == self.last else "_".join(days)

    def pieces(self, days: int) -> Iterator[Span]:
        """The span cut at every multiple of `days`."""
        first = self.first
        while first <= self.last:
            last = min(self.last, first - first % days + days - 1)
            yield Span(first, last)
            first = last + 1

    def parts(self, start: dt.date, period: str) -> Iterator[Span]:
        """The span cut at the ends of each `day`, calendar `week` or calendar `month`."""
        first = self.first
        for day in range(self.first, self.last + 1):
            tomorrow = start + dt.timedelta(days=day + 1)
            is_end = {"day": True, "week": tomorrow.weekday() == 0, "month": tomorrow.day == 1}
            if day == self.last or is_end[period]:
                yield Span(first, day)
                first = day + 1


class World:
    """One generated world, in a scratch database that is deleted with it.

    Use as a context manager; `write` writes files for some of its days.
    """

    def __init__(
        self, settings: Settings, data_dir: DataDir, memory_limit: str = MEMORY_LIMIT
    ) -> None:
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
        # Small row groups, so that a day of the visits is read without most of the others.
        database = Path(self.scratch.name) / "world.duckdb"
        self.con.execute(f"attach {file_to_write(database)} as world (row_group_size 16384)")
        # The database lives for a minute: time spent on compressing or checkpointing it is lost.
        self.con.execute("set force_compression = 'uncompressed'")
        self.con.execute("set checkpoint_threshold = '1TB'")
        self.con.execute("set partitioned_write_max_open_files = 10000")
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
        con.execute(f"set variable faulty_share = {FAULTY_SHARE}")
        for name, date in (("start_t", self.settings.start), ("end_t", self.settings.end)):
            con.execute(
                f"set variable {name} = "
                f"(select epoch(timezone('Europe/Rome', timestamp '{date}'))::bigint)"
            )

    def _build(self) -> None:
        for file in sorted((FOLDER / "reference").glob("*.csv")):
            self.con.execute(
                f"create table reference_{file.stem} as from read_csv({file_to_read(file)})"
            )
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
        rows = self._write_landing(span, daily)
        self._write_broken_files()
        self._write_truth(span)
        return rows

    def _remember_earlier_files(self, span: Span) -> None:
        """Keep in the truth what earlier runs wrote for the days before the span."""
        files, rows = (self.data_dir.truth / f"{name}.parquet" for name in ("file", "planted_row"))
        if span.first == 0 or not files.exists():
            return
        before = f"right(regexp_extract(file, '^[^.]+'), 8) < '{self._label(span.first)}'"
        self.con.execute(f"insert into landed_file from {file_to_read(files)} where {before}")
        if rows.exists():
            self.con.execute(
                "insert into broken_row select source, table_name, file, row_key "
                f"from {file_to_read(rows)} "
                f"where kind = 'broken' and source <> 'ga4' and {before}"
            )

    def _write_landing(self, span: Span, daily: bool) -> int:
        """Write the files of all tables, on two threads; return the number of rows."""
        # Joins as they are written: visits stream through them in the order they are stored in.
        self.con.execute("set disabled_optimizers = 'join_order,build_side_probe_side'")
        # One thread of DuckDB's for each of ours: several on one query would mix the rows' order.
        self.con.execute("set threads = 1")
        pieces = list(span.pieces(self._days_per_copy()))
        with ThreadPoolExecutor(max_workers=2) as pool:
            tables = pool.submit(self._write_tables, span, daily)
            late = pool.submit(self._write_late_events, span, daily)
            files = [file for files in pool.map(self._write_web_days, pieces) for file in files]
            files += late.result()
            rows = tables.result() + sum(rows for _, rows in files)
        self.con.execute("set threads = 2")
        self.con.execute("reset disabled_optimizers")
        for path, number in files:
            self._note_file(self.con, path, "ga4", "event", number)
        return rows

    def _days_per_copy(self) -> int:
        return min(60, max(1, DAYS_PER_COPY * 20_000 // self.settings.persons))

    def _note_file(
        self, con: duckdb.DuckDBPyConnection, path: Path, source: str, table: str, rows: int
    ) -> str:
        """Note a landed file for the truth and return its name there."""
        file = str(path.relative_to(self.data_dir.landing))
        con.execute("insert into landed_file values (?, ?, ?, ?)", [file, source, table, rows])
        return file

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own for a thread."""
        con = self.con.cursor()
        self._prepare(con)
        return con

    def _write_tables(self, span: Span, daily: bool) -> int:
        con = self._cursor()
        rows = 0
        for table in TABLES:
            self._materialise(con, table, span)
            for part in span.parts(self.settings.start, "day" if daily else table.period):
                rows += self._write_part(con, table, part)
        con.close()
        return rows

    def _write_part(self, con: duckdb.DuckDBPyConnection, table: Table, part: Span) -> int:
        """Write one file of `table`, and note it and its broken rows for the truth."""
        path = table.path(self.data_dir.landing, part.label(self.settings.start))
        chosen = f"landing_rows where export_day between {part.first} and {part.last}"
        rows = copy_to(
            con,
            f"select * exclude (export_day) from {chosen} order by {table.order_by}",
            path,
            table.file_format,
        )
        if rows:
            file = self._note_file(con, path, table.source, table.name, rows)
            if table.broken_column and self.settings.broken:
                key = _key(con, "landing_rows")
                con.execute(
                    f"insert into broken_row select ?, ?, ?, {key} from {chosen} "
                    f"and starts_with({key}, 'BROKEN-')",
                    [table.source, table.name, file],
                )
        return rows

    def _materialise(self, con: duckdb.DuckDBPyConnection, table: Table, span: Span) -> None:
        """Put the rows of `table` in the span, broken ones included, into `landing_rows`."""
        has_person = "person_id" in _columns(con, table.view)
        columns = f"* exclude ({'person_id' if has_person else 'export_day'})"
        if not has_person:
            columns += ", export_day"
        con.execute(
            f"create or replace temp table landing_rows as select {columns} from {table.view} "
            f"where export_day between {span.first} and {span.last}"
        )
        if table.broken_column and self.settings.broken:
            self._add_broken_rows(con, table)

    def _add_broken_rows(self, con: duckdb.DuckDBPyConnection, table: Table) -> None:
        """Add copies of rows that break their type or a required value, on faulty days."""
        key = _key(con, "landing_rows")
        if table.broken_value.startswith("'"):
            con.execute(f"alter table landing_rows alter {table.broken_column} type varchar")
        con.execute(
            f"""
            insert into landing_rows by name
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
                where is_faulty_day('{table.source}.{table.name}', export_day)
            )
            where rows_of_day >= {MIN_BROKEN_ROWS}
                and place <= floor(rows_of_day * getvariable('faulty_share'))
            """
        )

    # Web events --------------------------------------------------------------------------------

    def _write_web_days(self, days: Span) -> list[tuple[Path, int]]:
        """Write the events of each of some days, and the copies that arrive on these days.

        Returns the files with their numbers of rows.
        """
        con = self._cursor()
        files = self._write_web_files(
            con,
            Span(days.first - 1, days.last),
            f"event_day between {days.first} and {days.last} and not is_late",
            f"'events_{self._label(days.first)}.parquet'"
            if days.first == days.last
            else "'events_' || event_date || '.parquet'",
            is_late=False,
        )
        for day, kind, arrival, half in con.execute(
            "select day, kind, arrival, half from copied_day where arrival between ? and ? "
            "order by kind, day",
            [days.first, days.last],
        ).fetchall():
            files += self._write_web_files(
                con,
                Span(day - 1, day),
                f"event_day = {day} and not is_late and visit_hash % 2 = {half} and copy < 2",
                f"'events_{kind}_{self._label(arrival)}.parquet'",
                is_late=False,
                is_intraday=kind == "intraday",
            )
        con.close()
        return files

    def _write_late_events(self, span: Span, daily: bool) -> list[tuple[Path, int]]:
        """Write the events that arrive late, in files by the day or week they arrive in.

        They are few: all are made at once. Returns the files with their numbers of rows.
        """
        con = self._cursor()
        labels = [
            literal(part.label(self.settings.start))
            for part in span.parts(self.settings.start, "day" if daily else "week")
            for _ in range(part.first, part.last + 1)
        ]
        arrival = "(event_day + late_days)"
        files = self._write_web_files(
            con,
            Span(span.first - 8, span.last),
            f"is_late and {arrival} between {span.first} and {span.last} and copy <> 2",
            f"'events_late_' || [{', '.join(labels)}][{arrival} - {span.first - 1}] || '.parquet'",
            is_late=True,
        )
        con.close()
        return files

    def _label(self, day: int) -> str:
        return f"{self.settings.start + dt.timedelta(days=day):%Y%m%d}"

    def _write_web_files(
        self,
        con: duckdb.DuckDBPyConnection,
        visits: Span,
        events: str,
        file: str,
        *,
        is_late: bool,
        is_intraday: bool = False,
    ) -> list[tuple[Path, int]]:
        """Write chosen events of the visits of some days, and whose they are, to GA4 files.

        `events` is the condition that chooses them, `file` the SQL of their file's name. Returns
        the files with their numbers of rows.
        """
        values = {
            "first_day": visits.first, "last_day": visits.last, "least_late": int(is_late),
            "events": events, "file": file, "is_intraday": is_intraday,
        }  # fmt: skip
        folders = {
            "ga4_rows.sql": self.data_dir.landing / "ga4" / "event",
            "ga4_truth.sql": self.data_dir.truth / "web_event",
        }
        files = []
        for template, folder in folders.items():
            query = _filled(template, values)
            if self._days_per_copy() == 1 and "||" not in file:
                # A large day: written straight to its file, as it is worth planning it alone.
                path = folder / file.strip("'")
                rows = copy_to(con, f"select * exclude (file_name) from ({query})", path, "parquet")
                files = [(path, rows)] if rows else []
            else:
                files = copy_by_file(con, query, folder, Path(self.scratch.name))
        return [(folders["ga4_rows.sql"] / path.name, rows) for path, rows in files]

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
        # Every file is sorted: what is read before need not be kept in order, which takes memory.
        self.con.execute("set preserve_insertion_order = false")
        web_events = files_below(self.data_dir.truth / "web_event", "*.parquet")
        self.con.execute(f"set variable web_event_files = {web_events}")
        self.con.execute((FOLDER / "sql" / "truth.sql").read_text(encoding="utf-8"))
        views = self.con.execute(
            "select view_name from duckdb_views() where view_name like 'truth\\_%' escape '\\'"
        ).fetchall()
        for (view,) in views:
            path = self.data_dir.truth / f"{view.removeprefix('truth_')}.parquet"
            copy_to(self.con, f"select * from {view} order by all", path, "parquet")
        self.con.execute("reset preserve_insertion_order")


def _filled(file: str, values: Mapping[str, object]) -> str:
    """The text of an SQL file with `:name` replaced by its value."""
    text = (FOLDER / "sql" / file).read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f":{name}", str(value))
    return text


def _columns(con: duckdb.DuckDBPyConnection, relation: str) -> list[str]:
    return [row[0] for row in con.execute(f"describe {relation}").fetchall()]


def _key(con: duckdb.DuckDBPyConnection, relation: str) -> str:
    """The column of a relation that names its rows: the first one that ends in `id`."""
    return next(name for name in _columns(con, relation) if name.endswith("id"))
