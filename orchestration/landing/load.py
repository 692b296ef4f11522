"""Land dropped files: check them, load them, quarantine rows, refuse files; whole or not at all.

A file is loaded in three steps. Its rows are written to a loading folder below `tmp/` (`prepare`).
One ledger transaction makes the file count as loaded and lists the renames that bring its parts
into `raw/`. The renames are made. A process killed before the transaction leaves only a folder that
the next run deletes; killed after it, the next run makes the renames that are left (`recover`).
In the end small parts of the days that got rows are merged, in the same three steps (`merge`).
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import uuid
from collections import deque
from collections.abc import Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from threading import local
from time import sleep

import duckdb

from orchestration.disk import flush
from orchestration.landing.content import BadFileError, Flaw, hash_file
from orchestration.landing.contract import Contract, RawTable, load_contract
from orchestration.landing.discover import Found, discover, stamp_of
from orchestration.landing.initialise import initialise_with
from orchestration.landing.ledger import FileRecord, Ledger, Move
from orchestration.landing.merge import merge_small_parts
from orchestration.landing.prepare import LandingSettings, Preparation, Prepared, move_of
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

# Reading a small file is mostly waiting and planning: several are prepared side by side.
FILES_AT_A_TIME = 3
BYTES_AT_A_TIME = 32 << 20


class LandingError(RuntimeError):
    """The run cannot go on: the machine is at fault, not a file."""


def land(
    data_dir: DataDir,
    contract: Contract | None = None,
    run_id: str | None = None,
    settings: LandingSettings | None = None,
) -> LandingReport:
    """Land every finished new file below `data_dir.landing`.

    Args:
        data_dir: Where to read and write.
        contract: The tables; the project's own by default.
        run_id: Name of the run in the ledger; drawn if not given.
        settings: How; the defaults if not given.

    Returns:
        What became of each file. Files that are refused do not stop the others.

    Raises:
        WriterBusyError: Another process is writing to the data directory.
        LandingError: The disk is full or memory too small; what was loaded so far stays loaded,
            nothing is half-loaded, and the next run goes on.
    """
    contract = contract or load_contract()
    settings = settings or LandingSettings()
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
    return _set_up(duckdb.connect(config=config), settings)


def _set_up(con: duckdb.DuckDBPyConnection, settings: LandingSettings) -> duckdb.DuckDBPyConnection:
    """Give a session the settings that each needs for itself."""
    con.execute("set TimeZone = 'UTC'")
    con.execute(f"set partitioned_write_flush_threshold = {settings.flush_rows}")
    con.execute("set enable_progress_bar = false")
    return con


def _finish(data_dir: DataDir, ledger: Ledger, moves: list[Move]) -> None:
    """Make the renames and deletions of a committed outcome; those already made are passed over."""
    deletions = [data_dir.root / move.origin for move in moves if move.destination is None]
    for move in moves:
        if move.destination is None:
            continue
        origin, destination = data_dir.root / move.origin, data_dir.root / move.destination
        if not origin.exists():
            if not destination.exists() and move.stamp is None:
                raise LandingError(
                    f"{destination}: the ledger has it, but neither it nor {origin} exists. "
                    "Restore the data directory from a copy, or start a new one and land again."
                )
        elif move.stamp is None or stamp_of(origin) == move.stamp:
            _rename(origin, destination)
    for folder in sorted({path.parent for path in deletions}):
        flush(folder)
    for path in deletions:
        path.unlink(missing_ok=True)
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
class _Begun:
    """A file that is being prepared; or whose outcome is known already, as an exception."""

    found: Found
    folder: Path
    record: FileRecord
    work: Future[Prepared]


class _DeferredError(Exception):
    """The file must wait for a later run."""


class _AlreadyLoadedError(Exception):
    """Its content was loaded from another file, which is named."""


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
            reports += self._land_files(discovery.finished)
            self._merge_small_parts()
        finally:
            self.ledger.export(self.data_dir.ledger, _loading(self.data_dir), self.con)
        return LandingReport(self.run_id, self.loaded_at, tuple(reports))

    def _merge_small_parts(self) -> None:
        """Merge the small parts of the days that got rows."""
        days = [
            (self.contract.tables[source, table], day)
            for source, table, day in self.ledger.days_loaded_at(self.loaded_at)
        ]
        moves = merge_small_parts(self.con, self.data_dir, days, _loading(self.data_dir))
        if moves:
            self.ledger.note_moves(moves)
            _finish(self.data_dir, self.ledger, moves)

    def _land_files(self, files: Sequence[Found]) -> list[FileReport]:
        """Prepare small files side by side; decide on all in their order, one after the other."""
        sessions = local()

        def open_session() -> None:
            con = _set_up(self.con.cursor(), self.settings)
            sessions.own = Preparation(self.data_dir, self.settings, con, self.loaded_at)

        def prepare(found: Found, record: FileRecord, table: RawTable, folder: Path) -> Prepared:
            preparation: Preparation = sessions.own
            return preparation.prepare(found.path, record, table, folder)

        reports = []
        begun: deque[_Begun] = deque()
        with ThreadPoolExecutor(FILES_AT_A_TIME, initializer=open_session) as pool:
            for number, found in enumerate(files):
                record = self._identify(found)
                while begun and not _goes_beside(begun, record):
                    reports.append(self._end(begun.popleft()))
                folder = _loading(self.data_dir) / str(number)
                folder.mkdir(parents=True)
                begun.append(_Begun(found, folder, record, Future()))
                try:
                    table = self._table_to_load(found, record)
                except (_DeferredError, _AlreadyLoadedError, BadFileError, OSError) as outcome:
                    begun[-1].work.set_exception(outcome)
                else:
                    begun[-1].work = pool.submit(prepare, found, record, table, folder)
            while begun:
                reports.append(self._end(begun.popleft()))
        return reports

    def _identify(self, found: Found) -> FileRecord:
        """What is known of the file before it is read; if it cannot be, the reason and no id."""
        source, table = _table_of(found.source_file)
        file_id, reason = "", None
        try:
            file_id = hash_file(found.path)
        except (FileNotFoundError, PermissionError) as error:
            reason = f"cannot be opened: {error.strerror}"
        return FileRecord(
            file_id=file_id,
            source_file=found.source_file,
            source_name=source,
            table_name=table,
            outcome=LOADED,
            reason=reason,
            rows_in_file=None,
            rows_raw=0,
            rows_quarantined=0,
            bytes=found.stamp.bytes,
            loaded_at=self.loaded_at,
            run_id=self.run_id,
        )

    def _table_to_load(self, found: Found, record: FileRecord) -> RawTable:
        """The table the file is for; an exception says why it is not to be loaded."""
        if record.reason:
            raise _DeferredError(record.reason)
        if stamp_of(found.path) != found.stamp:
            raise _DeferredError("changed while it was read")
        table = self.contract.tables.get((record.source_name or "", record.table_name or ""))
        if table is None:
            raise BadFileError(_unknown_table(found.source_file, self.contract))
        first = self.ledger.first_with(table.source, table.name, record.file_id)
        if first is not None:
            raise _AlreadyLoadedError(first)
        return table

    def _end(self, begun: _Begun) -> FileReport:
        """Load, reject, skip or defer one file."""
        found, record = begun.found, begun.record
        try:
            try:
                return self._commit(found, begun.work.result())
            except _DeferredError as deferral:
                key = record.source_name, record.table_name
                return FileReport(found.source_file, DEFERRED, *key, str(deferral))
            except _AlreadyLoadedError as first:
                return self._skip(found, record, str(first))
            except BadFileError as error:
                return self._reject(found, record, error, begun.folder)
        except (OSError, sqlite3.Error, duckdb.Error) as error:
            raise LandingError(
                f"{found.source_file}: could not be landed: {_machine_message(error)} "
                "Files before it are loaded, this one is not, not even in part; free space or "
                "memory and land again."
            ) from error
        finally:
            shutil.rmtree(begun.folder, ignore_errors=True)

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
            move_of(self.data_dir, note, destination.with_name(f"{destination.name}.error.json")),
            replace(move_of(self.data_dir, found.path, destination), stamp=found.stamp),
        ]
        self.ledger.record(record, moves=moves)
        _finish(self.data_dir, self.ledger, moves)
        return _report(record)

    def _commit(self, found: Found, prepared: Prepared) -> FileReport:
        """Enter the file into the ledger and move its parts into place."""
        record, days = prepared.record, prepared.days
        if stamp_of(found.path) != found.stamp:
            raise _DeferredError("changed while it was read")
        if sum(days.values()) != record.rows_raw:
            raise LandingError(
                f"{found.source_file}: {record.rows_raw} rows are good, but {sum(days.values())}"
                " were written; nothing of it is loaded. A fault of landing, not of the file."
            )
        self.ledger.record(record, found.stamp, days, prepared.moves)
        _finish(self.data_dir, self.ledger, prepared.moves)
        return _report(record, days)


def _goes_beside(begun: Collection[_Begun], record: FileRecord) -> bool:
    """Whether a file may be prepared while those are.

    Not beside many or large ones, as memory is for one; and not beside its own content, of which
    only the first copy is loaded.
    """
    together = sum(each.record.bytes for each in begun) + record.bytes
    return (
        len(begun) < FILES_AT_A_TIME
        and together <= BYTES_AT_A_TIME
        and all(each.record.file_id != record.file_id for each in begun)
    )


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


def _machine_message(error: Exception) -> str:
    """The error without values of the file, which DuckDB may quote after the first line."""
    if isinstance(error, OSError):
        return f"{error.strerror or type(error).__name__}."
    return f"{str(error).splitlines()[0].rstrip('.')}."
