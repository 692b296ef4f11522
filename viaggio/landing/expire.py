"""Let raw days expire: take personal values out of days that are older than the retention.

A day expires once a publication holds it, never before. Copies of its parts are written first; a
commit of the ledger notes the day as expired and lists the renames, as with any change of landing.
So a process that is killed leaves a day whole or expired, and the next run goes on. A day that
receives rows after it has expired does so again, once they are published.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path

import duckdb

from viaggio.landing.expired import prepare_expiry, rows_left
from viaggio.landing.load import recover, said_in_words
from viaggio.landing.merge import SMALL_BYTES
from viaggio.landing.moves import finish, loading_folder, move_of, tidy
from viaggio.landing.prepare import decimal_comma_of, open_session, write_quarantine
from viaggio.landing.settings import LandingSettings, whole_number
from viaggio.workspace.contract import DAY_ZERO, Contract, RawTable, load_contract
from viaggio.workspace.disk import flush
from viaggio.workspace.ledger import ExpiredDay, Ledger, Move
from viaggio.workspace.lock import writer_lock
from viaggio.workspace.paths import DataDir
from viaggio.workspace.salt import read_salt
from viaggio.workspace.sql import file_to_read, file_to_write

RAW_DAYS_VARIABLE = "VIAGGIO_RETENTION_RAW_DAYS"
# Requests to be erased keep their values until they are carried out, which removes them.
_NEVER = {("privacy", "erasure_request")}
# Days of a table that are rewritten before a commit: their copies take up disk.
_DAYS_AT_A_TIME = 50
# Small parts that are rewritten by one query. DuckDB keeps a file open for each.
_PARTS = 50


@dataclass(frozen=True)
class Expiry:
    """What expired.

    Attributes:
        before: Days before it are expired now.
        days: Number of days, by table (`store.order`).
        quarantined: Bad rows whose text was removed.
    """

    before: date
    days: Mapping[str, int]
    quarantined: int = 0

    def __bool__(self) -> bool:
        return bool(self.days or self.quarantined)

    def __str__(self) -> str:
        days = ", ".join(f"{table} {count:,}" for table, count in self.days.items()) or "none"
        return (
            f"Raw days before {self.before} have expired: {days}. "
            f"Bad rows whose text was removed: {self.quarantined:,}."
        )


def raw_days_kept() -> int | None:
    """Days that raw values are kept, or none for ever.

    Raises:
        SettingError: The variable is no whole number from 1.
    """
    return whole_number(RAW_DAYS_VARIABLE, "days")


def expire(
    data_dir: DataDir, published_until: str | None, contract: Contract | None = None
) -> Expiry | None:
    """Let days expire that are older than the retention; none where it is not set.

    Args:
        data_dir: What to rewrite.
        published_until: Instant (ISO) of the newest load that is published. Later ones are left.
        contract: The raw tables.

    Raises:
        SettingError: The variable is no whole number from 1.
        LandingError: The disk cannot be written, or files cannot be moved to their places. The
            next run goes on.
        LedgerError: The ledger is damaged.
        WriterBusyError: Another process is writing to the data directory.
    """
    kept = raw_days_kept()
    if kept is None or published_until is None or not data_dir.ledger_db.exists():
        return None
    with said_in_words(data_dir), writer_lock(data_dir):
        recover(data_dir)
        with Ledger(data_dir.ledger_db) as ledger:
            today = datetime.now(UTC).date()
            newest = ledger.newest_day(today)
            if newest is None:
                return None
            before = newest - timedelta(days=kept)
            tables = (contract or load_contract()).tables
            days = [
                day
                for day in ledger.days_to_expire(before, published_until)
                if day.table in tables and day.table not in _NEVER
            ]
            return _Expiring(data_dir, ledger, before).expire(tables, days)


@dataclass(frozen=True)
class _Expiring:
    """Where to read and write, and which days are old."""

    data_dir: DataDir
    ledger: Ledger
    before: date

    def expire(
        self, tables: Mapping[tuple[str, str], RawTable], days: Sequence[ExpiredDay]
    ) -> Expiry:
        folder = loading_folder(self.data_dir) / "expiry"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        counts: dict[str, int] = {}
        try:
            # One thread writes one file for each part.
            settings = replace(LandingSettings.from_env(), threads=1)
            with open_session(folder / "spill", settings) as con:
                prepare_expiry(con, read_salt(self.data_dir))
                for key, of_table in groupby(days, key=lambda day: day.table):
                    table, waiting = tables[key], list(of_table)
                    counts[".".join(key)] = len(waiting)
                    for first in range(0, len(waiting), _DAYS_AT_A_TIME):
                        some = waiting[first : first + _DAYS_AT_A_TIME]
                        moves = list(self._rewritten(con, table, some, folder))
                        self._commit(some, moves)
                quarantined, moves = self._quarantine_left(con, folder)
                self._commit([], moves)
                if counts:
                    self.ledger.export(self.data_dir.ledger, folder, con)
        finally:
            tidy(self.data_dir, self.ledger, folder)
        return Expiry(self.before, counts, quarantined)

    def _commit(self, days: Sequence[ExpiredDay], moves: Sequence[Move]) -> None:
        if days or moves:
            self.ledger.expire(days, moves)
            finish(self.data_dir, self.ledger, moves, "The expiry of raw days")

    def _rewritten(
        self,
        con: duckdb.DuckDBPyConnection,
        table: RawTable,
        days: Sequence[ExpiredDay],
        folder: Path,
    ) -> Iterator[Move]:
        """Write copies of some days' parts, on the disk to stay."""
        raw = self.data_dir.raw
        parts = [part for day in days for part in table.parts(raw, f"event_day={day.event_day}")]
        small = [part for part in parts if part.stat().st_size < SMALL_BYTES]
        groups = [small[first : first + _PARTS] for first in range(0, len(small), _PARTS)]
        groups += [[part] for part in parts if part not in small]
        for number, group in enumerate(groups):
            copies = folder / f"{number}"
            self._write(con, table, group, copies)
            for part in group:
                [copy] = (copies / f"part={group.index(part)}").iterdir()
                flush(copy)
                yield move_of(self.data_dir, copy, part)

    def _write(
        self,
        con: duckdb.DuckDBPyConnection,
        table: RawTable,
        parts: Sequence[Path],
        copies: Path,
    ) -> None:
        """Write what is left of some parts, such as `part=0/data_0.parquet`, in their order."""
        shutil.rmtree(copies, ignore_errors=True)
        files = ", ".join(map(file_to_read, parts))
        numbers = {str(part): number for number, part in enumerate(parts)}
        con.execute(
            "create or replace temp table part_numbers as select unnest($1::varchar[]) as filename,"
            " unnest($2::integer[]) as part",
            [list(numbers), list(numbers.values())],
        )
        relation = (
            f"(select * from read_parquet([{files}], hive_partitioning = false, filename = true)"
            " inner join part_numbers using (filename))"
        )
        # A row without a day is as old as its load.
        old = (
            f"(filename not like '%/event_day={DAY_ZERO}/%'"
            f" or _loaded_at < timestamp '{self.before}')"
        )
        con.execute(
            f"copy (select * exclude (filename) from ({rows_left(con, table, relation, old)}))"
            f" to {file_to_write(copies)}"
            " (format parquet, compression zstd, partition_by (part))"
        )

    def _quarantine_left(
        self, con: duckdb.DuckDBPyConnection, folder: Path
    ) -> tuple[int, list[Move]]:
        """Write the quarantine without the texts of rows that came before; rows stay counted."""
        old = f"quarantined_at < timestamp '{self.before}' and row_text is not null"
        count, moves = 0, []
        parts = sorted((self.data_dir.quarantine / "quarantined_row").glob("*.*.*.parquet"))
        for number, part in enumerate(parts):
            relation = f"read_parquet({file_to_read(part)})"
            [(found,)] = con.execute(f"select count(*) from {relation} where {old}").fetchall()
            if found:
                copy = folder / f"quarantine-{number}.parquet"
                write_quarantine(
                    con,
                    f"select * replace (case when not ({old}) then row_text end as row_text)"
                    f" from {relation}",
                    copy,
                    decimal_comma=decimal_comma_of(con, part),
                )
                flush(copy)
                moves.append(move_of(self.data_dir, copy, part))
                count += found
        return count, moves
