"""The memory of landing: what was loaded, from which file, when. SQLite, with Parquet for dbt.

A commit of the ledger is the moment a file counts as loaded, rejected or withdrawn. What must still
be moved afterwards is written in the same transaction (`pending_move`), so that `load.recover` can
finish it whatever stopped the process in between.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections.abc import Generator, Iterable, Mapping
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from viaggio.workspace.sql import file_to_read, file_to_write

_SCHEMA = """
create table if not exists run (run_id text not null, loaded_at text not null);
create table if not exists file (
    file_id text not null,
    source_file text not null,
    source_name text,
    table_name text,
    outcome text not null,
    reason text,
    rows_in_file integer,
    rows_raw integer not null,
    rows_quarantined integer not null,
    bytes integer not null,
    loaded_at text not null,
    run_id text not null,
    extra_columns text,
    withdrawn_at text,
    keys_removed integer,
    rows_erased integer not null default 0,
    mapped_by text
);
create index if not exists file_content on file (source_name, table_name, file_id, outcome);
create table if not exists file_day (
    source_name text not null,
    table_name text not null,
    event_day text not null,
    file_id text not null,
    row_count integer not null,
    loaded_at text not null
);
create table if not exists replayed_row (
    source_name text not null,
    table_name text not null,
    source_file text not null,
    file_id text not null,
    row_number integer not null,
    reason text not null,
    quarantined_at text not null,
    replayed_at text not null,
    note text not null
);
create table if not exists expired_day (
    source_name text not null,
    table_name text not null,
    event_day text not null,
    loaded_until text not null,
    expired_at text not null,
    primary key (source_name, table_name, event_day)
);
create table if not exists seen (
    source_file text primary key,
    bytes integer not null,
    mtime_ns integer not null,
    ctime_ns integer,
    inode integer
);
create table if not exists pending_move (
    origin not null,
    destination not null,
    bytes integer,
    mtime_ns integer,
    ctime_ns integer,
    inode integer
);
create table if not exists being_read (source_file text primary key, file_id text not null);
create table if not exists secret (name_key text not null);
"""
# Columns that ledgers of earlier versions lack.
_ADDED_COLUMNS = {
    "file": {
        "withdrawn_at": "text",
        "keys_removed": "integer",
        "rows_erased": "integer not null default 0",
        "mapped_by": "text",
    },
    "seen": {"ctime_ns": "integer", "inode": "integer"},
    "pending_move": {"ctime_ns": "integer", "inode": "integer"},
}

# Columns and types of the ledger as dbt reads it.
FILE_COLUMNS = {
    "file_id": "varchar",
    "source_file": "varchar",
    "source_name": "varchar",
    "table_name": "varchar",
    "outcome": "varchar",
    "reason": "varchar",
    "rows_in_file": "bigint",
    "rows_raw": "bigint",
    "rows_quarantined": "bigint",
    "bytes": "bigint",
    "loaded_at": "timestamp",
    "run_id": "varchar",
    "extra_columns": "varchar",
    "withdrawn_at": "timestamp",
    "rows_erased": "bigint",
}
FILE_DAY_COLUMNS = {
    "source_name": "varchar",
    "table_name": "varchar",
    "event_day": "date",
    "file_id": "varchar",
    "row_count": "bigint",
    "loaded_at": "timestamp",
}

# The record of erasures as dbt reads it; viaggio/erasure writes it beside the ledger's tables.
ERASURE_COLUMNS = {
    "erasure_request_id": "varchar",
    "origin": "varchar",
    "status": "varchar",
    "identifiers_erased": "bigint",
    "identifiers_left": "bigint",
    "rows_removed": "bigint",
    "rows_anonymised": "bigint",
    "requested_at": "timestamp",
    "carried_out_at": "timestamp",
}

REPLAYED_ROW_COLUMNS = {
    "source_name": "varchar",
    "table_name": "varchar",
    "source_file": "varchar",
    "file_id": "varchar",
    "row_number": "bigint",
    "reason": "varchar",
    "quarantined_at": "timestamp",
    "replayed_at": "timestamp",
    "note": "varchar",
}
EXPIRED_DAY_COLUMNS = {
    "source_name": "varchar",
    "table_name": "varchar",
    "event_day": "date",
    "loaded_until": "timestamp",
    "expired_at": "timestamp",
}
_EXPORTED = {
    "file": FILE_COLUMNS,
    "file_day": FILE_DAY_COLUMNS,
    "replayed_row": REPLAYED_ROW_COLUMNS,
    "expired_day": EXPIRED_DAY_COLUMNS,
}

# Why rows were taken back, where nobody asked for it.
REPLACED = "replaced by a newer version of the file"


# A loaded content. Its days need no instant: they change when rows of it are put back.
_CONTENT = "source_name = ? and table_name = ? and file_id = ?"


class LedgerError(RuntimeError):
    """The ledger is damaged or gone; the message says which command rebuilds it."""


@dataclass(frozen=True)
class Stamp:
    """What `stat` says of a file: enough to see cheaply that it has not changed.

    Size and `mtime` can be set by anyone; `ctime` (the moment of the last change of any kind) and
    the inode cannot. Both are None where an earlier version wrote the stamp.
    """

    bytes: int
    mtime_ns: int
    ctime_ns: int | None = None
    inode: int | None = None

    @classmethod
    def of(cls, path: Path) -> Stamp:
        stat = path.stat()
        return cls(stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)


@dataclass(frozen=True)
class FileRecord:
    """One line of the ledger: a file and what became of it.

    `outcome` is loaded, rejected, skipped, withdrawn, mapped or replayed. `source_file` is the
    file's name below `landing/`, without personal data (`names.label`). A mapped file is a vendor's
    export: `source_name` is the vendor, `table_name` the export, and its rows are those of the
    files it became; `mapped_by` is what it was mapped by (`mapping.mapped_by`), which dbt does not
    read. A replayed file was rejected and went back to `landing/`. Rows in a file are those in
    raw, in the quarantine and erased ones.
    """

    file_id: str
    source_file: str
    source_name: str | None
    table_name: str | None
    outcome: str
    reason: str | None
    rows_in_file: int | None
    rows_raw: int
    rows_quarantined: int
    bytes: int
    loaded_at: datetime
    run_id: str
    extra_columns: str | None = None
    withdrawn_at: datetime | None = None
    rows_erased: int = 0
    mapped_by: str | None = None


@dataclass(frozen=True)
class Withdrawal:
    """A loaded file whose rows are taken back.

    Attributes:
        source_name: Source of its table.
        table_name: Its table.
        source_file: The file, as in `FileRecord`.
        file_id: Its content.
        loaded_at: When it was loaded.
        reason: Why its rows are taken back.
        keys_removed: Business keys for which no row is left.
        is_for_good: Copies of the file are not to be loaded in its place.
    """

    source_name: str
    table_name: str
    source_file: str
    file_id: str
    loaded_at: datetime
    reason: str = ""
    keys_removed: int = 0
    is_for_good: bool = False


@dataclass(frozen=True)
class ErasedRows:
    """Rows of one load that an erasure removes: of raw by day, and of the quarantine."""

    source_name: str
    table_name: str
    source_file: str
    loaded_at: datetime
    days: Mapping[date, int]
    quarantined: int = 0


@dataclass(frozen=True)
class ExpiredDay:
    """A day of a raw table that loses its personal values.

    Attributes:
        source_name: Source of the table.
        table_name: The table.
        event_day: The day; of day zero, the rows of old loads.
        loaded_until: Instant (ISO) of the newest load whose rows lose them.
    """

    source_name: str
    table_name: str
    event_day: date
    loaded_until: str

    @property
    def table(self) -> tuple[str, str]:
        return self.source_name, self.table_name


@dataclass(frozen=True)
class Move:
    """A rename that a committed ledger entry still asks for (paths below the data directory).

    Without a destination it is a deletion. With a stamp it is only made while the file is still the
    one that was judged.
    """

    origin: str
    destination: str | None
    stamp: Stamp | None = None


class Ledger:
    """The ledger's database; one process writes at a time (see viaggio/workspace/lock.py)."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        try:
            self._open()
        except sqlite3.DatabaseError as error:
            self._db.close()
            if _is_damage(error):
                raise _unreadable(path, error) from error
            raise

    def _open(self) -> None:
        """Check and prepare the file.

        It is safe when the process is killed; a power cut may forget the last commits, whose files
        are then landed again under the same part names.
        """
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = normal")
        # Names of files may be personal: what is deleted leaves no trace.
        self._db.execute("pragma secure_delete = on")
        (found,) = self._db.execute("pragma quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(f"file is not a database: {found}")
        self._db.executescript(_SCHEMA)
        for table, columns in _ADDED_COLUMNS.items():
            held = {row[1] for row in self._db.execute(f"pragma table_info({table})")}
            for name, dtype in columns.items():
                if name not in held:
                    self._db.execute(f"alter table {table} add column {name} {dtype}")

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _transaction(self) -> Generator[None, None, None]:
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def start_run(self, run_id: str, now: datetime | None = None) -> datetime:
        """The instant of a new run, in UTC without zone: later than that of any run before."""
        moment = now or datetime.now(UTC).replace(tzinfo=None)
        with self._transaction():
            (last,) = self._db.execute("select max(loaded_at) from run").fetchone()
            if last is not None:
                moment = max(moment, datetime.fromisoformat(last) + timedelta(microseconds=1))
            self._db.execute("insert into run values (?, ?)", (run_id, _text(moment)))
        return moment

    def stamps(self) -> dict[str, Stamp]:
        """Files that need not be looked at again while they look like this."""
        return _stamps(self._db)

    def name_key(self) -> bytes:
        """The secret that tells apart names from which personal data were cut (`names.label`)."""
        row = self._db.execute("select name_key from secret").fetchone()
        if row is None:
            row = (secrets.token_hex(16),)
            with self._transaction():
                self._db.execute("insert into secret values (?)", row)
        return bytes.fromhex(row[0])

    def first_with(self, source_name: str, table_name: str, file_id: str) -> str | None:
        """The file through which this content was loaded into the table, if it was."""
        row = self._db.execute(
            "select source_file from file where source_name = ? and table_name = ?"
            " and file_id = ? and outcome = 'loaded'",
            (source_name, table_name, file_id),
        ).fetchone()
        return row[0] if row else None

    def loaded_as(self, source_file: str) -> Withdrawal | None:
        """The content that counts as this file's now: what it was loaded with last."""
        return next(iter(self._loaded("source_file = ?", (source_file,))), None)

    def loaded_with(self, source_file_or_id: str) -> list[Withdrawal]:
        """Loaded files of that name or content, the newest first."""
        return self._loaded("? in (source_file, file_id)", (source_file_or_id,))

    def loaded_for(self, export: str) -> list[Withdrawal]:
        """Loaded files that a vendor's export became, the newest first (`landing.sorting`)."""
        return self._loaded(
            "source_file in (select loaded.source_name || '/' || loaded.table_name || '/'"
            " || export.source_name || '_' || export.table_name || '/' || ? || '.csv'"
            " from file as export, file as loaded"
            " where export.outcome = 'mapped' and export.source_file = ?"
            " and loaded.outcome = 'loaded')",
            (export, export),
        )

    def mapped(self) -> list[tuple[str, str, str, str | None]]:
        """Exports that count as mapped: source_file, file_id, export and `mapped_by`.

        `mapped_by` is None where a ledger of an earlier version, or a rebuilt one, does not say it.
        """
        rows = self._db.execute(
            "select source_file, file_id, source_name || '/' || table_name, mapped_by, outcome,"
            " max(rowid) from file group by source_file having outcome = 'mapped'"
            " order by source_file"
        )
        return [(name, file_id, export, by) for name, file_id, export, by, *_ in rows]

    def _loaded(self, condition: str, values: tuple[str, ...]) -> list[Withdrawal]:
        rows = self._db.execute(
            "select source_name, table_name, source_file, file_id, loaded_at from file"
            f" where outcome = 'loaded' and {condition} order by rowid desc",
            values,
        )
        return [
            Withdrawal(source, table, file, file_id, datetime.fromisoformat(moment))
            for source, table, file, file_id, moment in rows
        ]

    def content_of(self, source_file: str) -> str | None:
        """The content that a file was last loaded with, or skipped for."""
        row = self._db.execute(
            "select file_id from file where source_file = ? and outcome in ('loaded', 'skipped')"
            " order by rowid desc limit 1",
            (source_file,),
        ).fetchone()
        return row[0] if row else None

    def was_retracted(self, source_name: str, table_name: str, file_id: str) -> bool:
        """Whether somebody took this content back, and it was not loaded again since."""
        row = self._db.execute(
            "select outcome, reason from file where source_name = ? and table_name = ?"
            " and file_id = ? and outcome in ('loaded', 'withdrawn') order by rowid desc limit 1",
            (source_name, table_name, file_id),
        ).fetchone()
        return row is not None and row[0] == "withdrawn" and row[1] != REPLACED

    def is_retracted(self, source_file: str) -> bool:
        """Whether somebody took back what this file was loaded with last, whatever it holds now."""
        row = self._db.execute(
            "select outcome, reason from file where source_file = ?"
            " and outcome in ('loaded', 'withdrawn') order by rowid desc limit 1",
            (source_file,),
        ).fetchone()
        return row is not None and row[0] == "withdrawn" and row[1] != REPLACED

    def days_of(self, file: Withdrawal) -> list[date]:
        """Event days that hold rows of a loaded file."""
        rows = self._db.execute(
            "select event_day from file_day where source_name = ? and table_name = ?"
            " and file_id = ? and row_count > 0 order by event_day",
            (file.source_name, file.table_name, file.file_id),
        )
        return [date.fromisoformat(day) for (day,) in rows]

    def record(
        self,
        record: FileRecord | None,
        stamp: Stamp | None = None,
        days: Mapping[date, int] | None = None,
        moves: Iterable[Move] = (),
        *,
        withdrawn: Withdrawal | None = None,
        withdrawn_at: datetime | None = None,
    ) -> None:
        """Commit one outcome, with its rows by day and the moves that must follow.

        Args:
            record: The outcome; none where a file is only withdrawn.
            stamp: Given for a file that stays in `landing/`: it is not looked at again.
            days: Rows that went to raw, by event day.
            moves: Renames and deletions that follow, now or in a later process.
            withdrawn: A loaded file that counts no more. Its days count as changed.
            withdrawn_at: The instant of the run that withdraws it.
        """
        with self._transaction():
            if withdrawn is not None:
                self._withdraw(withdrawn, withdrawn_at or datetime.now(UTC).replace(tzinfo=None))
            if record is not None:
                self._insert(record, days or {})
                if stamp is not None:
                    self._see(record.source_file, stamp)
                self._db.execute(
                    "delete from being_read where source_file = ?", (record.source_file,)
                )
            self._add_moves(moves)

    def _insert(self, record: FileRecord, days: Mapping[date, int]) -> None:
        names = (*FILE_COLUMNS, "mapped_by")
        values = [_value(getattr(record, name)) for name in names]
        places = ", ".join("?" * len(values))
        self._db.execute(f"insert into file ({', '.join(names)}) values ({places})", values)
        for day, rows in sorted(days.items()):
            named = (record.source_name, record.table_name, day.isoformat(), record.file_id)
            # What is left of an earlier time that this content was loaded, and withdrawn.
            self._db.execute(
                "delete from file_day where source_name = ? and table_name = ?"
                " and event_day = ? and file_id = ? and row_count = 0",
                named,
            )
            self._db.execute(
                "insert into file_day values (?, ?, ?, ?, ?, ?)",
                (*named, rows, _text(record.loaded_at)),
            )

    def _withdraw(self, file: Withdrawal, moment: datetime) -> None:
        named = (file.source_name, file.table_name, file.file_id)
        self._db.execute(
            "update file set outcome = 'withdrawn', reason = ?, withdrawn_at = ?, keys_removed = ?"
            f" where outcome = 'loaded' and {_CONTENT} and loaded_at = ?",
            (file.reason, _text(moment), file.keys_removed, *named, _text(file.loaded_at)),
        )
        self._db.execute(
            f"update file_day set row_count = 0, loaded_at = ? where {_CONTENT} and row_count > 0",
            (_text(moment), *named),
        )
        if not file.is_for_good:
            # Its content counts as loaded no more: a copy that was skipped for it is looked at.
            self._db.execute(
                "delete from seen where source_file in (select source_file from file"
                " where outcome = 'skipped' and source_name = ? and table_name = ?"
                " and file_id = ?)",
                named,
            )

    def put_back(
        self,
        file: Withdrawal,
        rows: Iterable[tuple[int, str, datetime]],
        days: Mapping[date, int],
        moves: Iterable[Move],
        *,
        replayed_at: datetime,
        note: str,
    ) -> None:
        """Commit quarantined rows of a loaded file that become good rows of it.

        Args:
            file: The file.
            rows: Number of each row in the file, why it was bad, and when it was set aside.
            days: The same rows by event day. These days count as changed.
            moves: Renames and deletions that follow.
            replayed_at: The instant of the run.
            note: Why, for the audit.
        """
        named = (file.source_name, file.table_name, file.file_id)
        moment, count = _text(replayed_at), sum(days.values())
        with self._transaction():
            self._db.execute(
                "update file set rows_raw = rows_raw + ?, rows_quarantined = rows_quarantined - ?"
                f" where outcome = 'loaded' and {_CONTENT}",
                (count, count, *named),
            )
            for day, more in sorted(days.items()):
                changed = self._db.execute(
                    "update file_day set row_count = row_count + ?, loaded_at = ?"
                    f" where {_CONTENT} and event_day = ?",
                    (more, moment, *named, day.isoformat()),
                )
                if not changed.rowcount:
                    self._db.execute(
                        "insert into file_day values (?, ?, ?, ?, ?, ?)",
                        (*named[:2], day.isoformat(), file.file_id, more, moment),
                    )
            self.note_replayed(
                (*named[:2], file.source_file, file.file_id, row, reason, _text(at), moment, note)
                for row, reason, at in rows
            )
            self._add_moves(moves)

    def note_replayed(self, rows: Iterable[tuple[object, ...]]) -> None:
        """Add rows of `REPLAYED_ROW_COLUMNS`, in its order."""
        self._db.executemany("insert into replayed_row values (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def replay_file(self, source_file: str, rejected_at: datetime, moves: Iterable[Move]) -> None:
        """Commit that a rejected file goes back to `landing/`: it counts as rejected no more."""
        with self._transaction():
            self._db.execute(
                "update file set outcome = 'replayed'"
                " where outcome = 'rejected' and source_file = ? and loaded_at = ?",
                (source_file, _text(rejected_at)),
            )
            self._add_moves(moves)

    def restamp(self, moments: Mapping[datetime, datetime], moves: Iterable[Move]) -> None:
        """Give runs another instant (old to new), with the moves that bring their parts along."""
        with self._transaction():
            for old, new in moments.items():
                for table in ("run", "file", "file_day"):
                    self._db.execute(
                        f"update {table} set loaded_at = ? where loaded_at = ?",
                        (_text(new), _text(old)),
                    )
                self._db.execute(
                    "update file set withdrawn_at = ? where withdrawn_at = ?",
                    (_text(new), _text(old)),
                )
                self._db.execute(
                    "update replayed_row set replayed_at = ? where replayed_at = ?",
                    (_text(new), _text(old)),
                )
                self._db.execute(
                    "update expired_day set loaded_until = ? where loaded_until = ?",
                    (_text(new), _text(old)),
                )
            self._add_moves(moves)

    def runs_after(self, moment: datetime) -> list[datetime]:
        """Instants of runs later than that, in order."""
        rows = self._db.execute(
            "select distinct loaded_at from run where loaded_at > ? order by loaded_at",
            (_text(moment),),
        )
        return [datetime.fromisoformat(text) for (text,) in rows]

    def count(self, outcome: str, *, with_rows: bool = False) -> int:
        """Number of files with an outcome; if asked, of those that brought rows."""
        (count,) = self._db.execute(
            "select count(*) from file where outcome = ? and rows_raw >= ?", (outcome, with_rows)
        ).fetchone()
        return count

    def last_run_before(self, moment: datetime) -> datetime | None:
        """Instant of the newest run before that."""
        (last,) = self._db.execute(
            "select max(loaded_at) from run where loaded_at < ?", (_text(moment),)
        ).fetchone()
        return datetime.fromisoformat(last) if last else None

    def start_reading(self, source_file: str, file_id: str) -> None:
        """Note that a file is about to be read, in case that ends the process."""
        with self._transaction():
            self._db.execute(
                "insert or replace into being_read values (?, ?)", (source_file, file_id)
            )

    def stop_reading(self, source_file: str | None = None) -> None:
        """Forget one file that was being read, or all of them."""
        with self._transaction():
            self._db.execute(
                "delete from being_read where ? is null or source_file = ?",
                (source_file, source_file),
            )

    def interrupted(self) -> set[tuple[str, str]]:
        """Files, as (source_file, file_id), that were being read when the process ended."""
        return set(self._db.execute("select source_file, file_id from being_read"))

    def note_moves(self, moves: Iterable[Move]) -> None:
        """Commit renames and deletions of files that are loaded, to outlive a power cut.

        What is deleted could not be landed again if the ledger forgot who was loaded.
        """
        with self._transaction():
            self._add_moves(moves)
        self._db.execute("pragma wal_checkpoint(full)").fetchall()

    def _add_moves(self, moves: Iterable[Move]) -> None:
        nothing = (None,) * 4
        self._db.executemany(
            "insert into pending_move values (?, ?, ?, ?, ?, ?)",
            [
                (
                    os.fsencode(move.origin),
                    os.fsencode(move.destination or ""),
                    *(astuple(move.stamp) if move.stamp else nothing),
                )
                for move in moves
            ],
        )

    def erase(self, rows: Iterable[ErasedRows], moves: Iterable[Move]) -> None:
        """Commit that rows were erased, with the moves that bring what is left into place."""
        with self._transaction():
            for each in rows:
                which = (each.source_name, each.table_name, each.source_file, _text(each.loaded_at))
                condition = (
                    "source_name = ? and table_name = ? and source_file = ? and loaded_at = ?"
                    " and outcome = 'loaded'"
                )
                total = sum(each.days.values())
                self._db.execute(
                    "update file set rows_raw = rows_raw - ?, rows_quarantined ="
                    f" rows_quarantined - ?, rows_erased = rows_erased + ? where {condition}",
                    (total, each.quarantined, total + each.quarantined, *which),
                )
                for day, count in each.days.items():
                    self._db.execute(
                        "update file_day set row_count = row_count - ? where event_day = ?"
                        " and source_name = ? and table_name = ? and loaded_at = ? and file_id in"
                        f" (select file_id from file where {condition})",
                        (count, day.isoformat(), *which[:2], which[3], *which),
                    )
            self._add_moves(moves)
        self._db.execute("pragma wal_checkpoint(truncate)").fetchall()

    def newest_day(self, latest: date) -> date | None:
        """The newest event day that holds rows, up to `latest`; none before anything landed."""
        (day,) = self._db.execute(
            "select max(event_day) from file_day"
            " where row_count > 0 and event_day between '1970-01-02' and ?",
            (latest.isoformat(),),
        ).fetchone()
        return date.fromisoformat(day) if day else None

    def days_to_expire(self, before: date, published_until: str) -> list[ExpiredDay]:
        """Days before that one that hold rows which have not expired, by table and day.

        A row without a day is as old as its load. A day that received rows after an instant (ISO)
        is left out: they are not published yet.
        """
        rows = self._db.execute(
            "select file_day.source_name, file_day.table_name, file_day.event_day,"
            " max(file_day.loaded_at) as newest from file_day left join expired_day"
            " using (source_name, table_name, event_day)"
            " where case when event_day = '1970-01-01' then file_day.loaded_at else event_day end"
            " < ? group by 1, 2, 3 having sum(row_count) > 0 and newest <= ?"
            " and newest > coalesce(max(loaded_until), '') order by 1, 2, 3",
            (before.isoformat(), published_until),
        )
        return [
            ExpiredDay(source, table, date.fromisoformat(day), newest)
            for source, table, day, newest in rows
        ]

    def expire(self, days: Iterable[ExpiredDay], moves: Iterable[Move]) -> None:
        """Commit that days have expired, with the moves that bring what is left into place."""
        now = _text(datetime.now(UTC).replace(tzinfo=None))
        with self._transaction():
            self._db.executemany(
                "insert or replace into expired_day values (?, ?, ?, ?, ?)",
                [(*day.table, day.event_day.isoformat(), day.loaded_until, now) for day in days],
            )
            self._add_moves(moves)

    def tables_of(self) -> dict[str, tuple[str, str, str]]:
        """Source, table and outcome of each file, by name; of one seen more than once, the last."""
        rows = self._db.execute(
            "select source_file, source_name, table_name, outcome from file order by rowid"
        )
        return {file: (source or "", table or "", outcome) for file, source, table, outcome in rows}

    def days_loaded_at(self, moment: datetime) -> list[tuple[str, str, date]]:
        """Source, table and day of all rows that a run loaded, each once."""
        rows = self._db.execute(
            "select distinct source_name, table_name, event_day from file_day"
            " where loaded_at = ? order by source_name, table_name, event_day",
            (_text(moment),),
        )
        return [(source, table, date.fromisoformat(day)) for source, table, day in rows]

    def see(self, source_file: str, stamp: Stamp) -> None:
        """Remember that the file was looked at, without an outcome of its own."""
        with self._transaction():
            self._see(source_file, stamp)

    def _see(self, source_file: str, stamp: Stamp) -> None:
        self._db.execute(
            "insert or replace into seen values (?, ?, ?, ?, ?)", (source_file, *astuple(stamp))
        )

    def forget(self, source_files: Iterable[str]) -> None:
        """Forget files that are no longer below `landing/`; what they brought stays loaded."""
        with self._transaction():
            self._db.executemany(
                "delete from seen where source_file = ?", [(name,) for name in source_files]
            )

    def pending_moves(self) -> list[Move]:
        rows = self._db.execute(
            "select origin, destination, bytes, mtime_ns, ctime_ns, inode from pending_move"
            " order by rowid"
        ).fetchall()
        return [
            Move(
                os.fsdecode(origin),
                os.fsdecode(destination) or None,
                Stamp(*stamp) if stamp[0] is not None else None,
            )
            for origin, destination, *stamp in rows
        ]

    def clear_moves(self) -> None:
        with self._transaction():
            self._db.execute("delete from pending_move")

    def export(self, folder: Path, tmp: Path, con: duckdb.DuckDBPyConnection) -> None:
        """Write the ledger as Parquet for dbt, such as `file/part.parquet`."""
        for table, columns in _EXPORTED.items():
            names = ", ".join(columns)
            rows = self._db.execute(f"select {names} from {table} order by rowid").fetchall()
            write_parquet(con, rows, columns, folder / table / "part.parquet", tmp)


def known_files(path: Path) -> tuple[dict[str, Stamp], bytes]:
    """Stamps of the files a ledger knows, and its key for names, without changing it.

    Raises:
        LedgerError: The ledger is damaged.
    """
    if not path.exists():
        return {}, b""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as ledger:
            tables = {name for (name,) in ledger.execute("select name from sqlite_master")}
            row = None
            if "secret" in tables:
                row = ledger.execute("select name_key from secret").fetchone()
            return _stamps(ledger), bytes.fromhex(row[0]) if row else b""
    except sqlite3.DatabaseError as error:
        raise _unreadable(path, error) from error


def keys_removed_since(path: Path, moment: str) -> bool:
    """Whether files were withdrawn after a moment (ISO) of which business keys are left nowhere."""
    if not path.exists():
        return False
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as ledger:
        held = {row[1] for row in ledger.execute("pragma table_info(file)")}
        return "keys_removed" in held and bool(
            ledger.execute(
                "select count(*) from file where withdrawn_at > ? and keys_removed > 0", (moment,)
            ).fetchone()[0]
        )


def has_expired_days(path: Path) -> bool:
    """Whether raw days have expired; a damaged ledger does not say so."""
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as ledger:
            return bool(ledger.execute("select count(*) from expired_day").fetchone()[0])
    except sqlite3.Error:
        return False


def _stamps(ledger: sqlite3.Connection) -> dict[str, Stamp]:
    held = {row[1] for row in ledger.execute("pragma table_info(seen)")}
    # A ledger of an earlier version is brought up to date when something lands.
    more = "ctime_ns, inode" if "inode" in held else "null, null"
    rows = ledger.execute(f"select source_file, bytes, mtime_ns, {more} from seen")
    return {source_file: Stamp(*stamp) for source_file, *stamp in rows}


def read_ledger(
    path: Path, sql: str, values: Mapping[str, object] | None = None
) -> list[tuple[Any, ...]]:
    """Ask a ledger without changing it; nothing where there is none yet.

    Raises:
        LedgerError: The ledger is damaged, or cannot be read now.
    """
    if not path.exists():
        return []
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as ledger:
            return ledger.execute(sql, dict(values or {})).fetchall()
    except sqlite3.DatabaseError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: sqlite3.DatabaseError) -> LedgerError:
    """The error that says what to do with a ledger that cannot be read."""
    if not _is_damage(error):
        return LedgerError(
            f"{path} cannot be read ({error}). Free space, mend the disk or end the program that "
            "holds it, and run again; nothing is lost."
        )
    return LedgerError(
        f"{path} is damaged ({error}). Run `make rebuild-ledger`: it keeps the damaged file beside "
        "a new one, which it fills from the raw tables."
    )


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether the file itself is at fault, not the disk or somebody who holds it."""
    words = ("not a database", "malformed", "corrupt")
    return any(each in str(error) for each in words)


def write_parquet(
    con: duckdb.DuckDBPyConnection,
    rows: list[tuple[object, ...]],
    columns: dict[str, str],
    path: Path,
    tmp: Path,
) -> None:
    """Write rows as one Parquet file that appears, whole, by a rename.

    Args:
        con: Any DuckDB connection.
        rows: Tuples in the order of `columns`; timestamps and dates may be ISO text.
        columns: Name to DuckDB type.
        path: File to write.
        tmp: Folder on the same file system to write in first.
    """
    lines = tmp / f"{path.parent.name}-{path.stem}.jsonl"
    part = tmp / f"{path.parent.name}-{path.name}"
    with lines.open("w", encoding="utf-8") as handle:
        handle.writelines(json.dumps(row) + "\n" for row in rows)
    selected = ", ".join(
        f"(json ->> {number})::{dtype} as {name}"
        for number, (name, dtype) in enumerate(columns.items())
    )
    con.execute(
        f"copy (select {selected} from read_ndjson_objects({file_to_read(lines)}))"
        f" to {file_to_write(part)} (format parquet, compression zstd)"
    )
    lines.unlink()
    path.parent.mkdir(parents=True, exist_ok=True)
    part.replace(path)


def _value(value: object) -> object:
    return _text(value) if isinstance(value, datetime) else value


def _text(moment: datetime) -> str:
    """ISO text that sorts like the moment (always with microseconds)."""
    return moment.isoformat(sep=" ", timespec="microseconds")
