"""Fill a new ledger from what it was about: the raw tables, the quarantine and its last export."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from viaggio.landing.content import hash_file
from viaggio.landing.discover import discover
from viaggio.landing.initialise import initialise_with
from viaggio.landing.moves import LandingError, finish, loading_folder, tidy
from viaggio.landing.prepare import open_session
from viaggio.landing.report import LOADED
from viaggio.landing.rewrite import Rewriting
from viaggio.landing.settings import LandingSettings
from viaggio.workspace.contract import Contract, load_contract
from viaggio.workspace.ledger import (
    FILE_COLUMNS,
    FILE_DAY_COLUMNS,
    REPLAYED_ROW_COLUMNS,
    FileRecord,
    Ledger,
    Stamp,
    Withdrawal,
)
from viaggio.workspace.lock import writer_lock
from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import file_to_read, files_below

# Rows that were put back lie in parts with the instant in their name.
_PART = re.compile(r"([0-9a-f]{64})(?:_\d+)+\.parquet")
# The stamp of no file: whatever lies there looks changed.
NEVER = Stamp(0, 0)
# A load: source, table, file and instant.
Load = tuple[str, str, str, datetime]


@dataclass(frozen=True)
class Rebuilt:
    """What a new ledger holds.

    Attributes:
        kept: Where the old one is, if there was one.
        files: Loaded files it knows.
        again: Files of which rows are missing, and which are landed again.
        missing: Rows that are missing for good, by file: its copy in `landing/` is gone.
    """

    kept: Path | None
    files: int
    again: tuple[str, ...] = ()
    missing: dict[str, int] = field(default_factory=dict)

    def summary(self) -> str:
        lines = [f"The new ledger knows {self.files:,} loaded files."]
        if self.kept:
            lines.append(f"The old one is kept as {self.kept.name}; delete it when all is well.")
        if self.again:
            lines += ["Landed again by the next run:", *(f"  {name}" for name in self.again)]
        if self.missing:
            lines.append("Missing rows; drop these files again:")
            lines += [f"  {name}: {rows:,} rows" for name, rows in self.missing.items()]
        return "\n".join(lines)


def rebuild_ledger(data_dir: DataDir, contract: Contract | None = None) -> Rebuilt:
    """Set the ledger aside and fill a new one.

    What raw tables hold counts. Rejected, skipped and withdrawn files, and how many rows of a file
    were bad, are taken from the old ledger, if it can be read, or from its last export. A file that
    is only partly in raw is taken out, to be landed again.

    The new ledger takes the old one's place when it is complete; one that was stopped is begun
    again.

    Raises:
        WriterBusyError: Another process is writing to the data directory.
        LandingError: A raw part cannot be read; the message names it.
    """
    contract = contract or load_contract()
    loading = loading_folder(data_dir)
    unfinished = data_dir.ledger_db.with_name(f"{data_dir.ledger_db.name}.rebuilt")
    with writer_lock(data_dir):
        loading.mkdir(parents=True, exist_ok=True)
        for leftover in data_dir.root.glob(f"{unfinished.name}*"):
            leftover.unlink()
        with open_session(loading / "spill", LandingSettings.from_env()) as con:
            records, days = _remembered(data_dir, con)
            _finish_started(data_dir, contract)
            with Ledger(unfinished) as ledger:
                rebuilt = _Rebuilding(data_dir, contract, con, ledger, records, days).rebuild()
                ledger.note_replayed(_replayed(data_dir, con))
            kept = _set_aside(data_dir)
            unfinished.rename(data_dir.ledger_db)
            with Ledger(data_dir.ledger_db) as ledger:
                initialise_with(con, data_dir, contract)
                ledger.export(data_dir.ledger, loading, con)
                tidy(data_dir, ledger)
    return replace(rebuilt, kept=kept)


def _remembered(
    data_dir: DataDir, con: duckdb.DuckDBPyConnection
) -> tuple[list[FileRecord], dict[Load, dict[date, int]]]:
    """Records of files and their rows by day, as the old ledger or its export has them."""
    names, day_names = ", ".join(FILE_COLUMNS), ", ".join(FILE_DAY_COLUMNS)
    try:
        with closing(
            sqlite3.connect(f"{data_dir.ledger_db.absolute().as_uri()}?mode=ro", uri=True)
        ) as old:
            held = {row[1] for row in old.execute("pragma table_info(file)")}
            names = ", ".join(name if name in held else "null" for name in FILE_COLUMNS)
            files = old.execute(f"select {names} from file order by rowid").fetchall()
            file_days = old.execute(f"select {day_names} from file_day").fetchall()
    except sqlite3.Error:
        try:
            files, file_days = (
                con.execute(
                    f"from read_parquet({file_to_read(data_dir.ledger / table / 'part.parquet')})"
                ).fetchall()
                for table in ("file", "file_day")
            )
        except duckdb.Error:
            return [], {}
    records = [_record(row) for row in files]
    loads = {
        (each.source_name, each.table_name, each.file_id): _load(each)
        for each in records
        if each.outcome == LOADED
    }
    days: dict[Load, dict[date, int]] = defaultdict(dict)
    for source, table, day, file_id, rows, _ in file_days:
        load = loads.get((source, table, file_id))
        if load is not None and rows:
            days[load][_day(day)] = rows
    return records, days


def _replayed(data_dir: DataDir, con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """What the ledger's last export says of rows that were put back."""
    path = data_dir.ledger / "replayed_row" / "part.parquet"
    texts = ", ".join(f"{name}::varchar" for name in REPLAYED_ROW_COLUMNS)
    try:
        return con.execute(f"select {texts} from read_parquet({file_to_read(path)})").fetchall()
    except duckdb.Error:
        return []


