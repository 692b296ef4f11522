"""Change rows that landed: take a file's rows back, or give runs another instant.

Copies of the parts are written first, where landing works. `load` commits them to the ledger and
then makes the renames and deletions, as it does with parts of new files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from viaggio.landing.moves import move_of
from viaggio.landing.prepare import quarantine_file
from viaggio.workspace.contract import RawTable
from viaggio.workspace.disk import flush
from viaggio.workspace.ledger import Move, Withdrawal
from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import file_to_read, file_to_write, literal


@dataclass(frozen=True)
class Rewriting:
    """Where to read, and where landing works."""

    con: duckdb.DuckDBPyConnection
    data_dir: DataDir
    folder: Path

    def without_file(
        self,
        table: RawTable,
        file: Withdrawal,
        days: Iterable[date],
        arriving: Mapping[date, Sequence[Path]],
    ) -> tuple[list[Move], int]:
        """Write the parts of a table without the rows of a file, on the disk to stay.

        Args:
            table: The file's table.
            file: The file.
            days: Days that hold rows of it.
            arriving: Parts that are about to come to these days.

        Returns:
            The moves that bring the copies into place and delete what they replace, and the number
            of business keys, by day, that no row is left for.
        """
        renames: list[Move] = []
        deletions: list[Move] = []
        removed = 0
        its = (
            f"_source_file = {literal(file.source_file)}"
            f" and _loaded_at = timestamp '{file.loaded_at}'"
        )
        for day in days:
            parts = self._parts(table, day)
            own = [part for part in parts if part.name.startswith(file.file_id)]
            mixed = [part for part in parts if part not in own and self._holds(part, its)]
            removed += self._keys_removed(parts, own + mixed, arriving.get(day, ()), its)
            deletions += [move_of(self.data_dir, part, None) for part in own]
            for part in mixed:
                copy = self.folder / f"rewritten_{len(renames)}.parquet"
                if self._write(f"from {_rows([part])} where not ({its})", copy):
                    renames.append(move_of(self.data_dir, copy, part))
                else:
                    deletions.append(move_of(self.data_dir, part, None))
        bad = quarantine_file(self.data_dir, file.source_name, file.table_name, file.file_id)
        if bad.exists():
            deletions.append(move_of(self.data_dir, bad, None))
        return renames + deletions, removed

    def with_instants(
        self, days: Iterable[tuple[RawTable, date]], moments: Mapping[datetime, datetime]
    ) -> list[Move]:
        """Write the parts of some days with `_loaded_at` changed, on the disk to stay.

        Args:
            days: Days that hold rows of the instants to change.
            moments: The new instant of each old one.

        Returns:
            The moves that bring the copies into place.
        """
        whens = " ".join(
            f"when timestamp '{old}' then timestamp '{new}'" for old, new in moments.items()
        )
        changed = f"case _loaded_at {whens} else _loaded_at end as _loaded_at"
        moves: list[Move] = []
        for table, day in days:
            for part in self._parts(table, day):
                if self._holds(part, f"_loaded_at >= timestamp '{min(moments)}'"):
                    copy = self.folder / f"restamped_{len(moves)}.parquet"
                    self._write(f"select * replace ({changed}) from {_rows([part])}", copy)
                    moves.append(move_of(self.data_dir, copy, part))
        return moves

    def _parts(self, table: RawTable, day: date) -> list[Path]:
        """Parts of a day that hold rows."""
        return table.parts(self.data_dir.raw, f"event_day={day}")

    def _holds(self, part: Path, condition: str) -> bool:
        query = f"select 1 from {_rows([part])} where {condition} limit 1"
        return self.con.execute(query).fetchone() is not None

    def _keys_removed(
        self, parts: Sequence[Path], holding: Sequence[Path], arriving: Sequence[Path], its: str
    ) -> int:
        """Business keys of the file in a day that no other row has, there or about to come."""
        if not holding:
            return 0
        others = f"select _key_hash from {_rows(parts)} where not ({its})"
        if arriving:
            others += f" union all select _key_hash from {_rows(arriving)}"
        row = self.con.execute(
            f"select count(*) from (select _key_hash from {_rows(holding)} where {its}"
            f" except ({others}))"
        ).fetchone()
        return row[0] if row else 0

    def _write(self, query: str, copy: Path) -> bool:
        """Write the rows of a query; false if there are none, and then no file."""
        row = self.con.execute(
            f"copy ({query}) to {file_to_write(copy)} (format parquet, compression zstd)"
        ).fetchone()
        if row is None or not row[0]:
            copy.unlink(missing_ok=True)
            return False
        # What it replaces will be gone: it must outlive a power cut.
        flush(copy)
        return True


def _rows(parts: Sequence[Path]) -> str:
    files = ", ".join(file_to_read(part) for part in parts)
    return f"read_parquet([{files}], hive_partitioning = false)"
