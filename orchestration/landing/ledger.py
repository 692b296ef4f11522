"""The memory of landing: what was loaded, from which file, when. SQLite, with Parquet for dbt.

A commit of the ledger is the moment a file counts as loaded or rejected. What must still be moved
afterwards is written in the same transaction (`pending_move`), so that `load.recover` can finish
it whatever killed the process in between.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

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
    extra_columns text
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
create table if not exists seen (
    source_file text primary key,
    bytes integer not null,
    mtime_ns integer not null
);
create table if not exists pending_move (
    origin text not null,
    destination text not null,
    bytes integer,
    mtime_ns integer
);
"""

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
}
FILE_DAY_COLUMNS = {
    "source_name": "varchar",
    "table_name": "varchar",
    "event_day": "date",
    "file_id": "varchar",
    "row_count": "bigint",
    "loaded_at": "timestamp",
}


@dataclass(frozen=True)
class Stamp:
    """What `stat` says of a file: enough to see cheaply that it has not changed."""

    bytes: int
    mtime_ns: int

    @classmethod
    def of(cls, path: Path) -> Stamp:
        stat = path.stat()
        return cls(stat.st_size, stat.st_mtime_ns)


@dataclass(frozen=True)
class FileRecord:
    """One line of the ledger: a file and what became of it (loaded, rejected, skipped)."""

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
    """The ledger's database; one process writes at a time (see orchestration/lock.py)."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        # Safe when the process is killed; a power cut may forget the last commits, whose files
        # are then landed again under the same part names.
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = normal")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
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
        rows = self._db.execute("select source_file, bytes, mtime_ns from seen")
        return {source_file: Stamp(size, mtime_ns) for source_file, size, mtime_ns in rows}

    def first_with(self, source_name: str, table_name: str, file_id: str) -> str | None:
        """The file through which this content was loaded into the table, if it was."""
        row = self._db.execute(
            "select source_file from file where source_name = ? and table_name = ?"
            " and file_id = ? and outcome = 'loaded'",
            (source_name, table_name, file_id),
        ).fetchone()
        return row[0] if row else None

    def record(
        self,
        record: FileRecord,
        stamp: Stamp | None = None,
        days: dict[date, int] | None = None,
        moves: Iterable[Move] = (),
    ) -> None:
        """Commit one outcome, with its rows by day and the moves that must follow.

        Args:
            record: The outcome.
            stamp: Given for a file that stays in `landing/`: it is not looked at again.
            days: Rows that went to raw, by event day.
            moves: Renames that `finish_moves` makes, now or in a later process.
        """
        values = [getattr(record, name) for name in FILE_COLUMNS]
        values[list(FILE_COLUMNS).index("loaded_at")] = _text(record.loaded_at)
        with self._transaction():
            self._db.execute(f"insert into file values ({', '.join('?' * len(values))})", values)
            if stamp is not None:
                self._see(record.source_file, stamp)
            self._db.executemany(
                "insert into file_day values (?, ?, ?, ?, ?, ?)",
                [
                    (
                        record.source_name,
                        record.table_name,
                        day.isoformat(),
                        record.file_id,
                        rows,
                        _text(record.loaded_at),
                    )
                    for day, rows in sorted((days or {}).items())
                ],
            )
            self._add_moves(moves)

    def note_moves(self, moves: Iterable[Move]) -> None:
        """Commit renames and deletions of files that are loaded, to outlive a power cut.

        What is deleted could not be landed again if the ledger forgot who was loaded.
        """
        with self._transaction():
            self._add_moves(moves)
        self._db.execute("pragma wal_checkpoint(full)").fetchall()

    def _add_moves(self, moves: Iterable[Move]) -> None:
        self._db.executemany(
            "insert into pending_move values (?, ?, ?, ?)",
            [
                (
                    move.origin,
                    move.destination or "",
                    move.stamp.bytes if move.stamp else None,
                    move.stamp.mtime_ns if move.stamp else None,
                )
                for move in moves
            ],
        )

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
            "insert or replace into seen values (?, ?, ?)",
            (source_file, stamp.bytes, stamp.mtime_ns),
        )

    def pending_moves(self) -> list[Move]:
        rows = self._db.execute("select * from pending_move order by rowid").fetchall()
        return [
            Move(origin, destination or None, Stamp(size, mtime_ns) if size is not None else None)
            for origin, destination, size, mtime_ns in rows
        ]

    def clear_moves(self) -> None:
        with self._transaction():
            self._db.execute("delete from pending_move")

    def export(self, folder: Path, tmp: Path, con: duckdb.DuckDBPyConnection) -> None:
        """Write the ledger as Parquet for dbt: `file/part.parquet`, `file_day/part.parquet`."""
        for table, columns in (("file", FILE_COLUMNS), ("file_day", FILE_DAY_COLUMNS)):
            names = ", ".join(columns)
            rows = self._db.execute(f"select {names} from {table} order by rowid").fetchall()
            write_parquet(con, rows, columns, folder / table / "part.parquet", tmp)


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
        f"copy (select {selected} from read_ndjson_objects('{lines}')) to '{part}'"
        " (format parquet, compression zstd)"
    )
    lines.unlink()
    path.parent.mkdir(parents=True, exist_ok=True)
    part.replace(path)


def _text(moment: datetime) -> str:
    """ISO text that sorts like the moment (always with microseconds)."""
    return moment.isoformat(sep=" ", timespec="microseconds")
