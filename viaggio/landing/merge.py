"""Merge the small parts that many files leave in one day of a raw table.

A daily export of what changed touches days long past, so that after a year a day consists of
hundreds of files of some rows, and opening them takes longer than reading them. Here their merged
copies are written; `load` commits them to the ledger and then makes the renames and deletions, as
it does with parts of files. Only small parts are merged, so a row is rewritten a few times at most.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb

from viaggio.landing.moves import move_of
from viaggio.workspace.contract import RawTable
from viaggio.workspace.disk import flush
from viaggio.workspace.ledger import Move
from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import file_to_read, file_to_write

SMALL_BYTES = 1 << 20
# A day may hold one small part less than this. Opening one takes some tenths of a millisecond.
PARTS_TO_MERGE = 8


def merge_small_parts(
    con: duckdb.DuckDBPyConnection,
    data_dir: DataDir,
    days: Iterable[tuple[RawTable, date]],
    folder: Path,
) -> list[Move]:
    """Write the merged copies into `folder`, on the disk to stay.

    Args:
        con: Session to read and write with.
        data_dir: Where the raw tables are.
        days: Days of raw tables to look at.
        folder: Where landing works, on the file system of the data directory.

    Returns:
        The renames that bring the copies into place, then the deletions of what they replace.
    """
    renames, deletions = [], []
    for table, day in days:
        place = table.folder(data_dir.raw) / f"event_day={day}"
        parts = [
            part
            for part in table.parts(data_dir.raw, place.name)
            if part.stat().st_size < SMALL_BYTES
        ]
        if len(parts) < PARTS_TO_MERGE:
            continue
        names = "\n".join(part.name for part in parts)
        name = f"merged_{hashlib.sha256(names.encode()).hexdigest()[:32]}.parquet"
        copy = folder / f"merged_{len(renames)}.parquet"
        _write_copy(con, parts, copy)
        renames.append(move_of(data_dir, copy, place / name))
        deletions += [move_of(data_dir, part, None) for part in parts]
    return renames + deletions


def _write_copy(con: duckdb.DuckDBPyConnection, parts: list[Path], copy: Path) -> None:
    files = ", ".join(file_to_read(part) for part in parts)
    con.execute(
        f"copy (from read_parquet([{files}], hive_partitioning = false))"
        f" to {file_to_write(copy)} (format parquet, compression zstd)"
    )
    # The parts will be deleted: their copy must outlive a power cut.
    flush(copy)
