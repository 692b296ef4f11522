"""Everything that landing keeps, without erased persons: raw, dropped, bad and rejected rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from pathlib import Path

import duckdb

from viaggio.landing.checking import hashes
from viaggio.landing.discover import Found, discover
from viaggio.landing.erased import REMOVED, find
from viaggio.landing.erased_files import CannotRewriteError, FileRewriter
from viaggio.landing.erased_texts import TextSearch
from viaggio.landing.moves import move_of
from viaggio.landing.names import without_personal
from viaggio.landing.prepare import decimal_comma_of, write_quarantine
from viaggio.landing.report import MAPPED
from viaggio.landing.settings import LandingSettings
from viaggio.workspace.contract import Contract, RawTable
from viaggio.workspace.disk import flush
from viaggio.workspace.ledger import ErasedRows, Ledger, Move
from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import file_to_read, file_to_write, literal, quote
from viaggio.workspace.tombstones import Tombstones

_KEPT = ("_source_file", "_source_row", "_loaded_at")
# A load: source, table, file and instant.
_Load = tuple[str, str, str, datetime]


@dataclass
class Changes:
    """What is to be changed: copies are written, nothing is in its place yet.

    Attributes:
        moves: Renames of the copies into their places, then deletions.
        rows: Rows to take off the ledger's counts.
        removed: Rows removed, by table.
        anonymised: Rows of which identifiers and texts go, by table.
        quarantined: Bad rows removed.
        by_marks: Rows by table that meet tombstones, by all tombstones that a row meets.
        files: Files to be rewritten, by folder of the data directory.
        dropped: Files below `landing/` to be rewritten.
        unchanged: Files that may not or cannot be changed, each with the reason.
    """

    moves: list[Move] = field(default_factory=list)
    rows: list[ErasedRows] = field(default_factory=list)
    removed: Counter[str] = field(default_factory=Counter)
    anonymised: Counter[str] = field(default_factory=Counter)
    quarantined: int = 0
    by_marks: dict[tuple[str, ...], Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    files: Counter[str] = field(default_factory=Counter)
    dropped: list[Found] = field(default_factory=list)
    unchanged: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Rewriter:
    """Writes copies without erased persons, in a folder of its own.

    Attributes:
        con: A session that knows the tombstones (`erased.prepare_session`).
        data_dir: What to rewrite.
        contract: The raw tables.
        folder: Where to write, on the file system of the data directory.
        settings: How landing reads files.
        tombstones: The persons.
    """

    con: duckdb.DuckDBPyConnection
    data_dir: DataDir
    contract: Contract
    folder: Path
    settings: LandingSettings
    tombstones: Tombstones
    numbers: Iterator[int] = field(default_factory=count)

    def changes(self, ledger: Ledger) -> Changes:
        """Write all copies; the same again where an earlier attempt was stopped."""
        changes = Changes()
        loads: dict[_Load, Counter[date]] = defaultdict(Counter)
        bad: Counter[_Load] = Counter()
        deletions: list[Move] = []
        for table in self.contract.tables.values():
            self._rewrite_raw(table, changes, loads, deletions)
        search = TextSearch(self.tombstones)
        self._rewrite_quarantine(search, changes, bad, deletions)
        rewriter = FileRewriter(self.con, self.settings, search)
        self._rewrite_dropped(ledger, rewriter, changes)
        self._rewrite_others(rewriter, changes)
        changes.moves += deletions
        changes.rows = [
            ErasedRows(*load, dict(loads.get(load, {})), bad[load]) for load in {*loads, *bad}
        ]
        return changes

    def _rewrite_raw(
        self,
        table: RawTable,
        changes: Changes,
        loads: dict[_Load, Counter[date]],
        deletions: list[Move],
    ) -> None:
        raw = self.data_dir.raw
        parts = [part for day in table.days(raw) for part in table.parts(raw, day)]
        if not parts:
            return
        files = ", ".join(map(file_to_read, parts))
        relation = (
            f"read_parquet([{files}], hive_partitioning = false, filename = true,"
            " file_row_number = true)"
        )
        found = find(self.con, table, relation)
        if not found:
            return
        name = f"{table.source}.{table.name}"
        counted = self.con.execute(
            f"select filename, _source_file, _loaded_at, _erased, count(*)"
            f" from ({found.rows(relation, (*_KEPT, 'filename'))})"
            " where _erased is not null group by all"
        ).fetchall()
        for filename, source_file, loaded_at, erased, rows in counted:
            counts = changes.removed if erased == REMOVED else changes.anonymised
            counts[name] += rows
            if erased == REMOVED:
                day = date.fromisoformat(Path(filename).parent.name.removeprefix("event_day="))
                loads[table.source, table.name, source_file, loaded_at][day] += rows
        if found.labels:
            for marks, rows in self.con.execute(
                "select marks, count(*) from (select list_sort(list(distinct mark)) as marks from"
                f" ({found.marks(relation, 'struct_pack(filename, file_row_number)')})"
                " group by row) group by marks"
            ).fetchall():
                changes.by_marks[tuple(marks)][name] += rows
        row_hash, key_hash = hashes(table)
        columns = ", ".join(quote(column.name) for column in table.columns)
        for part in sorted({Path(filename) for filename, *_ in counted}):
            copy = self._new_file()
            left = found.rows(f"read_parquet([{file_to_read(part)}])", _KEPT)
            row = self.con.execute(
                f"copy (select {columns}, _extra_columns, {', '.join(_KEPT)}, {row_hash},"
                f" {key_hash} from ({left}) where _erased is distinct from {literal(REMOVED)})"
                f" to {file_to_write(copy)} (format parquet, compression zstd)"
            ).fetchone()
            changes.files["raw"] += 1
            if row and row[0]:
                self._put(copy, part, changes)
            else:
                deletions.append(move_of(self.data_dir, part, None))

    def _rewrite_quarantine(
        self,
        search: TextSearch,
        changes: Changes,
        bad: Counter[_Load],
        deletions: list[Move],
    ) -> None:
        for part in sorted((self.data_dir.quarantine / "quarantined_row").glob("*.parquet")):
            rows = self.con.execute(
                "select file_row_number, row_text, source_name, table_name, source_file,"
                f" quarantined_at from read_parquet({file_to_read(part)}, file_row_number = true)"
            ).fetchall()
            gone = [row for row in rows if search.names_erased(row[1] or "")]
            if not gone:
                continue
            changes.quarantined += len(gone)
            for _, _, *load in gone:
                bad[tuple(load)] += 1  # type: ignore[index]
            changes.files["quarantine"] += 1
            if len(gone) == len(rows):
                deletions.append(move_of(self.data_dir, part, None))
                continue
            copy = self._new_file()
            numbers = ", ".join(str(row[0]) for row in gone)
            write_quarantine(
                self.con,
                "select * exclude (file_row_number) from"
                f" read_parquet({file_to_read(part)}, file_row_number = true)"
                f" where file_row_number not in ({numbers})",
                copy,
                decimal_comma=decimal_comma_of(self.con, part),
            )
            self._put(copy, part, changes)

    def _rewrite_dropped(self, ledger: Ledger, rewriter: FileRewriter, changes: Changes) -> None:
        """Files in `landing/`: in the contract's shape, or vendors' exports of any shape."""
        known = ledger.tables_of()
        settings = LandingSettings(settle_seconds=0)
        discovery = discover(self.data_dir.landing, {}, ledger.name_key(), settings)
        changes.unchanged += [
            (f"landing/{each.source_file}", each.reason) for each in discovery.waiting
        ]
        for found in discovery.finished:
            place = (*(*found.folders, "", "")[:2], "")
            source, name, outcome = known.get(found.source_file, place)
            table = self.contract.tables.get((source, name)) if outcome != MAPPED else None
            if self._rewrite_file(found.path, table, rewriter, changes):
                changes.files["landing"] += 1
                changes.dropped.append(found)

    def _rewrite_others(self, rewriter: FileRewriter, changes: Changes) -> None:
        """Rejected files, and rows of pulled sources that wait to be written to `landing/`."""
        rejected = [
            path for path in _files(self.data_dir.rejected) if not path.name.endswith(".error.json")
        ]
        # What else a pull keeps are its cursors.
        waiting = [path for path in _files(self.data_dir.ingest) if ".jsonl" in path.name]
        for folder, paths in (("rejected", rejected), ("ingest", waiting)):
            for path in paths:
                table = self.contract.tables.get((path.parent.parent.name, path.parent.name))
                if self._rewrite_file(path, table, rewriter, changes):
                    changes.files[folder] += 1

    def _rewrite_file(
        self, path: Path, table: RawTable | None, rewriter: FileRewriter, changes: Changes
    ) -> bool:
        where = without_personal(str(path.relative_to(self.data_dir.root)))
        try:
            copy = rewriter.rewritten(path, table, self._new_file())
        except CannotRewriteError:
            changes.unchanged.append(
                (where, "not read: it is packed, damaged or of another format; look into it")
            )
            return False
        if copy is None:
            return False
        if path.is_symlink():
            changes.unchanged.append((where, "a link: the file it leads to names the person"))
            return False
        self._put(copy, path, changes)
        return True

    def _put(self, copy: Path, place: Path, changes: Changes) -> None:
        # What it replaces will be gone: it must outlive a power cut.
        flush(copy)
        changes.moves.append(move_of(self.data_dir, copy, place))

    def _new_file(self) -> Path:
        return self.folder / f"erased-{next(self.numbers)}"


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