def _record(row: tuple[Any, ...]) -> FileRecord:
    values = dict(zip(FILE_COLUMNS, row, strict=False))
    known = {each.name for each in fields(FileRecord)}
    for name in ("loaded_at", "withdrawn_at"):
        values[name] = _moment(values[name]) if values.get(name) else None
    values["rows_erased"] = values.get("rows_erased") or 0
    return FileRecord(**{name: value for name, value in values.items() if name in known})


def _moment(value: object) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _finish_started(data_dir: DataDir, contract: Contract) -> None:
    """Move parts into place where a stopped run had begun to: others of their file are there."""
    for part in loading_folder(data_dir).glob("*/raw*/event_day=*/*.parquet"):
        found = _PART.fullmatch(part.name)
        for table in contract.tables.values() if found else ():
            folder = table.folder(data_dir.raw)
            if found and any(folder.glob(f"event_day=*/{found[1]}_*.parquet")):
                place = folder / part.parent.name
                place.mkdir(parents=True, exist_ok=True)
                part.replace(place / part.name)
                break


def _set_aside(data_dir: DataDir) -> Path | None:
    """Rename the old ledger, with what SQLite keeps beside it."""
    kept = None
    moment = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    for suffix in ("", "-wal", "-shm"):
        path = data_dir.ledger_db.with_name(data_dir.ledger_db.name + suffix)
        if path.exists():
            place = path.with_name(f"{data_dir.ledger_db.name}.before-{moment}{suffix}")
            path.replace(place)
            kept = kept or place
    return kept


def _load(record: FileRecord) -> Load:
    return (
        record.source_name or "",
        record.table_name or "",
        record.source_file,
        record.loaded_at,
    )


