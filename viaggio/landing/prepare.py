"""Check one file and write its rows where landing works, before anything of it counts.

Each preparation has a DuckDB session of its own, so that several files can be prepared at a time;
what becomes of them is decided by `load`, one after the other.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
from duckdb.sqltypes import DuckDBPyType

from viaggio.landing import json_text
from viaggio.landing.casts import fields_of
from viaggio.landing.checking import Checked, check, event_day, loaded_columns
from viaggio.landing.content import BadFileError, Flaw, inspect
from viaggio.landing.erased import REMOVED, find
from viaggio.landing.erased_texts import TextSearch
from viaggio.landing.moves import move_of
from viaggio.landing.names import without_personal
from viaggio.landing.reading import REJECTS, REJECTS_SCAN, Reading, read
from viaggio.landing.settings import LandingSettings
from viaggio.workspace.contract import LOAD_COLUMNS, RawTable
from viaggio.workspace.ledger import FileRecord, Move
from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import file_to_read, file_to_write, literal
from viaggio.workspace.tombstones import Tombstones

# Reading a small file is mostly waiting and planning: several are prepared side by side.
FILES_AT_A_TIME = 3
# Text takes thirty times its size while it is checked.
BYTES_AT_A_TIME = 8 << 20
# A file from this size on may use much of the memory for its days.
LARGE_BYTES = 32 << 20

# What DuckDB says when the machine, not the file, is at fault. Nothing of the file's own is refused
# so: it was read from its first byte to its last before, and is opened under a plain name.
_MACHINE_TROUBLE = (
    *("could not write", "cannot write", "max_temp_directory_size"),
    *(
        os.strerror(code).lower()
        for code in (
            *(errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM),
            *(errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENAMETOOLONG),
        )
    ),
)
# What DuckDB takes, by experience, to collect rows of one more day: for each column with a value of
# its own, a vector of 2,048 values of 16 bytes and their bookkeeping.
BYTES_OF_OPEN_COLUMN = 48 << 10
# Parts of the memory that a file may use for open days.
SHARE_OF_LARGE, SHARE_OF_SMALL = 0.4, 0.04


def open_session(spill: Path, settings: LandingSettings) -> duckdb.DuckDBPyConnection:
    """A DuckDB session to read files with, which spills to that folder."""
    config: dict[str, str | float | list[str]] = {
        "memory_limit": settings.memory_limit,
        "temp_directory": str(spill),
        "threads": settings.threads or os.cpu_count() or 1,
    }
    con = duckdb.connect(config=config)
    json_text.define(con, settings.max_json_depth)
    return set_up(con, settings)


def set_up(con: duckdb.DuckDBPyConnection, settings: LandingSettings) -> duckdb.DuckDBPyConnection:
    """Give a session the settings that each needs for itself."""
    con.execute("set TimeZone = 'UTC'")
    con.execute(f"set partitioned_write_flush_threshold = {settings.flush_rows}")
    con.execute("set enable_progress_bar = false")
    return con


@dataclass(frozen=True)
class FileToRead:
    """A dropped file and the table it is for.

    Attributes:
        path: Where the file is.
        record: What is known of it.
        table: The contract of its table.
        is_large: It may use much of the memory, as it is prepared alone.
    """

    path: Path
    record: FileRecord
    table: RawTable
    is_large: bool = False


class OutOfMemoryError(Exception):
    """A file needs more memory than it may use."""

    def __init__(self, file: FileToRead) -> None:
        super().__init__(file.record.source_file)
        self.file = file


class RowsLostError(RuntimeError):
    """Landing wrote other rows than it counted."""


@dataclass(frozen=True)
class Prepared:
    """A file whose good and bad rows are written, and how they get to their places.

    Attributes:
        record: What the ledger will say of it.
        days: Good rows by event day.
        parts: Where the good rows are written, each in a folder that names its day.
        moves: Renames of its parts, to be made once the ledger has the record.
        names_erased: Rows named erased persons, so that the dropped file must be rewritten.
    """

    record: FileRecord
    days: dict[date, int] = field(default_factory=dict)
    parts: list[Path] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    names_erased: bool = False


@dataclass(frozen=True)
class _Rows:
    """Numbers of rows of a file: good, bad, left out for an erased person; and if any names one."""

    good: int
    bad: int
    erased: int = 0
    names_erased: bool = False

    @property
    def in_file(self) -> int:
        return self.good + self.bad + self.erased


@dataclass(frozen=True)
class Preparation:
    """A DuckDB session that prepares files, one at a time."""

    data_dir: DataDir
    settings: LandingSettings
    con: duckdb.DuckDBPyConnection
    loaded_at: datetime
    latest: datetime
    tombstones: Tombstones = field(default_factory=Tombstones)

    def prepare(self, file: FileToRead, folder: Path) -> Prepared:
        """Check the file and write its rows into the folder.

        Raises:
            BadFileError: The file must be refused whole.
            OutOfMemoryError: The file needs more memory than it may use here.
            duckdb.Error: The machine is at fault.
            OSError: Likewise.
        """
        try:
            return self._prepare(file, folder)
        except (duckdb.OutOfMemoryException, MemoryError) as error:
            if is_machine_trouble(error):
                raise
            raise OutOfMemoryError(file) from error
        except RecursionError:
            raise BadFileError(
                Flaw("nested too deep to be read", "Export it with a flatter structure.")
            ) from None
        except duckdb.Error as error:
            if is_machine_trouble(error):
                raise
            raise BadFileError(
                Flaw(
                    f"cannot be read ({type(error).__name__}): damaged, or not what it seems",
                    "Open it with the program that wrote it, export it again and drop it again. A"
                    f" line of text may have up to {self.settings.max_line_bytes >> 20} MiB.",
                )
            ) from error
        finally:
            # Where memory is short even for this, the next file's stage is where it is dropped.
            with contextlib.suppress(duckdb.OutOfMemoryException):
                self._drop_stage()

    def _prepare(self, file: FileToRead, folder: Path) -> Prepared:
        record, table = file.record, file.table
        # Under a plain name, whatever the file is called.
        dropped = folder / "dropped"
        dropped.symlink_to(file.path.absolute())
        content = inspect(dropped, file.path.name, folder / "unpacked", self.settings)
        reading = read(self.con, content, table, self.settings)
        checked = check(table, reading, self.latest)
        good, bad = self.stage(reading, checked)
        if reading.has_rejects:
            self._refuse_open_quote(content.bytes)
        if bad > self.settings.quarantine_max_share * (good + bad):
            raise BadFileError(self._too_many_bad(good, bad), rows=good + bad)
        rows = self._without_erased(table, good, bad) if self.tombstones else _Rows(good, bad)
        good, bad = rows.good, rows.bad
        record = replace(
            record,
            rows_in_file=rows.in_file,
            rows_raw=good,
            rows_quarantined=bad,
            rows_erased=rows.erased,
            extra_columns=without_personal(", ".join(checked.extra_columns)) or None,
        )
        days, parts = self._write_good(file, record, folder) if good else ({}, [])
        place = table.folder(self.data_dir.raw)
        moves = [
            move_of(self.data_dir, part, place / part.parent.name / part.name) for part in parts
        ]
        if bad:
            bad_rows = self._bad_rows(file, record)
            part = folder / "quarantine.parquet"
            write_quarantine(self.con, bad_rows, part, decimal_comma=reading.decimal_comma)
            place = quarantine_file(self.data_dir, table.source, table.name, record.file_id)
            moves.append(move_of(self.data_dir, part, place))
        return Prepared(record, days, parts, moves, rows.names_erased)

    def _without_erased(self, table: RawTable, good: int, bad: int) -> _Rows:
        """Take erased persons out of the views `checked` and `bad`."""
        found = find(self.con, table, "checked")
        removed_bad = 0
        if bad:
            search = TextSearch(self.tombstones)
            rows = self.con.execute("select row_number, row_text from bad").fetchall()
            named = [[number] for number, text in rows if search.names_erased(text or "")]
            removed_bad = len(named)
            self.con.execute("create temp table kept_bad as from bad")
            if named:
                self.con.executemany("delete from kept_bad where row_number = ?", named)
            self.con.execute("create or replace temp view bad as from kept_bad")
        if not found:
            return _Rows(good, bad - removed_bad, removed_bad, bool(removed_bad))
        left = found.rows("checked", ("_reason", "_row_number"))
        self.con.execute(f"create temp table left_over as {left}")
        self.con.execute(
            "create or replace temp view checked as from left_over"
            f" where _reason is null and _erased is distinct from {literal(REMOVED)}"
        )
        (kept,) = self._one("select count(*) from checked")
        return _Rows(kept, bad - removed_bad, good - kept + removed_bad, names_erased=True)

    def stage(self, reading: Reading, checked: Checked) -> tuple[int, int]:
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
            self.con.execute(
                "create temp view checked as select *, rowid + 1 as _row_number from staged"
            )
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
            ("table", "kept_bad"),
            ("table", "left_over"),
            ("table", "staged"),
            ("table", "by_day"),
            ("table", REJECTS),
            ("table", REJECTS_SCAN),
        ):
            self.con.execute(f"drop {kind} if exists temp.{name}")

    def _one(self, query: str) -> tuple[Any, ...]:
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
        self, file: FileToRead, record: FileRecord, folder: Path
    ) -> tuple[dict[date, int], list[Path]]:
        """Write the good rows, a file for each day."""
        columns = loaded_columns(file.table, record.source_file, self.loaded_at)
        condition = "where _reason is null" if record.rows_quarantined else ""
        days = self.days_of(f"select {event_day(file.table)} as event_day from checked {condition}")
        rows = f"select {columns} from checked {condition}"
        return days, self.write_by_day(
            file.table, rows, days, record.file_id, folder, is_large=file.is_large
        )

    def days_of(self, rows: str) -> dict[date, int]:
        """Number of rows of a query by `event_day`."""
        counted = f"select event_day, count(*) from ({rows}) group by all order by all"
        return dict(self.con.execute(counted).fetchall())

    def write_by_day(
        self,
        table: RawTable,
        rows: str,
        days: Mapping[date, int],
        name: str,
        folder: Path,
        *,
        is_large: bool,
    ) -> list[Path]:
        """Write rows to `<folder>/raw*/event_day=<day>/<name>_<number>.parquet`.

        No more days are open than memory allows. Returns the parts.
        """
        most = self._most_open_days(table, is_large)
        if len(days) <= most:
            return self._write_days(rows, name, folder / "raw", sum(days.values()))
        # Sorted, the rows of some days lie together and are read alone.
        self.con.execute(f"create temp table by_day as {rows} order by event_day")
        parts, numbered = [], list(days.items())
        for start in range(0, len(numbered), most):
            some = numbered[start : start + most]
            query = (
                f"from by_day where event_day between date '{some[0][0]}' and date '{some[-1][0]}'"
            )
            expected = sum(count for _, count in some)
            parts += self._write_days(query, name, folder / f"raw_{start}", expected)
        return parts

    def _most_open_days(self, table: RawTable, is_large: bool) -> int:
        """How many days' rows DuckDB may collect at a time."""
        (limit,) = self._one("select current_setting('memory_limit')")
        (memory,) = self._one(f"select parse_formatted_bytes({literal(str(limit))})")
        width = sum(_leaves(column.type) for column in table.columns) + len(LOAD_COLUMNS)
        share = SHARE_OF_LARGE if is_large else SHARE_OF_SMALL
        return max(8, int(memory * share / (width * BYTES_OF_OPEN_COLUMN)))

    def _write_days(self, rows: str, name: str, raw: Path, expected: int) -> list[Path]:
        written = self.con.execute(
            f"copy ({rows}) to {file_to_write(raw)} ("
            "format parquet, compression zstd, partition_by (event_day), return_stats,"
            f" row_group_size {self.settings.row_group_size},"
            f" filename_pattern '{name}_{{i}}')"
        ).fetchall()
        count = sum(count for _, count, *_ in written)
        if count != expected:
            raise RowsLostError(f"{expected} rows are good, but {count} were written")
        return [Path(name) for name, *_ in written]

    def _bad_rows(self, file: FileToRead, record: FileRecord) -> str:
        fixed = ", ".join(
            f"{literal(str(getattr(record, name)))} as {name}"
            for name in ("source_name", "table_name", "source_file", "file_id")
        )
        return (
            f"select {fixed}, row_number::bigint as row_number, row_text, reason,"
            f" timestamp '{self.loaded_at}' as quarantined_at from bad order by row_number"
        )


