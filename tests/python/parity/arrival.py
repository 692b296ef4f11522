"""Compare two warehouses that the same files made, however those files came."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from tests.python.parity.compare import DECIMALS, UNROUNDED
from viaggio.workspace.paths import DataDir

# Which of two equal rows is kept, and when it was loaded, depends on when they came; what the row
# says does not.
COLUMNS_OF_ARRIVAL = (
    *("_loaded_at", "_first_loaded_at", "first_loaded_at", "_source_file", "_row_hash"),
    "identifier_fingerprint",
)
LAYERS = ("staging", "intermediate", "marts")
# Memories of the pipeline itself: files, runs, changes of mind.
MEMORIES = ("stg_landing__%", "stg_validation__%", "int_identifier_changes__logged")


@dataclass(frozen=True)
class Unequal:
    """A relation that is not the same in both: how many rows only one of them has."""

    relation: str
    rows_here_only: int
    rows_there_only: int

    def __str__(self) -> str:
        return f"{self.relation}: {self.rows_here_only} and {self.rows_there_only} rows of its own"


def unequal_relations(
    here: DataDir, there: DataDir, layers: tuple[str, ...] = LAYERS
) -> tuple[int, list[Unequal]]:
    """Tables and views of some layers that differ in any row or number of rows.

    Returns:
        How many relations were compared, and those that differ.
    """
    with duckdb.connect() as connection:
        relations = _keep_rows(connection, here, "here", layers)
        assert relations == _keep_rows(connection, there, "there", layers)
        unequal = []
        for relation in relations:
            only = [
                connection.execute(
                    f'select count(*) from (from {this}."{relation}" '
                    f'except all from {other}."{relation}")'
                ).fetchone()[0]
                for this, other in (("here", "there"), ("there", "here"))
            ]
            if any(only):
                unequal.append(Unequal(relation, *only))
    return len(relations), unequal


def _keep_rows(
    connection: duckdb.DuckDBPyConnection, data_dir: DataDir, schema: str, layers: tuple[str, ...]
) -> list[str]:
    """Copy every relation's rows: a view reads the file it was made in, by that file's name."""
    connection.execute(f"create schema {schema}")
    connection.execute(f"attach '{data_dir.warehouse}' as warehouse (read_only)")
    relations = connection.execute(
        "select table_schema, table_name from information_schema.tables "
        "where table_catalog = 'warehouse' and list_contains(?, table_schema) "
        "and not list_bool_or(list_transform(?, lambda memory: table_name like memory)) "
        "order by all",
        [layers, MEMORIES],
    ).fetchall()
    for layer, name in relations:
        relation = f'warehouse."{layer}"."{name}"'
        described = connection.execute(f"describe {relation}").fetchall()
        columns = ", ".join(
            f"round({column}, {DECIMALS}) as {column}" if column in UNROUNDED else f'"{column}"'
            for column, *_ in described
            if column not in COLUMNS_OF_ARRIVAL
        )
        connection.execute(
            f'create table memory.{schema}."{layer}.{name}" as select {columns} from {relation}'
        )
    connection.execute("detach warehouse")
    return [f"{layer}.{name}" for layer, name in relations]
