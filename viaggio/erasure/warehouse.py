"""The warehouse after an erasure: its logs forget the persons, and its file holds no old blocks."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from viaggio.workspace.disk import flush
from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import file_to_write

# The only table that a full build does not write from raw rows: the log of merges and splits.
_LOG = "warehouse.intermediate.int_identifier_changes__logged"


def forget_in_log(data_dir: DataDir, identifier_ids: Sequence[str]) -> int:
    """Delete moves of erased identifiers from the log of the identity map.

    The next build then finds the identifiers neither in the map nor in its memory, and logs
    nothing. Moves of other identifiers to or from an erased person go with them.

    Returns:
        The number of deleted moves.
    """
    if not data_dir.warehouse.exists() or not identifier_ids:
        return 0
    with duckdb.connect() as con:
        con.execute(
            "create table gone as select unnest($1::varchar[]) as identifier_id",
            [list(identifier_ids)],
        )
        con.execute(f"attach {file_to_write(data_dir.warehouse)} as warehouse")
        try:
            row = con.execute(
                f"delete from {_LOG} where identifier_id in (from gone)"
                " or person_id in (from gone) or previous_person_id in (from gone)"
            ).fetchone()
        except duckdb.CatalogException:
            return 0
        return row[0] if row else 0


def compact(data_dir: DataDir) -> None:
    """Copy the warehouse into a new file, since DuckDB leaves old rows in blocks it does not use.

    The copy takes the place of the old file by a rename; a copy that was stopped is made again.
    """
    if not data_dir.warehouse.exists():
        return
    copy = data_dir.warehouse.with_name("warehouse.compacted.tmp")
    for leftover in data_dir.root.glob("warehouse.compacted.tmp*"):
        leftover.unlink()
    with duckdb.connect() as con:
        con.execute(f"set temp_directory = {file_to_write(data_dir.tmp)}")
        con.execute(f"attach {file_to_write(data_dir.warehouse)} as warehouse")
        con.execute("checkpoint warehouse")
        con.execute("detach warehouse")
        # Under the name it was built by, since views call the tables they read by it.
        con.execute(f"attach {file_to_write(data_dir.warehouse)} as warehouse (read_only)")
        con.execute(f"attach {file_to_write(copy)} as compacted")
        con.execute("copy from database warehouse to compacted")
        con.execute("checkpoint compacted")
        con.execute("detach compacted")
    flush(copy)
    copy.replace(data_dir.warehouse)
    flush(data_dir.root)
