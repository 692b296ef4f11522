"""Erase persons: look what that takes, begin, go on after a stop, and conclude.

Tombstones drive everything. Once they are kept, the same function that keeps erased persons out of
new files (`viaggio/landing/erased.py`) rewrites what landing has kept; a full build and a new
publication follow, and in the end what is older than these is removed. Each step may be made again.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from viaggio.erasure.books import keep_record, write_certificate
from viaggio.erasure.journal import (
    BUILT,
    REWRITTEN,
    STARTED,
    Entry,
    Journal,
    is_under_way,
    journal_file,
    read_journal,
    write_journal,
)
from viaggio.erasure.persons import Person, resolve, resolve_silent
from viaggio.erasure.requests import Request, landed_requests, request_of_retention
from viaggio.erasure.rewrite import Changes, Rewriter
from viaggio.erasure.warehouse import compact, forget_in_log
from viaggio.landing.discover import stamp_of
from viaggio.landing.erased import prepare_session
from viaggio.landing.load import recover, said_in_words
from viaggio.landing.moves import finish, loading_folder, tidy
from viaggio.landing.prepare import open_session
from viaggio.landing.settings import LandingSettings, SettingError, whole_number
from viaggio.publishing.publish import keep_only_current, publication_folders
from viaggio.workspace.contract import Contract, load_contract
from viaggio.workspace.ledger import Ledger
from viaggio.workspace.lock import writer_lock
from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import file_to_read
from viaggio.workspace.tombstones import Tombstones, add_tombstones, start_tombstones

SILENT_MONTHS_VARIABLE = "VIAGGIO_RETENTION_SILENT_MONTHS"
# What becomes of a request.
ERASED, SHARED, UNKNOWN = "erased", "names only shared identifiers", "names nobody known"


def plan(
    data_dir: DataDir, requests: Sequence[Request], contract: Contract | None = None
) -> Journal:
    """What an erasure of these persons would take; changes nothing.

    Raises:
        WriterBusyError: Another process is writing to the data directory.
        LandingError: An earlier landing left moves that cannot be made.
    """
    contract = contract or load_contract()
    with _planning(data_dir) as (con, folder, ledger, tombstones):
        persons = resolve(con, data_dir, contract, requests)
        rewriter = Rewriter(con, data_dir, contract, folder, _settings(), tombstones)
        return _planned(rewriter, ledger, persons)


def plan_silent(
    data_dir: DataDir, months: int, contract: Contract | None = None
) -> tuple[Journal, int]:
    """What it would take to erase all who have been silent for some months, and how many they are.

    Their tombstones are used once and not kept: a customer who returns is a new person. Changes
    nothing.

    Raises:
        WriterBusyError: Another process is writing to the data directory.
        LandingError: An earlier landing left moves that cannot be made.
    """
    contract = contract or load_contract()
    moment = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    with _planning(data_dir) as (con, folder, ledger, tombstones):
        request = request_of_retention(moment, tombstones)
        together, silent = resolve_silent(con, data_dir, contract, request, months)
        rewriter = Rewriter(con, data_dir, contract, folder, _settings(), tombstones)
        journal = _planned(rewriter, ledger, [together] if silent else [])
        return replace(journal, keeps_out=False), silent


@contextmanager
def _planning(
    data_dir: DataDir,
) -> Generator[tuple[duckdb.DuckDBPyConnection, Path, Ledger, Tombstones], None, None]:
    """A session that knows the tombstones' key, under the writer lock."""
    with writer_lock(data_dir):
        recover(data_dir)
        tombstones = start_tombstones(data_dir)
        with _session(data_dir) as (con, folder, ledger):
            prepare_session(con, tombstones)
            yield con, folder, ledger, tombstones


