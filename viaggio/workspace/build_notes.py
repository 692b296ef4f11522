"""The notes that dbt keeps of its builds: by which rules each table of the warehouse was built.

dbt itself acts on them (macro `should_full_refresh`). Here they are only compared: a warehouse
whose notes are not those of the last publication was built by other rules since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import duckdb

from viaggio.workspace.paths import DataDir


def build_notes(data_dir: DataDir) -> str | None:
    """One hash for the notes of all tables; none where they cannot be read."""
    if not data_dir.warehouse.exists():
        return None
    try:
        with duckdb.connect(data_dir.warehouse, read_only=True) as connection:
            notes = connection.execute(
                """
                select node, arg_max(note, number) from main.build_note
                group by node order by node
                """
            ).fetchall()
    except duckdb.Error:
        return None
    return hashlib.sha256(repr(notes).encode()).hexdigest()[:16]


def forget(data_dir: DataDir, nodes: Iterable[str]) -> None:
    """Have dbt's next build make these models (dbt's ids) whole, and all that read them."""
    if not data_dir.warehouse.exists():
        return
    with duckdb.connect(data_dir.warehouse) as connection:
        for node in nodes:
            connection.execute(
                "insert into main.build_note select ?, '', count(*) from main.build_note", [node]
            )