def write_quarantine(
    con: duckdb.DuckDBPyConnection, rows: str, part: Path, *, decimal_comma: bool | None
) -> None:
    """Write bad rows of one file, given as a query, and how their file writes numbers, if known."""
    known = "" if decimal_comma is None else f", kv_metadata {{decimal_comma: '{decimal_comma}'}}"
    con.execute(f"copy ({rows}) to {file_to_write(part)} (format parquet, compression zstd{known})")


def decimal_comma_of(con: duckdb.DuckDBPyConnection, part: Path) -> bool | None:
    """Whether the file of some bad rows writes `1.234,5`; none where a former version landed it."""
    found = con.execute(
        f"select decode(value) from parquet_kv_metadata({file_to_read(part)})"
        " where decode(key) = 'decimal_comma'"
    ).fetchall()
    return found[0][0] == "True" if found else None


def quarantine_file(data_dir: DataDir, source: str, table: str, file_id: str) -> Path:
    """Where the bad rows of a file lie."""
    return data_dir.quarantine / "quarantined_row" / f"{source}.{table}.{file_id}.parquet"


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


def _leaves(dtype: DuckDBPyType) -> int:
    """Number of values in one value of a type: the fields of a struct, the items of a list."""
    if dtype.id == "list":
        return 1 + _leaves(dtype.child)
    if dtype.id == "struct":
        return sum(_leaves(child) for _, child in fields_of(dtype))
    return 1


def is_machine_trouble(error: Exception) -> bool:
    """Whether the machine is at fault (memory, disk), and not the file."""
    return any(words in str(error).lower() for words in _MACHINE_TROUBLE)