def _planned(rewriter: Rewriter, ledger: Ledger, persons: Sequence[Person]) -> Journal:
    """What it takes to erase some persons; `rewriter` knows the tombstones' key."""
    con, data_dir, contract = rewriter.con, rewriter.data_dir, rewriter.contract
    tombstones = rewriter.tombstones
    marks = {
        tombstones.mark(kind, value): person.request.number
        for person in persons
        for kind, value in person.values
    }
    marks |= {
        tombstones.mark("engagement", engagement): request
        for engagement, request in _engagements(con, data_dir, contract, persons)
    }
    together = Tombstones(tombstones.key, frozenset(marks))
    prepare_session(con, together)
    changes = replace(rewriter, tombstones=together).changes(ledger) if marks else Changes()
    return _journal(data_dir, persons, marks, changes)


def begin(data_dir: DataDir, journal: Journal) -> None:
    """Note an erasure, and take the persons out of what landing has kept."""
    with writer_lock(data_dir):
        write_journal(data_dir, journal)
        go_on(data_dir)


def begin_landed(data_dir: DataDir) -> int:
    """Begin to erase all who ask in the landed table of requests; returns how many there are.

    An erasure that is already under way ends first.
    """
    with writer_lock(data_dir):
        if is_under_way(data_dir):
            return 0
        requests = requested(data_dir)
        if requests:
            begin(data_dir, plan(data_dir, requests))
        return len(requests)


def silent_months() -> int:
    """Months after which a silent person is erased.

    Raises:
        SettingError: The variable is not set, or no whole number from 1.
    """
    months = whole_number(SILENT_MONTHS_VARIABLE, "months")
    if months is None:
        raise SettingError(
            f"{SILENT_MONTHS_VARIABLE} is not set. Set it to the months a person may be silent."
        )
    return months


def begin_silent(data_dir: DataDir) -> int:
    """Begin to erase all who have been silent for long; returns how many they are.

    An erasure that is already under way ends first.

    Raises:
        SettingError: The variable is not set, or no whole number from 1.
    """
    months = silent_months()
    with writer_lock(data_dir):
        if is_under_way(data_dir):
            return 0
        journal, silent = plan_silent(data_dir, months)
        if silent:
            begin(data_dir, journal)
        return silent


def requested(data_dir: DataDir) -> list[Request]:
    """The landed requests that were not carried out yet."""
    with duckdb.connect() as con:
        return landed_requests(con, data_dir, start_tombstones(data_dir))


def go_on(data_dir: DataDir, contract: Contract | None = None) -> None:
    """Go on with an erasure that has begun, up to the build; nothing where none has.

    Raises:
        LandingError: The disk is full or cannot be written; the next run goes on.
    """
    then = "Nothing is lost; mend this, and the next run goes on with the erasure."
    with said_in_words(data_dir, then), writer_lock(data_dir):
        journal = read_journal(data_dir)
        if journal is None or journal.stage != STARTED:
            return
        recover(data_dir)
        tombstones = (
            add_tombstones(data_dir, journal.marks)
            if journal.keeps_out
            else start_tombstones(data_dir).with_marks(journal.marks)
        )
        with _session(data_dir) as (con, folder, ledger):
            prepare_session(con, tombstones)
            rewriter = Rewriter(
                con, data_dir, contract or load_contract(), folder, _settings(), tombstones
            )
            changes = rewriter.changes(ledger)
            ledger.erase(changes.rows, changes.moves)
            finish(data_dir, ledger, changes.moves, "An erasure")
            # Files that have not landed yet still have to.
            landed = ledger.stamps()
            for found in changes.dropped:
                stamp = stamp_of(found.path)
                if stamp and found.source_file in landed:
                    ledger.see(found.source_file, stamp)
            ledger.export(data_dir.ledger, loading_folder(data_dir), con)
            keep_record(data_dir, journal, con)
        forget_in_log(data_dir, journal.identifier_ids)
        _remove_logs(data_dir)
        write_journal(data_dir, replace(journal, stage=REWRITTEN))


