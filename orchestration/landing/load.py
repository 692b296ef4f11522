"""Land dropped files: check them, load them, quarantine rows, refuse files; whole or not at all.

A file is loaded in three steps. Its rows are written to a loading folder below `tmp/`. One ledger
transaction makes the file count as loaded and lists the renames that bring its parts into `raw/`.
The renames are made. A process killed before the transaction leaves only a folder that the next
run deletes; killed after it, the next run makes the renames that are left (`recover`).
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import uuid
from collections import defaultdict
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path, PurePosixPath
from time import sleep

import duckdb

from orchestration.landing.casts import literal
from orchestration.landing.checking import Checked, check, loaded_columns
from orchestration.landing.content import BadFileError, Flaw, hash_file, inspect
from orchestration.landing.contract import Contract, RawTable, load_contract
from orchestration.landing.discover import Found, discover, stamp_of
from orchestration.landing.initialise import initialise_with
from orchestration.landing.ledger import FileRecord, Ledger, Move
from orchestration.landing.reading import MAX_LINE_BYTES, REJECTS, REJECTS_SCAN, Reading, read
from orchestration.landing.report import (
    DEFERRED,
    LOADED,
    REJECTED,
    SKIPPED,
    FileReport,
    LandingReport,
)
from orchestration.lock import writer_lock
from orchestration.paths import DataDir

__all__ = [
    "FileReport",
    "LandingError",
    "LandingReport",
    "LandingSettings",
    "land",
    "recover",
]

# What DuckDB says when the machine, not the file, is at fault.
_MACHINE_TROUBLE = ("no space left", "could not write", "cannot write", "max_temp_directory_size")


class LandingError(RuntimeError):
    """The run cannot go on: the machine is at fault, not a file."""


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


def land(
    data_dir: DataDir,
    contract: Contract | None = None,
    run_id: str | None = None,
    settings: LandingSettings = LandingSettings(),
) -> LandingReport:
    """Land every finished new file below `data_dir.landing`.

    Args:
        data_dir: Where to read and write.
        contract: The tables; the project's own by default.
        run_id: Name of the run in the ledger; drawn if not given.
        settings: How.

    Returns:
        What became of each file. Files that are refused do not stop the others.

    Raises:
        WriterBusyError: Another process is writing to the data directory.
        LandingError: The disk is full or memory too small; what was loaded so far stays loaded,
            nothing is half-loaded, and the next run goes on.
    """
    contract = contract or load_contract()
    with writer_lock(data_dir):
        recover(data_dir)
        with Ledger(data_dir.ledger_db) as ledger, _connect(data_dir, settings) as con:
            try:
                initialise_with(con, data_dir, contract)
                run_id = run_id or uuid.uuid4().hex
                loaded_at = ledger.start_run(run_id)
                return _Run(data_dir, contract, settings, ledger, con, run_id, loaded_at).land()
            except (OSError, sqlite3.Error, duckdb.Error) as error:
                raise LandingError(
                    f"{data_dir.root}: {_machine_message(error)} What was loaded stays loaded; "
                    "free space or memory and land again."
                ) from error
            finally:
                shutil.rmtree(_loading(data_dir), ignore_errors=True)


def recover(data_dir: DataDir) -> int:
    """Finish what a killed landing run had committed, and delete what it had not.

    Returns:
        The number of renames that had been left over.
    """
    with writer_lock(data_dir):
        moves: list[Move] = []
        if data_dir.ledger_db.exists():
            with Ledger(data_dir.ledger_db) as ledger:
                moves = ledger.pending_moves()
                _finish(data_dir, ledger, moves)
        shutil.rmtree(_loading(data_dir), ignore_errors=True)
        return len(moves)


def _loading(data_dir: DataDir) -> Path:
    """Everything landing writes before it commits."""
    return data_dir.tmp / "landing"


def _connect(data_dir: DataDir, settings: LandingSettings) -> duckdb.DuckDBPyConnection:
    loading = _loading(data_dir)
    loading.mkdir(parents=True, exist_ok=True)
    data_dir.landing.mkdir(parents=True, exist_ok=True)
    config: dict[str, str | int] = {
        "memory_limit": settings.memory_limit,
        "temp_directory": str(loading / "spill"),
        "threads": settings.threads or os.cpu_count() or 1,
    }
    con = duckdb.connect(config=config)
    con.execute("set TimeZone = 'UTC'")
    con.execute(f"set partitioned_write_flush_threshold = {settings.flush_rows}")
    con.execute("set enable_progress_bar = false")
    return con


def _finish(data_dir: DataDir, ledger: Ledger, moves: list[Move]) -> None:
    """Make the renames of a committed outcome; those already made are passed over."""
    for move in moves:
        origin, destination = data_dir.root / move.origin, data_dir.root / move.destination
        if not origin.exists():
            if not destination.exists() and move.stamp is None:
                raise LandingError(
                    f"{destination}: the ledger has it, but neither it nor {origin} exists. "
                    "Restore the data directory from a copy, or start a new one and land again."
                )
        elif move.stamp is None or stamp_of(origin) == move.stamp:
            _rename(origin, destination)
    if moves:
        ledger.clear_moves()


def _rename(origin: Path, destination: Path) -> None:
    """Rename; across file systems copy beside the destination first."""
    destination.parent.mkdir(parents=True, exist_ok=True)
    try:
        origin.replace(destination)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        copy = destination.with_name(f".{destination.name}.partial")
        shutil.copy2(origin, copy)
        copy.replace(destination)
        origin.unlink()


@dataclass
class _Run:
    """One landing run: the state that every file needs."""

    data_dir: DataDir
    contract: Contract
    settings: LandingSettings
    ledger: Ledger
    con: duckdb.DuckDBPyConnection
    run_id: str
    loaded_at: datetime

    def land(self) -> LandingReport:
        discovery = discover(
            self.data_dir.landing,
            self.ledger.stamps(),
            self.settings.settle_seconds,
            wait=sleep,
        )
        waiting = "still being written (its size or time changes, or its name ends in .tmp)"
        reports = [
            FileReport(found.source_file, DEFERRED, reason=waiting)
            for found in discovery.unfinished
        ]
        try:
            for number, found in enumerate(discovery.finished):
                reports.append(self._land_file(found, number))
        finally:
            self.ledger.export(self.data_dir.ledger, _loading(self.data_dir), self.con)
        return LandingReport(self.run_id, self.loaded_at, tuple(reports))

    def _land_file(self, found: Found, number: int) -> FileReport:
        folder = _loading(self.data_dir) / str(number)
        folder.mkdir(parents=True)
        try:
            return self._decide(found, folder)
        except (OSError, sqlite3.Error, duckdb.Error) as error:
            raise LandingError(
                f"{found.source_file}: could not be landed: {_machine_message(error)} "
                "Files before it are loaded, this one is not, not even in part; free space or "
                "memory and land again."
            ) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _decide(self, found: Found, folder: Path) -> FileReport:
        """Load, reject, skip or defer one file."""
        key = _table_of(found.source_file)
        try:
            file_id = hash_file(found.path)
        except (FileNotFoundError, PermissionError) as error:
            reason = f"cannot be opened: {error.strerror}"
            return FileReport(found.source_file, DEFERRED, *key, reason)
        if stamp_of(found.path) != found.stamp:
            return FileReport(found.source_file, DEFERRED, *key, "changed while it was read")
        record = FileRecord(
            file_id=file_id,
            source_file=found.source_file,
            source_name=key[0],
            table_name=key[1],
            outcome=LOADED,
            reason=None,
            rows_in_file=None,
            rows_raw=0,
            rows_quarantined=0,
            bytes=found.stamp.bytes,
            loaded_at=self.loaded_at,
            run_id=self.run_id,
        )
        table = self.contract.tables.get((key[0] or "", key[1] or ""))
        try:
            if table is None:
                raise BadFileError(_unknown_table(found.source_file, self.contract))
            first = self.ledger.first_with(table.source, table.name, file_id)
            if first is not None:
                return self._skip(found, record, first)
            return self._load(found, record, table, folder)
        except BadFileError as error:
            return self._reject(found, record, error, folder)

    def _skip(self, found: Found, record: FileRecord, first: str) -> FileReport:
        reason = f"its content was already loaded, from {first}"
        record = replace(record, outcome=SKIPPED, reason=reason)
        self.ledger.record(record, found.stamp)
        return _report(record)

    def _reject(
        self, found: Found, record: FileRecord, error: BadFileError, folder: Path
    ) -> FileReport:
        """Move the file to `rejected/`, with the reason beside it."""
        destination = self.data_dir.rejected / found.source_file
        if destination.exists() and hash_file(destination) != record.file_id:
            destination = destination.with_name(f"{record.file_id[:8]}-{destination.name}")
        said = {
            "file": found.source_file,
            **asdict(error.flaw),
            "rejected_at": f"{self.loaded_at.isoformat()}Z",
        }
        note = folder / "error.json"
        note.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
        record = replace(
            record, outcome=REJECTED, reason=error.flaw.reason, rows_in_file=error.rows
        )
        moves = [
            self._move(note, destination.with_name(f"{destination.name}.error.json")),
            replace(self._move(found.path, destination), stamp=found.stamp),
        ]
        self.ledger.record(record, moves=moves)
        _finish(self.data_dir, self.ledger, moves)
        return _report(record)

    def _load(self, found: Found, record: FileRecord, table: RawTable, folder: Path) -> FileReport:
        """Check and load one file; BadFileError if it must be refused."""
        try:
            return self._check_and_commit(found, record, table, folder)
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

    def _check_and_commit(
        self, found: Found, record: FileRecord, table: RawTable, folder: Path
    ) -> FileReport:
        content = inspect(found.path, folder / "unpacked")
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
        return self._commit(found, record, table, folder)

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

    def _commit(
        self, found: Found, record: FileRecord, table: RawTable, folder: Path
    ) -> FileReport:
        """Write the rows to the loading folder, commit, and move them into place."""
        days, moves = self._write_good(table, record, folder) if record.rows_raw else ({}, [])
        if record.rows_quarantined:
            moves.append(self._write_bad(record, folder))
        if stamp_of(found.path) != found.stamp:
            return FileReport(found.source_file, DEFERRED, *table.key, "changed while it was read")
        if sum(days.values()) != record.rows_raw:
            raise LandingError(
                f"{found.source_file}: {record.rows_raw} rows are good, but {sum(days.values())}"
                " were written; nothing of it is loaded. A fault of landing, not of the file."
            )
        self.ledger.record(record, found.stamp, days, moves)
        _finish(self.data_dir, self.ledger, moves)
        return _report(record, days)

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
            moves.append(self._move(part, table.folder(self.data_dir.raw) / day / part.name))
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
        return self._move(part, self.data_dir.quarantine / "quarantined_row" / name)

    def _move(self, origin: Path, destination: Path) -> Move:
        root = self.data_dir.root
        return Move(str(origin.relative_to(root)), str(destination.relative_to(root)))


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


def _report(
    record: FileRecord,
    days: dict[date, int] | None = None,
) -> FileReport:
    return FileReport(
        source_file=record.source_file,
        outcome=record.outcome,
        source=record.source_name,
        table=record.table_name,
        reason=record.reason,
        rows_in_file=record.rows_in_file,
        rows_raw=record.rows_raw,
        rows_quarantined=record.rows_quarantined,
        extra_columns=tuple(record.extra_columns.split(", ")) if record.extra_columns else (),
        days=frozenset(days or ()),
    )


def _table_of(source_file: str) -> tuple[str | None, str | None]:
    """Source and table a file was dropped for, by its folders."""
    parts = PurePosixPath(source_file).parts[:-1]
    return (parts[0] if parts else None), (parts[1] if len(parts) > 1 else None)


def _unknown_table(source_file: str, contract: Contract) -> Flaw:
    source, table = _table_of(source_file)
    tables = sorted(name for held, name in contract.tables if held == source)
    sources = sorted({held for held, _ in contract.tables})
    known = (
        f"tables of {source}: {', '.join(tables)}" if tables else f"sources: {', '.join(sources)}"
    )
    place = "/".join(filter(None, (source, table))) or "the landing folder itself"
    return Flaw(
        f"{place} is no table of the contract",
        f"Drop it in landing/<source>/<table>/. Known {known}.",
    )


def _is_machine_trouble(error: Exception) -> bool:
    if isinstance(error, duckdb.OutOfMemoryException):
        return True
    return any(words in str(error).lower() for words in _MACHINE_TROUBLE)


def _machine_message(error: Exception) -> str:
    """The error without values of the file, which DuckDB may quote after the first line."""
    if isinstance(error, OSError):
        return f"{error.strerror or type(error).__name__}."
    return f"{str(error).splitlines()[0].rstrip('.')}."
