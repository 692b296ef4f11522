"""Land dropped files: check them, load them, quarantine rows, refuse files; whole or not at all.

A file is loaded in three steps. Its rows are written to a loading folder below `tmp/` (`prepare`).
One ledger transaction makes the file count as loaded and lists the renames that bring its parts
into `raw/`. The renames are made. A process that ends before the transaction leaves only a folder
that the next run deletes; after it, whatever stopped the renames, the next run makes those that are
left (`recover`), and until then nothing is deleted.
In the end small parts of the days that got rows are merged, in the same three steps (`merge`).
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections import deque
from collections.abc import Collection, Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import local
from time import sleep

import duckdb

from viaggio.exports.catalogue import load_exports
from viaggio.exports.files import ExportError
from viaggio.exports.mapping import mapped_by
from viaggio.exports.recognise import Recognised
from viaggio.landing import trial
from viaggio.landing.content import BadFileError, Flaw, hash_file
from viaggio.landing.counting import count_rows
from viaggio.landing.discover import OPEN, Found, discover, is_open_to_write, stamp_of
from viaggio.landing.erased import prepare_session
from viaggio.landing.erased_files import CannotRewriteError, FileRewriter
from viaggio.landing.erased_texts import TextSearch
from viaggio.landing.initialise import initialise_with
from viaggio.landing.merge import merge_small_parts
from viaggio.landing.moves import LandingError, finish, loading_folder, move_of, tidy
from viaggio.landing.names import fitting, without_personal
from viaggio.landing.prepare import (
    BYTES_AT_A_TIME,
    FILES_AT_A_TIME,
    LARGE_BYTES,
    FileToRead,
    OutOfMemoryError,
    Preparation,
    Prepared,
    is_machine_trouble,
    open_session,
    set_up,
)
from viaggio.landing.report import (
    DEFERRED,
    LOADED,
    MAPPED,
    REJECTED,
    SKIPPED,
    FileReport,
    LandingReport,
)
from viaggio.landing.rewrite import Rewriting
from viaggio.landing.settings import LandingSettings
from viaggio.landing.sorting import Sorted, fits_at_once, flaw_of, map_into_landing, sort_out
from viaggio.workspace.contract import Contract, RawTable, load_contract
from viaggio.workspace.ledger import (
    REPLACED,
    FileRecord,
    Ledger,
    LedgerError,
    Move,
    Stamp,
    Withdrawal,
)
from viaggio.workspace.lock import writer_lock
from viaggio.workspace.paths import DataDir
from viaggio.workspace.tombstones import Tombstones, read_tombstones

__all__ = [
    "FileReport",
    "LandingError",
    "LandingReport",
    "LandingSettings",
    "land",
    "recognise",
    "recover",
    "retract",
]

CHANGED = "changed while it was read"


def land(
    data_dir: DataDir,
    contract: Contract | None = None,
    run_id: str | None = None,
    settings: LandingSettings | None = None,
    *,
    map_again: bool = False,
) -> LandingReport:
    """Land every finished new file below `data_dir.landing`.

    Args:
        data_dir: Where to read and write.
        contract: The tables; the project's own by default.
        run_id: Name of the run in the ledger; drawn if not given.
        settings: How; what the environment says if not given.
        map_again: Map exports in `landing/` again whose adapter has changed since.

    Returns:
        What became of each file. Files that are refused do not stop the others.

    Raises:
        WriterBusyError: Another process is writing to the data directory.
        LedgerError: The ledger is damaged or gone.
        LandingError: The disk is full or cannot be written; what was loaded so far stays loaded,
            nothing is half-loaded, and the next run goes on.
    """
    contract = contract or load_contract()
    settings = settings or LandingSettings.from_env()
    with started(data_dir, contract, settings, run_id or uuid.uuid4().hex) as run:
        return run.land(map_again=map_again)


def retract(
    data_dir: DataDir,
    file: str,
    reason: str,
    contract: Contract | None = None,
    settings: LandingSettings | None = None,
) -> tuple[Withdrawal, ...]:
    """Take back all rows, good and bad, that a loaded file brought.

    The file itself is left where it is; it is loaded again only if it is dropped again.

    Args:
        data_dir: Where to write.
        file: Its name below `landing/` as landing reports it, or the SHA-256 of its content.
        reason: Why; for the audit.
        contract: The tables; the project's own by default.
        settings: How; what the environment says if not given.

    Returns:
        What was taken back: more than one, where the file was loaded more than once.

    Raises:
        LandingError: No such file is loaded, or the disk cannot be written.
        WriterBusyError: Another process is writing to the data directory.
        LedgerError: The ledger is damaged or gone.
    """
    contract = contract or load_contract()
    settings = settings or LandingSettings.from_env()
    with started(data_dir, contract, settings, uuid.uuid4().hex) as run:
        return run.retract(file, reason)


@contextmanager
def started(
    data_dir: DataDir, contract: Contract, settings: LandingSettings, run_id: str
) -> Generator[Run, None, None]:
    """A run under the writer lock, with nothing left over from the runs before."""
    loading = loading_folder(data_dir)
    with said_in_words(data_dir), writer_lock(data_dir):
        recover(data_dir)
        loading.mkdir(parents=True, exist_ok=True)
        data_dir.landing.mkdir(parents=True, exist_ok=True)
        with Ledger(data_dir.ledger_db) as ledger, open_session(loading / "spill", settings) as con:
            _refuse_what_is_lost(ledger, data_dir, contract)
            try:
                initialise_with(con, data_dir, contract)
                _heal_clock(ledger, con, data_dir, contract, settings)
                tombstones = read_tombstones(data_dir)
                if tombstones:
                    prepare_session(con, tombstones)
                loaded_at = ledger.start_run(run_id)
                yield Run(data_dir, contract, settings, ledger, con, run_id, loaded_at, tombstones)
            finally:
                tidy(data_dir, ledger)


@contextmanager
def said_in_words(
    data_dir: DataDir, then: str = "What was loaded stays loaded; mend this and land again."
) -> Generator[None, None, None]:
    """Say what the machine refused, and that nothing is lost.

    Raises:
        LandingError: Instead of the machine's error; ends with what to do then.
    """
    try:
        yield
    except (OSError, sqlite3.Error, duckdb.Error) as error:
        raise LandingError(f"{data_dir.root}: {_machine_message(error)} {then}") from error


def recover(data_dir: DataDir) -> int:
    """Finish what a stopped run had committed, and delete what it had not.

    Returns:
        The number of renames and deletions that had been left over.

    Raises:
        LandingError: They still cannot be made, or the disk cannot be read.
        LedgerError: The ledger is damaged.
    """
    with said_in_words(data_dir), writer_lock(data_dir):
        if not data_dir.ledger_db.exists():
            return 0
        with Ledger(data_dir.ledger_db) as ledger:
            moves = ledger.pending_moves()
            finish(data_dir, ledger, moves, "An earlier run")
            tidy(data_dir, ledger)
        return len(moves)


def recognise(data_dir: DataDir) -> None:
    """Note new times of files whose content is the old one, as after a restore from a copy.

    Raises:
        WriterBusyError: Another process is writing to the data directory.
        LedgerError: The ledger is damaged.
    """
    if not data_dir.ledger_db.exists():
        return
    with said_in_words(data_dir), writer_lock(data_dir), Ledger(data_dir.ledger_db) as ledger:
        known = ledger.stamps()
        for found in discover(data_dir.landing, known, ledger.name_key()).finished:
            old, new = known.get(found.source_file), found.stamp
            looks_alike = old and new and (old.bytes, old.mtime_ns) == (new.bytes, new.mtime_ns)
            if (
                new
                and looks_alike
                and ledger.content_of(found.source_file) == hash_file(found.path)
            ):
                ledger.see(found.source_file, new)


def _refuse_what_is_lost(ledger: Ledger, data_dir: DataDir, contract: Contract) -> None:
    """Without its ledger, landing would load everything again; without raw tables, nothing."""
    raw = data_dir.raw
    has_rows = any(
        table.parts(raw, day) for table in contract.tables.values() for day in table.days(raw)
    )
    loaded = ledger.count(LOADED, with_rows=True)
    if has_rows and not ledger.count(LOADED) and not ledger.count("withdrawn"):
        raise LedgerError(
            f"{data_dir.ledger_db} knows no file, but {raw} holds rows. Restore it from a copy, "
            "or run `make rebuild-ledger`, which fills a new one from the raw tables."
        )
    if loaded and not has_rows:
        raise LedgerError(
            f"{data_dir.ledger_db} knows {loaded} loaded files, but {raw} holds no row. Restore "
            f"{raw} from a copy, or run `make rebuild-ledger` and then land again: files that "
            "still lie in the landing folder are loaded again."
        )


def _heal_clock(
    ledger: Ledger,
    con: duckdb.DuckDBPyConnection,
    data_dir: DataDir,
    contract: Contract,
    settings: LandingSettings,
) -> None:
    """Give runs of a clock that was ahead an instant that has passed, in the order they came.

    Other times decide whether that clock was wrong or today's is: those of earlier runs, or of
    this file. If today's clock is wrong, nothing is changed.
    """
    now = datetime.now(UTC).replace(tzinfo=None)
    ahead = ledger.runs_after(now + settings.future_tolerance)
    if not ahead:
        return
    installed = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC).replace(tzinfo=None)
    earlier = ledger.last_run_before(ahead[0])
    if earlier is None and installed > now:
        return
    first = earlier or now - timedelta(seconds=1)
    moments = {old: first + timedelta(microseconds=n) for n, old in enumerate(ahead, start=1)}
    days = {
        (contract.tables[source, table], day)
        for old in ahead
        for source, table, day in ledger.days_loaded_at(old)
        if (source, table) in contract.tables
    }
    moves = Rewriting(con, data_dir, loading_folder(data_dir)).with_instants(
        sorted(days, key=lambda each: (each[0].key, each[1])), moments
    )
    ledger.restamp(moments, moves)
    finish(data_dir, ledger, moves, "The instants of earlier runs")


@dataclass
class _Begun:
    """A file that is being prepared; or whose outcome is known already, as an exception."""

    found: Found
    folder: Path
    record: FileRecord
    work: Future[Prepared]
    is_suspect: bool = False


class _DeferredError(Exception):
    """The file must wait for a later run."""


class _AlreadyLoadedError(Exception):
    """Its content was loaded from another file, which is named."""


class _UnchangedError(Exception):
    """Its times changed, not its content."""


@dataclass
class Run:
    """One landing run: the state that every file needs."""

    data_dir: DataDir
    contract: Contract
    settings: LandingSettings
    ledger: Ledger
    con: duckdb.DuckDBPyConnection
    run_id: str
    loaded_at: datetime
    tombstones: Tombstones
    known: dict[str, Stamp] = field(default_factory=dict)
    begun: deque[_Begun] = field(default_factory=deque)
    sessions: local = field(default_factory=local)
    sorted: dict[str, Sorted] = field(default_factory=dict)
    outdated: dict[str, tuple[str, str]] = field(default_factory=dict)
    mapped_again: set[str] = field(default_factory=set)

    def land(self, *, map_again: bool) -> LandingReport:
        self.known = self.ledger.stamps()
        self.outdated = self._outdated()
        if map_again:
            self.known = {n: stamp for n, stamp in self.known.items() if n not in self.outdated}
        discovery = discover(
            self.data_dir.landing, self.known, self.ledger.name_key(), self.settings, wait=sleep
        )
        self.ledger.forget([*discovery.gone, *self._remove_maps_of(discovery.gone)])
        reports = [
            FileReport(each.source_file, DEFERRED, reason=each.reason) for each in discovery.waiting
        ]
        try:
            reports += [self._set_aside(each.found, each.kind) for each in discovery.no_files]
            files, mapped = self._sort_out(discovery.finished)
            reports += mapped + self._land_files(files)
            self._merge_small_parts()
        finally:
            self.ledger.export(self.data_dir.ledger, loading_folder(self.data_dir), self.con)
        left, present = self._outdated(), self.ledger.stamps()
        return LandingReport(
            self.run_id,
            self.loaded_at,
            tuple(reports),
            outdated=tuple(name for name in left if name in present),
            outdated_and_gone=tuple(name for name in left if name not in present),
        )

    def _remove_maps_of(self, gone: Iterable[str]) -> list[str]:
        """Delete the files that exports became which are no longer in `landing/`.

        So the next export of that name is a new file, as any other would be. What they brought
        stays loaded. Returns their names.
        """
        mapped = {name for name, *_ in self.ledger.mapped()}
        files = [
            each.source_file
            for name in gone
            if name in mapped
            for each in self.ledger.loaded_for(name)
        ]
        for name in files:
            (self.data_dir.landing / name).unlink(missing_ok=True)
        return files

    def _outdated(self) -> dict[str, tuple[str, str]]:
        """Content and export of the files whose adapter has changed since they were mapped."""
        mapped = self.ledger.mapped()
        now = {each.key: mapped_by(each) for each in load_exports()} if mapped else {}
        return {
            name: (file_id, export)
            for name, file_id, export, before in mapped
            if export in now and now[export] != before
        }

    def _sort_out(self, files: Sequence[Found]) -> tuple[list[Found], list[FileReport]]:
        """Map vendors' exports; the files to land, and what became of the exports."""
        interrupted = self.ledger.interrupted()
        to_land: list[Found] = []
        became: list[Found] = []
        reports: list[FileReport] = []
        for number, found in enumerate(files):
            if table := fits_at_once(found, self.contract):
                self.sorted[found.source_file] = Sorted(table)
                to_land.append(found)
                continue
            folder = loading_folder(self.data_dir) / f"sorting-{number}"
            folder.mkdir()
            record = self._identify(found)
            is_suspect = (record.source_file, record.file_id) in interrupted
            begun = _Begun(found, folder, record, Future(), is_suspect)
            try:
                kind = self._kind(begun)
                if kind.recognised:
                    mapped, report = self._map(begun, kind.recognised)
                    became += mapped
                    reports.append(report)
                else:
                    self.sorted[found.source_file] = kind
                    to_land.append(found)
            except BadFileError as error:
                reports.append(self._reject_unless_changed(begun, error))
            except (OSError, duckdb.Error) as error:
                if isinstance(error, OSError) or is_machine_trouble(error):
                    reason = f"cannot be read: {_machine_message(error)}"
                    reports.append(self._defer(begun, reason))
                else:
                    bad = BadFileError(_unreadable(error))
                    reports.append(self._reject_unless_changed(begun, bad))
            finally:
                tidy(self.data_dir, self.ledger, folder)
        # A killed run may have left one there that is written once more now.
        by_name = {each.source_file: each for each in (*to_land, *became)}
        return [by_name[name] for name in sorted(by_name)], reports

    def _kind(self, begun: _Begun) -> Sorted:
        """What a file is; one that ended the process before is tried by another one first."""
        found, record = begun.found, begun.record
        if begun.is_suspect:
            trial.refuse_if_fatal_to_map(found.path, begun.folder)
        self.ledger.start_reading(record.source_file, record.file_id)
        try:
            kind = sort_out(found, self.contract, begun.folder)
        except (OSError, duckdb.Error):
            raise
        except Exception as error:  # whatever it is, only this file suffers from it
            raise BadFileError(_unreadable(error)) from error
        if kind.recognised is None:
            self.ledger.stop_reading(record.source_file)
        return kind

    def _map(self, begun: _Begun, recognised: Recognised) -> tuple[list[Found], FileReport]:
        """Write the files that an export becomes; it stays in `landing/`, or is rejected."""
        found, export = begun.found, recognised.export
        record = replace(begun.record, source_name=export.vendor, table_name=export.name)
        landing = self.data_dir.landing
        try:
            mapped, files = map_into_landing(self.con, found, recognised, landing, begun.folder)
        except ExportError as error:
            raise BadFileError(flaw_of(error, recognised)) from error
        except (OSError, duckdb.Error):
            raise
        except Exception as error:
            raise BadFileError(_unreadable(error)) from error
        try:
            self._refuse_changed(found)
        except _DeferredError as changed:
            return [], self._defer(begun, str(changed))
        file_id, former = self.outdated.get(found.source_file, ("", ""))
        if file_id == record.file_id:
            self.mapped_again |= {each.source_file for each in files}
            self._remove_former(found, former, begun.folder)
        record = replace(
            record,
            outcome=MAPPED,
            reason=without_personal(mapped.sentence),
            mapped_by=mapped_by(export),
        )
        self.ledger.record(record, found.stamp)
        if self.tombstones:
            self._erase_from(found.path, found.source_file, begun.folder)
        return files, _report(record)

    def _remove_former(self, found: Found, export: str, folder: Path) -> None:
        """Take back the files that a file became as an export, and becomes no more."""
        for each in self.ledger.loaded_for(found.source_file):
            was_it = f"/{export.replace('/', '_')}/" in each.source_file
            if was_it and each.source_file not in self.mapped_again:
                place = self.data_dir.landing / each.source_file
                former = replace(each, reason=REPLACED)
                self._withdraw(former, folder, move_of(self.data_dir, place, None))

    def _reject_unless_changed(self, begun: _Begun, error: BadFileError) -> FileReport:
        """Reject a file before it is prepared, with its rows as far as they can be counted."""
        try:
            self._refuse_changed(begun.found)
        except _DeferredError as changed:
            return self._defer(begun, str(changed))
        error.rows = self._count(begun) if error.rows is None else error.rows
        return self._reject(begun.found, begun.record, error, begun.folder)

    def _defer(self, begun: _Begun, reason: str) -> FileReport:
        self.ledger.stop_reading(begun.found.source_file)
        key = begun.record.source_name, begun.record.table_name
        return FileReport(begun.found.source_file, DEFERRED, *key, reason)

    def retract(self, file: str, reason: str) -> tuple[Withdrawal, ...]:
        loaded = self.ledger.loaded_with(file) or self.ledger.loaded_for(file)
        if not loaded:
            raise LandingError(
                f"No loaded file is called {file!r}. Give its name as landing reports it, below "
                "the landing folder (store/order/june.csv), or the SHA-256 of its content."
            )
        for each in loaded:
            withdrawal = replace(each, reason=reason, is_for_good=True)
            self._withdraw(withdrawal, loading_folder(self.data_dir))
        self.ledger.export(self.data_dir.ledger, loading_folder(self.data_dir), self.con)
        return tuple(loaded)

    def _withdraw(self, file: Withdrawal, work: Path, *more: Move) -> None:
        """Take back what a file was loaded with, and make more moves with it."""
        folder = work / f"withdraw-{file.table_name}-{file.file_id}"
        folder.mkdir()
        moves, removed = self._taken_back(file, None, folder)
        moves += more
        self.ledger.record(
            None,
            moves=moves,
            withdrawn=replace(file, keys_removed=removed),
            withdrawn_at=self.loaded_at,
        )
        finish(self.data_dir, self.ledger, moves, file.source_file)

    def _merge_small_parts(self) -> None:
        """Merge the small parts of the days that got rows."""
        days = [
            (self.contract.tables[source, table], day)
            for source, table, day in self.ledger.days_loaded_at(self.loaded_at)
        ]
        moves = merge_small_parts(self.con, self.data_dir, days, loading_folder(self.data_dir))
        if moves:
            self.ledger.note_moves(moves)
            finish(self.data_dir, self.ledger, moves, "The merged parts of some days")

    def _land_files(self, files: Sequence[Found]) -> list[FileReport]:
        """Prepare small files side by side; decide on all in their order, one after the other."""

        def open_own_session() -> None:
            self.sessions.own = self.preparation(set_up(self.con.cursor(), self.settings))

        interrupted = self.ledger.interrupted()
        self.ledger.stop_reading()
        reports: list[FileReport | None] = []
        with ThreadPoolExecutor(FILES_AT_A_TIME, initializer=open_own_session) as pool:
            for number, found in enumerate(files):
                record = self._identify(found)
                is_suspect = (record.source_file, record.file_id) in interrupted
                while self.begun and (is_suspect or not _goes_beside(self.begun, record)):
                    reports.append(self._end(self.begun.popleft(), pool))
                folder = loading_folder(self.data_dir) / str(number)
                folder.mkdir(parents=True)
                begun = _Begun(found, folder, record, Future(), is_suspect)
                self.begun.append(begun)
                try:
                    table = self._table_to_load(found, record)
                    file = FileToRead(
                        found.path, record, table, is_large=record.bytes > LARGE_BYTES
                    )
                    self.ledger.start_reading(record.source_file, record.file_id)
                    if is_suspect:
                        trial.refuse_if_fatal(self.preparation(self.con), file, folder)
                except (
                    _DeferredError,
                    _AlreadyLoadedError,
                    _UnchangedError,
                    BadFileError,
                ) as outcome:
                    begun.work.set_exception(outcome)
                else:
                    begun.work = pool.submit(self._prepare, file, folder)
            while self.begun:
                reports.append(self._end(self.begun.popleft(), pool))
        return [report for report in reports if report is not None]

    def preparation(self, con: duckdb.DuckDBPyConnection) -> Preparation:
        latest = self.loaded_at + self.settings.future_tolerance
        return Preparation(
            self.data_dir, self.settings, con, self.loaded_at, latest, self.tombstones
        )

    def _prepare(self, file: FileToRead, folder: Path) -> Prepared:
        """Prepare a file in the session of this thread."""
        preparation: Preparation = self.sessions.own
        return preparation.prepare(file, folder)

    def _identify(self, found: Found) -> FileRecord:
        """What is known of the file before it is read; if it cannot be, the reason and no id."""
        try:
            return replace(self._unread(found), file_id=hash_file(found.path))
        except OSError as error:
            return replace(self._unread(found), reason=f"cannot be read: {error.strerror}")

    def _unread(self, found: Found) -> FileRecord:
        own = self.sorted.get(found.source_file, Sorted()).table
        source, table = own.key if own else (*found.folders, None, None)[:2]
        return FileRecord(
            file_id="",
            source_file=found.source_file,
            source_name=without_personal(source) if source else None,
            table_name=without_personal(table) if table else None,
            outcome=LOADED,
            reason=None,
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
        self._refuse_changed(found)
        table = self.contract.tables.get((record.source_name or "", record.table_name or ""))
        kind = self.sorted.get(found.source_file, Sorted())
        if table is None:
            raise BadFileError(_unknown_table(record, self.contract, kind.resembles))
        first = self.ledger.first_with(table.source, table.name, record.file_id)
        if first is None:
            was_retracted = self.ledger.was_retracted(table.source, table.name, record.file_id)
            if was_retracted and found.source_file in self.known:
                raise _UnchangedError
            is_again = found.source_file in self.mapped_again
            if is_again and self.ledger.is_retracted(found.source_file):
                raise _UnchangedError
            return table
        if self.ledger.content_of(found.source_file) == record.file_id:
            raise _UnchangedError
        raise _AlreadyLoadedError(first)

    def _refuse_changed(self, found: Found) -> None:
        """A file that somebody changes, or still has open to write, is neither loaded nor moved."""
        if stamp_of(found.path) != found.stamp:
            raise _DeferredError(CHANGED)
        if is_open_to_write(found.path):
            raise _DeferredError(OPEN)

    def _end(self, begun: _Begun, pool: ThreadPoolExecutor) -> FileReport | None:
        """Load, reject, skip or defer one file; nothing to say of one that is as it was."""
        found = begun.found
        try:
            return self._outcome(begun, pool)
        except _DeferredError as deferral:
            return self._defer(begun, str(deferral))
        except _UnchangedError:
            self.ledger.see(found.source_file, found.stamp)
            return None
        except (OSError, sqlite3.Error, duckdb.Error) as error:
            raise LandingError(
                f"{found.source_file}: could not be landed: {_machine_message(error)} "
                "Files before it are loaded; of this one nothing is. Mend this and land again."
            ) from error
        finally:
            # What a committed outcome has not moved yet stays.
            tidy(self.data_dir, self.ledger, begun.folder)

    def _outcome(self, begun: _Begun, pool: ThreadPoolExecutor) -> FileReport:
        """Load, reject or skip one file."""
        found, record = begun.found, begun.record
        try:
            try:
                prepared = begun.work.result()
            except OutOfMemoryError as error:
                prepared = self._prepare_alone(error.file, begun.folder, pool)
        except _AlreadyLoadedError as first:
            return self._skip(found, record, str(first), begun.folder)
        except BadFileError as error:
            self._refuse_changed(found)
            error.rows = self._count(begun) if error.rows is None else error.rows
            return self._reject(found, record, error, begun.folder)
        except (_DeferredError, _UnchangedError, OSError, sqlite3.Error, duckdb.Error):
            raise
        except Exception as error:  # whatever it is, only this file suffers from it
            self._refuse_changed(found)
            return self._reject(found, record, BadFileError(_unreadable(error)), begun.folder)
        return self._commit(found, prepared, begun.folder)

    def _prepare_alone(self, file: FileToRead, folder: Path, pool: ThreadPoolExecutor) -> Prepared:
        """Prepare a file again when the others have given back their memory."""
        wait([other.work for other in self.begun])
        folder = folder / "alone"
        folder.mkdir()
        try:
            return pool.submit(self._prepare, replace(file, is_large=True), folder).result()
        except OutOfMemoryError:
            raise BadFileError(
                Flaw(
                    f"needs more memory than landing may use ({self.settings.memory_limit})",
                    "Raise VIAGGIO_LANDING_MEMORY_LIMIT or split the file, and drop it again.",
                )
            ) from None

    def _count(self, begun: _Begun) -> int | None:
        """Rows of a file that is refused; none where it cannot be read, or may end the process."""
        if begun.is_suspect:
            return None
        self.ledger.start_reading(begun.record.source_file, begun.record.file_id)
        folder = begun.folder / "counted"
        folder.mkdir()
        # Under a plain name, whatever the file is called.
        plain = folder / "dropped"
        plain.symlink_to(begun.found.path.absolute())
        return count_rows(self.con, plain, begun.found.path.name, folder, self.settings)

    def _skip(self, found: Found, record: FileRecord, first: str, folder: Path) -> FileReport:
        reason = f"its content was already loaded, from {first}"
        record = replace(record, outcome=SKIPPED, reason=reason)
        withdrawn, moves = self._replaced(found, None, folder)
        self.ledger.record(
            record,
            found.stamp,
            moves=moves,
            withdrawn=withdrawn,
            withdrawn_at=self.loaded_at,
        )
        finish(self.data_dir, self.ledger, moves, found.source_file)
        if self.tombstones:
            table = self.contract.tables[record.source_name or "", record.table_name or ""]
            self._erase_from(found.path, found.source_file, folder, table)
        return _report(record)

    def _set_aside(self, found: Found, kind: str) -> FileReport:
        """Reject what is no file; where it cannot be renamed, it is only reported."""
        if found.path.lstat().st_dev != self.data_dir.root.stat().st_dev:
            return FileReport(found.source_file, DEFERRED, reason=f"{kind}, not a file: remove it")
        folder = loading_folder(self.data_dir) / "no-file"
        folder.mkdir(exist_ok=True)
        flaw = Flaw(f"{kind}, not a file", "Drop a file: CSV, JSON lines or Parquet.")
        return self._reject(found, self._unread(found), BadFileError(flaw), folder)

    def _reject(
        self, found: Found, record: FileRecord, error: BadFileError, folder: Path
    ) -> FileReport:
        """Move the file to `rejected/`, with the reason beside it."""
        destination = self._place_in_rejected(found, record)
        flaw = replace(
            error.flaw,
            reason=without_personal(error.flaw.reason),
            what_to_do=without_personal(error.flaw.what_to_do),
            column=without_personal(error.flaw.column) if error.flaw.column else None,
        )
        said = {
            "file": found.source_file,
            **asdict(flaw),
            "rows_in_file": "unknown" if error.rows is None else error.rows,
            "rejected_at": f"{self.loaded_at.isoformat()}Z",
        }
        note = folder / "error.json"
        note.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
        record = replace(record, outcome=REJECTED, reason=flaw.reason, rows_in_file=error.rows)
        beside = destination.with_name(fitting(destination.name, ".error.json"))
        moves = [
            move_of(self.data_dir, note, beside),
            replace(move_of(self.data_dir, found.path, destination), stamp=found.stamp),
        ]
        self.ledger.record(record, moves=moves)
        finish(self.data_dir, self.ledger, moves, found.source_file)
        if self.tombstones and destination.is_file():
            self._erase_from(destination, None, folder)
        return _report(record)

    def _place_in_rejected(self, found: Found, record: FileRecord) -> Path:
        """A free place below `rejected/`, as like the file's place in `landing/` as can be."""
        folder = self.data_dir.rejected
        for name in found.folders:
            folder = folder / name
            while folder.exists() and not folder.is_dir():
                folder = folder.with_name(fitting(f"{folder.name}~"))
        place = folder / found.path.name
        number = 0
        while place.is_symlink() or place.exists():
            if place.is_file() and record.file_id and hash_file(place) == record.file_id:
                break
            mark = (record.file_id or record.run_id)[:8]
            again = f"-{number}" if number else ""
            place = folder / fitting(f"{mark}{again}-{found.path.name}")
            number += 1
        return place

    def _commit(self, found: Found, prepared: Prepared, folder: Path) -> FileReport:
        """Enter the file into the ledger and move its parts into place."""
        record, days = prepared.record, prepared.days
        self._refuse_changed(found)
        withdrawn, moves = self._replaced(found, prepared, folder)
        moves = [*prepared.moves, *moves]
        self.ledger.record(
            record,
            found.stamp,
            days,
            moves,
            withdrawn=withdrawn,
            withdrawn_at=self.loaded_at,
        )
        finish(self.data_dir, self.ledger, moves, found.source_file)
        if prepared.names_erased:
            table = self.contract.tables[record.source_name or "", record.table_name or ""]
            self._erase_from(found.path, found.source_file, folder, table)
        return _report(record, days, is_newer_version=withdrawn is not None)

    def _erase_from(
        self, path: Path, source_file: str | None, folder: Path, table: RawTable | None = None
    ) -> None:
        """Rewrite a file that was dealt with without erased persons; one that cannot be stays."""
        rewriter = FileRewriter(self.con, self.settings, TextSearch(self.tombstones))
        try:
            copy = rewriter.rewritten(path, table, folder / "erased")
        except CannotRewriteError:
            return
        if copy and not path.is_symlink():
            move = move_of(self.data_dir, copy, path)
            self.ledger.note_moves([move])
            finish(self.data_dir, self.ledger, [move], source_file or path.name)
            stamp = stamp_of(path)
            if source_file and stamp:
                self.ledger.see(source_file, stamp)

    def _replaced(
        self, found: Found, prepared: Prepared | None, folder: Path
    ) -> tuple[Withdrawal | None, list[Move]]:
        """What a file had brought before it was changed in place, and the moves that take it back.

        A file that was not there in between is a new one, whatever it is called; but not one that
        an export becomes which was mapped again.
        """
        replaces = self.settings.replace_same_name and found.source_file in self.known
        if not replaces and found.source_file not in self.mapped_again:
            return None, []
        loaded = self.ledger.loaded_as(found.source_file)
        if loaded is None:
            return None, []
        moves, removed = self._taken_back(loaded, prepared, folder)
        return replace(loaded, reason=REPLACED, keys_removed=removed), moves

    def _taken_back(
        self, loaded: Withdrawal, prepared: Prepared | None, folder: Path
    ) -> tuple[list[Move], int]:
        table = self.contract.tables[loaded.source_name, loaded.table_name]
        arriving: dict[date, list[Path]] = {}
        for part in prepared.parts if prepared else ():
            day = date.fromisoformat(part.parent.name.removeprefix("event_day="))
            arriving.setdefault(day, []).append(part)
        rewriting = Rewriting(self.con, self.data_dir, folder)
        return rewriting.without_file(table, loaded, self.ledger.days_of(loaded), arriving)


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
    *,
    is_newer_version: bool = False,
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
        rows_erased=record.rows_erased,
        extra_columns=tuple(record.extra_columns.split(", ")) if record.extra_columns else (),
        days=frozenset(days or ()),
        is_newer_version=is_newer_version,
    )