def conclude(data_dir: DataDir) -> Path | None:
    """Remove what is older than the publication just made; the certificate, if there was anything.

    Does nothing before the build that follows an erasure.
    """
    with writer_lock(data_dir):
        journal = read_journal(data_dir)
        if journal is None or journal.stage != BUILT:
            return None
        published = keep_only_current(data_dir, journal.started_at)
        if published is None:
            return None
        compact(data_dir)
        certificate = write_certificate(data_dir, journal, published.id)
        journal_file(data_dir).unlink()
        return certificate


@contextmanager
def _session(
    data_dir: DataDir,
) -> Generator[tuple[duckdb.DuckDBPyConnection, Path, Ledger], None, None]:
    """A session in memory, a folder to write copies in, and the ledger."""
    folder = loading_folder(data_dir) / "erasure"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with (
        Ledger(data_dir.ledger_db) as ledger,
        open_session(loading_folder(data_dir) / "spill", _settings()) as con,
    ):
        try:
            yield con, folder, ledger
        finally:
            tidy(data_dir, ledger)


def _settings() -> LandingSettings:
    return LandingSettings.from_env()


def _engagements(
    con: duckdb.DuckDBPyConnection,
    data_dir: DataDir,
    contract: Contract,
    persons: Sequence[Person],
) -> list[tuple[str, str]]:
    """Calls and messages of the CRM all of whose contacts are to be erased: key, request."""
    table = contract.tables.get(("crm", "engagement_contact"))
    owner = {
        value: person.request.number
        for person in persons
        for kind, value in person.values
        if kind == "contact"
    }
    if table is None or not owner:
        return []
    parts = [part for day in table.days(data_dir.raw) for part in table.parts(data_dir.raw, day)]
    if not parts:
        return []
    con.execute(
        "create or replace temp table own_contacts as select unnest($1::varchar[]) as contact_id",
        [list(owner)],
    )
    files = ", ".join(map(file_to_read, parts))
    rows = con.execute(
        "select engagement_id, min(contact_id)"
        f" from read_parquet([{files}], hive_partitioning = false) group by engagement_id"
        " having bool_and(contact_id in (select contact_id from own_contacts))"
    ).fetchall()
    return [(engagement, owner[contact]) for engagement, contact in rows]


def _journal(
    data_dir: DataDir, persons: Sequence[Person], marks: dict[str, str], changes: Changes
) -> Journal:
    rows: dict[str, Counter[str]] = {}
    for met, by_table in changes.by_marks.items():
        for request in {marks.get(mark, "") for mark in met}:
            rows.setdefault(request, Counter()).update(by_table)
    entries = [
        Entry(
            number=person.request.number,
            requested_at=person.request.requested_at.isoformat(sep=" ", timespec="seconds"),
            origin=person.request.origin,
            status=_status(person),
            identifiers=dict(person.by_type),
            left=dict(person.left),
            rows=dict(rows.get(person.request.number, {})),
        )
        for person in persons
    ]
    ids = {each for person in persons for each in person.identifier_ids}
    return Journal(
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        marks=tuple(sorted(marks)),
        identifier_ids=tuple(sorted(ids)),
        entries=tuple(entries),
        removed=dict(changes.removed),
        anonymised=dict(changes.anonymised),
        quarantined=changes.quarantined,
        files=dict(changes.files),
        unchanged=tuple(changes.unchanged),
        publications=tuple(folder.name for folder in publication_folders(data_dir)),
    )


def _status(person: Person) -> str:
    if person.values:
        return ERASED
    return SHARED if person.left else UNKNOWN


def _remove_logs(data_dir: DataDir) -> None:
    """Remove logs of former runs, and Spark's tables, which its next build makes again."""
    for log in (data_dir.root / "logs").glob("*"):
        # A run that is under way has written nothing of the persons into its own.
        if log.is_file() and log.name != "run.log":
            log.unlink()
    shutil.rmtree(data_dir.root / "spark", ignore_errors=True)