@dataclass
class _Rebuilding:
    """A new ledger, what is remembered of the old one, and the raw tables."""

    data_dir: DataDir
    contract: Contract
    con: duckdb.DuckDBPyConnection
    ledger: Ledger
    records: list[FileRecord]
    days: dict[Load, dict[date, int]]
    again: list[str] = field(default_factory=list)
    missing: dict[str, int] = field(default_factory=dict)

    def rebuild(self) -> Rebuilt:
        in_raw = self._loads_in_raw()
        found_files = self._landing_files()
        at_landing = {name: file_id for name, (file_id, _) in found_files.items()}
        for record in self.records:
            load = _load(record)
            if record.outcome != LOADED:
                self.ledger.record(record)
                continue
            found, _ = in_raw.pop(load, ({}, set()))
            if found == self.days.get(load, {}):
                self.ledger.record(record, days=found)
            elif at_landing.get(record.source_file) == record.file_id:
                self._land_again(record, found)
            else:
                self._keep_what_is_left(record, found)
        for load, (found, ids) in sorted(in_raw.items()):
            here = at_landing.get(load[2])
            record = self._unremembered(load, found, ids, here)
            # Where something is remembered, but not this load, its run was stopped before its end.
            if self.records and here == record.file_id:
                self._land_again(record, found)
            else:
                self.ledger.record(record, days=found)
        self._see(found_files)
        moments = {record.loaded_at for record in self.records} | {load[3] for load in in_raw}
        for moment in sorted(moments):
            self.ledger.start_run("rebuilt", moment)
        return Rebuilt(None, self.ledger.count(LOADED), tuple(self.again), self.missing)

    def _loads_in_raw(self) -> dict[Load, tuple[dict[date, int], set[str]]]:
        """Rows by day, and contents by name of part, of each load that raw tables hold rows of."""
        loads: dict[Load, tuple[dict[date, int], set[str]]] = {}
        for table in self.contract.tables.values():
            folder = table.folder(self.data_dir.raw)
            if not any(
                table.parts(self.data_dir.raw, day) for day in table.days(self.data_dir.raw)
            ):
                continue
            try:
                rows = self.con.execute(
                    "select _source_file, _loaded_at, event_day, filename, count(*) from"
                    f" read_parquet({files_below(folder, 'event_day=*/*.parquet')},"
                    " hive_partitioning = true, hive_types = {'event_day': date}, filename = true)"
                    " group by all order by all"
                ).fetchall()
            except duckdb.Error as error:
                raise LandingError(
                    f"{str(error).splitlines()[0]}. The ledger is as it was. Move that file out of "
                    f"{self.data_dir.raw} and run `make rebuild-ledger` again: its rows are landed "
                    "again where the file that brought them still lies in the landing folder."
                ) from error
            for name, moment, day, part, count in rows:
                load = (*table.key, name, moment)
                days, ids = loads.setdefault(load, ({}, set()))
                days[day] = days.get(day, 0) + count
                if found := _PART.fullmatch(Path(part).name):
                    ids.add(found[1])
        return loads

    def _landing_files(self) -> dict[str, tuple[str, Stamp]]:
        """Content and stamp of each file below `landing/`, by name."""
        settings = LandingSettings(settle_seconds=0)
        found = discover(self.data_dir.landing, {}, self.ledger.name_key(), settings)
        return {each.source_file: (hash_file(each.path), each.stamp) for each in found.finished}

    def _see(self, files: dict[str, tuple[str, Stamp]]) -> None:
        """Note the files of `landing/` that were dealt with, a retracted one too.

        One that has other content than was loaded from its name has changed in place since: it is
        noted as it cannot be, so that the next run lands it, and its earlier rows go.
        """
        known = {(record.source_file, record.file_id) for record in self.records}
        for name, (file_id, stamp) in files.items():
            if name in self.again:
                continue
            if (name, file_id) in known:
                self.ledger.see(name, stamp)
            elif self.ledger.loaded_as(name):
                self.ledger.see(name, NEVER)

    def _unremembered(
        self,
        load: Load,
        days: dict[date, int],
        ids: set[str],
        at_landing: str | None,
    ) -> FileRecord:
        """The record of a load that only raw tables know of."""
        source, table, name, moment = load
        bad_id, quarantined = self._quarantined().get(load, (None, 0))
        unknown = hashlib.sha256(f"{source}.{table}.{name}.{moment}".encode()).hexdigest()
        file_id = next(iter(ids), bad_id or at_landing or unknown)
        rows = sum(days.values())
        return FileRecord(
            file_id=file_id,
            source_file=name,
            source_name=source,
            table_name=table,
            outcome=LOADED,
            reason="found in the raw tables when the ledger was rebuilt",
            rows_in_file=rows + quarantined,
            rows_raw=rows,
            rows_quarantined=quarantined,
            bytes=0,
            loaded_at=moment,
            run_id="rebuilt",
        )

    def _quarantined(self) -> dict[Load, tuple[str, int]]:
        """Content and number of bad rows of each load that has any."""
        folder = self.data_dir.quarantine / "quarantined_row"
        if not any(folder.glob("*.parquet")):
            return {}
        rows = self.con.execute(
            "select source_name, table_name, source_file, quarantined_at, file_id, count(*)"
            f" from read_parquet({files_below(folder, '*.parquet')}) group by all"
        ).fetchall()
        return {(*load, moment): (file_id, count) for *load, moment, file_id, count in rows}

    def _keep_what_is_left(self, record: FileRecord, days: dict[date, int]) -> None:
        """Count only the rows that raw tables hold of a file whose copy in `landing/` is gone."""
        rows = sum(days.values())
        lost = record.rows_raw - rows
        self.missing[record.source_file] = lost
        rows_in_file = (record.rows_in_file or 0) - lost
        self.ledger.record(replace(record, rows_raw=rows, rows_in_file=rows_in_file), days=days)

    def _land_again(self, record: FileRecord, days: dict[date, int]) -> None:
        """Take what raw tables hold of a file out, so that the next run loads it whole."""
        table = self.contract.tables[record.source_name or "", record.table_name or ""]
        file = Withdrawal(
            table.source, table.name, record.source_file, record.file_id, record.loaded_at
        )
        folder = loading_folder(self.data_dir) / f"again-{len(self.again)}"
        folder.mkdir(parents=True, exist_ok=True)
        moves, _ = Rewriting(self.con, self.data_dir, folder).without_file(table, file, days, {})
        self.ledger.note_moves(moves)
        finish(self.data_dir, self.ledger, moves, record.source_file)
        self.again.append(record.source_file)
