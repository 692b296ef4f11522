"""Check one file and write its rows where landing works, before anything of it counts.

Each preparation has a DuckDB session of its own, so that several files can be prepared at a time;
what becomes of them is decided by `load`, one after the other.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

from orchestration.landing.casts import literal
from orchestration.landing.checking import Checked, check, loaded_columns
from orchestration.landing.content import BadFileError, Flaw, inspect
from orchestration.landing.contract import RawTable
from orchestration.landing.ledger import FileRecord, Move
from orchestration.landing.reading import MAX_LINE_BYTES, REJECTS, REJECTS_SCAN, Reading, read
from orchestration.paths import DataDir

# What DuckDB says when the machine, not the file, is at fault.
_MACHINE_TROUBLE = ("no space left", "could not write", "cannot write", "max_temp_directory_size")


@dataclass(frozen=True)
class LandingSettings:
    """How landing works.

    Attributes:
        quarantine_max_share: Share of bad rows above which a file is refused whole. It is taken
            literally: one bad row in a file of fewer than 100 is above 1 %.
        settle_seconds: How long a file must rest before it counts as finished.
        future_tolerance: How far clocks of sources may be ahead.
        memory_limit: DuckDB's; the process needs some hundred MB more.
        threads: DuckDB's; None takes one per core.
        row_group_size: Rows per Parquet row group.
        flush_rows: Rows a thread collects over all days before it writes them: more need more
            memory, fewer make small row groups where a file mixes many days.
    """

    quarantine_max_share: float = 0.01
    settle_seconds: float = 2.0
    future_tolerance: timedelta = timedelta(minutes=5)
    memory_limit: str = "1500MB"
    threads: int | None = None
    row_group_size: int = 122_880
    flush_rows: int = 131_072


@dataclass(frozen=True)
class Prepared:
    """A file whose good and bad rows are written, and how they get to their places.

    Attributes:
        record: What the ledger will say of it.
        days: Good rows by event day.
        moves: Renames of its parts, to be made once the ledger has the record.
    """

    record: FileRecord
    days: dict[date, int] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)


@dataclass(frozen=True)
class Preparation:
    """A DuckDB session that prepares files, one at a time."""

    data_dir: DataDir
    settings: LandingSettings
    con: duckdb.DuckDBPyConnection
    loaded_at: datetime

    def prepare(self, path: Path, record: FileRecord, table: RawTable, folder: Path) -> Prepared:
        """Check the file and write its rows into the folder.

        Raises:
            BadFileError: The file must be refused whole.
            duckdb.Error: The machine is at fault (disk or memory).
            OSError: Likewise.
        """
        try:
            return self._prepare(path, record, table, folder)
        except duckdb.Error as error:
            if _is_machine_trouble(error):
                raise
            raise BadFileError(
                Flaw(
                    f"cannot be read ({type(error).__name__}): damaged, or not what it seems",
                    "Open it with the program that wrote it, export it again and drop it anew. A"
                    f" line of text may have up to {MAX_LINE_BYTES >> 20} MiB.",
                )
            ) from error
        finally:
            self._drop_stage()

    def _prepare(self, path: Path, record: FileRecord, table: RawTable, folder: Path) -> Prepared:
        content = inspect(path, folder / "unpacked")
        reading = read(self.con, content, table)
        checked = check(table, reading, self.loaded_at, self.settings.future_tolerance)
        good, bad = self._stage(reading, checked)
        if reading.has_rejects:
            self._refuse_open_quote(content.bytes)
        if bad > self.settings.quarantine_max_share * (good + bad):
            raise BadFileError(self._too_many_bad(good, bad), rows=good + bad)
        record = replace(
            record,
            rows_in_file=good + bad,
            rows_raw=good,
            rows_quarantined=bad,
            extra_columns=", ".join(checked.extra_columns) or None,
        )
        days, moves = self._write_good(table, record, folder) if good else ({}, [])
        if bad:
            moves.append(self._write_bad(record, folder))
        return Prepared(record, days, moves)

    def _stage(self, reading: Reading, checked: Checked) -> tuple[int, int]:
        """Make the views `checked` and `bad`; count good and bad rows.

        Text is parsed once into a temporary table (which may spill to disk). Parquet is not
        copied: the view reads just the columns each query needs, and rows keep their order
        because they know their number.
        """
        self._drop_stage()
        if reading.row_number:
            self.con.execute(f"create temp view checked as {checked.query}")
            # Few rows are bad: they are found on the narrow columns their reasons need, and only
            # they are read whole.
            self.con.execute(
                "create temp view bad as select _row_number as row_number, _row_text as row_text,"
                " _reason as reason from checked where _row_number in"
                " (select _row_number from checked where _reason is not null)"
            )
        else:
            self.con.execute(f"create temp table staged as {checked.query}")
            self.con.execute("create temp view checked as select * from staged")
            self.con.execute(f"create temp view bad as {_bad_of_staged(reading.has_rejects)}")
        (good,) = self._one("select count(*) from checked where _reason is null")
        (bad,) = self._one("select count(*) from bad")
        return good, bad

    def _refuse_open_quote(self, file_bytes: int) -> None:
        """A quote that is still open at the end swallowed rows: nobody can say how many."""
        row = self.con.execute(
            f"select line - 1, line_byte_position from {REJECTS}"
            " where error_type = 'UNQUOTED VALUE'"
            f" and line_byte_position + strlen(csv_line) >= {file_bytes}"
            " order by line desc limit 1"
        ).fetchone()
        if row is not None:
            raise BadFileError(
                Flaw(
                    f"a quote opened in row {row[0]} is never closed",
                    'Double each quote inside a quoted text ("") and close the text.',
                    row=row[0],
                    byte=row[1],
                )
            )

    def _drop_stage(self) -> None:
        for kind, name in (
            ("view", "bad"),
            ("view", "checked"),
            ("table", "staged"),
            ("table", REJECTS),
            ("table", REJECTS_SCAN),
        ):
            self.con.execute(f"drop {kind} if exists temp.{name}")

    def _one(self, query: str) -> tuple[int, ...]:
        row = self.con.execute(query).fetchone()
        return row if row is not None else (0,)

    def _too_many_bad(self, good: int, bad: int) -> Flaw:
        row, reason = self.con.execute(
            "select row_number, reason from bad order by row_number limit 1"
        ).fetchone() or (None, "")
        share = self.settings.quarantine_max_share
        return Flaw(
            f"{bad} of {good + bad} rows are bad, more than {share:.2%}; the first is row {row}: "
            f"{reason}",
            "Correct the export and drop it again; nothing of this file was loaded.",
            row=row,
            column=reason.split(":")[0].split(".")[0] if ":" in reason else None,
        )

    def _write_good(
        self, table: RawTable, record: FileRecord, folder: Path
    ) -> tuple[dict[date, int], list[Move]]:
        columns = loaded_columns(table, record.source_file, self.loaded_at)
        condition = "where _reason is null" if record.rows_quarantined else ""
        raw = folder / "raw"
        written = self.con.execute(
            f"copy (select {columns} from checked {condition}) to {literal(str(raw))} ("
            "format parquet, compression zstd, partition_by (event_day), return_stats,"
            f" row_group_size {self.settings.row_group_size},"
            f" filename_pattern '{record.file_id}_{{i}}')"
        ).fetchall()
        days: dict[date, int] = defaultdict(int)
        moves = []
        for name, rows, *_ in written:
            part = Path(name)
            day = part.parent.name
            days[date.fromisoformat(day.removeprefix("event_day="))] += rows
            place = table.folder(self.data_dir.raw) / day / part.name
            moves.append(move_of(self.data_dir, part, place))
        return dict(days), moves

    def _write_bad(self, record: FileRecord, folder: Path) -> Move:
        part = folder / "quarantine.parquet"
        fixed = ", ".join(
            f"{literal(str(getattr(record, name)))} as {name}"
            for name in ("source_name", "table_name", "source_file", "file_id")
        )
        self.con.execute(
            f"copy (select {fixed}, row_number::bigint as row_number, row_text, reason,"
            f" timestamp '{self.loaded_at}' as quarantined_at from bad order by row_number)"
            f" to {literal(str(part))} (format parquet, compression zstd)"
        )
        name = f"{record.source_name}.{record.table_name}.{record.file_id}.parquet"
        return move_of(self.data_dir, part, self.data_dir.quarantine / "quarantined_row" / name)


def move_of(data_dir: DataDir, origin: Path, destination: Path | None) -> Move:
    """A rename within the data directory, or a deletion."""
    root = data_dir.root
    return Move(
        str(origin.relative_to(root)), str(destination.relative_to(root)) if destination else None
    )


def _bad_of_staged(has_rejects: bool) -> str:
    """SQL of the bad rows of a staged text file, with their numbers in the file.

    A staged row's number is its place among the rows that could be read, plus the number of
    those before it that could not: with rejected rows r1 < r2 < ..., there are rj - j readable
    ones before the j-th.
    """
    if not has_rejects:
        return (
            "select rowid + 1 as row_number, _row_text as row_text, _reason as reason from staged"
            " where _reason is not null"
        )
    return f"""
        with rejected as (
            select
                line - 1 as row_number,
                trim(any_value(csv_line), chr(10) || chr(13)) as row_text,
                'the row does not have the columns of the header: '
                    || string_agg(distinct lower(error_type::varchar), ', ') as reason,
                line - 1 - row_number() over (order by line) as readable_before
            from {REJECTS}
            group by line
        )

        select
            rowid + 1 + (select count(*) from rejected where readable_before <= rowid)
                as row_number,
            _row_text as row_text,
            _reason as reason
        from staged
        where _reason is not null
        union all
        select row_number, row_text, reason from rejected
    """


def _is_machine_trouble(error: Exception) -> bool:
    if isinstance(error, duckdb.OutOfMemoryException):
        return True
    return any(words in str(error).lower() for words in _MACHINE_TROUBLE)