def _unknown_table(record: FileRecord, contract: Contract, resembles: str | None) -> Flaw:
    if resembles:
        return Flaw(
            f"no export that Viaggio knows: {resembles}",
            "Export it with all columns; or write an adapter: viaggio adapt FILE.",
        )
    source, table = record.source_name, record.table_name
    tables = sorted(name for held, name in contract.tables if held == source)
    sources = sorted({held for held, _ in contract.tables})
    known = (
        f"tables of {source}: {', '.join(tables)}" if tables else f"sources: {', '.join(sources)}"
    )
    place = "/".join(filter(None, (source, table))) or "the landing folder itself"
    return Flaw(
        f"{place} is no table of the contract, and the file is no export that Viaggio knows",
        f"Drop it in landing/<source>/<table>/, or write an adapter: viaggio adapt FILE. Known "
        f"{known}.",
    )


def _unreadable(error: Exception) -> Flaw:
    return Flaw(
        f"landing cannot read it ({type(error).__name__})",
        "Please report this, with the file if it may be shown. Others were landed.",
    )


def _machine_message(error: Exception) -> str:
    """The error without values of the file, which DuckDB may quote after the first line."""
    if isinstance(error, OSError):
        return f"{error.strerror or type(error).__name__}."
    return f"{str(error).splitlines()[0].rstrip('.')}."
