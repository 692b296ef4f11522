"""Make an empty data directory readable, and bring raw files up to a contract that changed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import duckdb

from viaggio.landing.checking import hashes
from viaggio.workspace.contract import LOAD_COLUMNS, Contract, RawTable
from viaggio.workspace.ledger import (
    ERASURE_COLUMNS,
    EXPIRED_DAY_COLUMNS,
    FILE_COLUMNS,
    FILE_DAY_COLUMNS,
    REPLAYED_ROW_COLUMNS,
    Ledger,
    write_parquet,
)
from viaggio.workspace.lock import writer_lock
from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import file_to_read, file_to_write, literal, quote

QUARANTINE_COLUMNS = {
    "source_name": "varchar",
    "table_name": "varchar",
    "source_file": "varchar",
    "file_id": "varchar",
    "row_number": "bigint",
    "row_text": "varchar",
    "reason": "varchar",
    "quarantined_at": "timestamp",
}
# Raised when raw files must be rewritten for another reason than the contract.
LAYOUT_VERSION = 2


def initialise(data_dir: DataDir, contract: Contract) -> None:
    """Write what dbt needs to read tables that have no rows yet; cheap when nothing changed.

    Every table gets its `schema.parquet`, which remembers the contract it was written for. Where
    the contract has changed since (a column more, another type, another business key), the
    table's raw files are rewritten one by one, each by a rename: new columns are null, columns
    that left the contract go to `_extra_columns`, hashes are computed again. The `schema.parquet`
    comes last, so that an interrupted rewrite starts again.

    Raises:
        WriterBusyError: Another process is writing.
        duckdb.ConversionException: Rows do not fit a column's new type.
    """
    with writer_lock(data_dir):
        data_dir.tmp.mkdir(parents=True, exist_ok=True)
        data_dir.landing.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as con, Ledger(data_dir.ledger_db):
            con.execute("set TimeZone = 'UTC'")
            initialise_with(con, data_dir, contract)


def initialise_with(con: duckdb.DuckDBPyConnection, data_dir: DataDir, contract: Contract) -> None:
    """The same with an open connection, under the writer lock."""
    empty = {
        data_dir.ledger / "file" / "part.parquet": FILE_COLUMNS,
        data_dir.ledger / "file_day" / "part.parquet": FILE_DAY_COLUMNS,
        data_dir.ledger / "erasure" / "part.parquet": ERASURE_COLUMNS,
        data_dir.ledger / "expired_day" / "part.parquet": EXPIRED_DAY_COLUMNS,
        data_dir.ledger / "replayed_row" / "part.parquet": REPLAYED_ROW_COLUMNS,
        data_dir.quarantine / "quarantined_row" / "schema.parquet": QUARANTINE_COLUMNS,
    }
    for path, columns in empty.items():
        if not path.exists():
            write_parquet(con, [], columns, path, data_dir.tmp)
    written = _signatures(con, data_dir, contract)
    probe = con.execute("select hash('viaggio', 1, null)").fetchone()
    for table in contract.tables.values():
        signature = _signature(table, probe)
        if written.get(table.schema_file(data_dir.raw)) != signature:
            _rewrite(con, data_dir, table)
            _write_schema(con, data_dir, table, signature)


def _signature(table: RawTable, probe: object) -> str:
    """Changes with the columns, the business key, and with DuckDB's hash function."""
    columns = [(column.name, str(column.type)) for column in table.columns]
    described = json.dumps([LAYOUT_VERSION, columns, table.business_key, str(probe)])
    return hashlib.sha256(described.encode()).hexdigest()


def _signatures(
    con: duckdb.DuckDBPyConnection, data_dir: DataDir, contract: Contract
) -> dict[Path, str]:
    """The signature in each schema file that exists."""
    paths = [table.schema_file(data_dir.raw) for table in contract.tables.values()]
    existing = ", ".join(file_to_read(path) for path in paths if path.exists())
    if not existing:
        return {}
    rows = con.execute(
        f"select file_name, decode(value) from parquet_kv_metadata([{existing}])"
        " where decode(key) = 'signature'"
    ).fetchall()
    return {Path(name): value for name, value in rows}


def _write_schema(
    con: duckdb.DuckDBPyConnection, data_dir: DataDir, table: RawTable, signature: str
) -> None:
    columns = ", ".join(
        [f"null::{column.type} as {quote(column.name)}" for column in table.columns]
        + [f"null::{dtype} as {name}" for name, dtype in LOAD_COLUMNS.items()]
    )
    path = table.schema_file(data_dir.raw)
    part = data_dir.tmp / f"{table.source}-{table.name}-schema.parquet"
    con.execute(
        f"copy (select {columns} limit 0) to {file_to_write(part)}"
        f" (format parquet, kv_metadata {{signature: '{signature}'}})"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    part.replace(path)


def _rewrite(con: duckdb.DuckDBPyConnection, data_dir: DataDir, table: RawTable) -> None:
    """Give every raw file of a table the contract's columns and hashes."""
    part = data_dir.tmp / f"{table.source}-{table.name}-rewrite.parquet"
    days = table.days(data_dir.raw)
    for path in (path for day in days for path in table.parts(data_dir.raw, day)):
        query = _upgraded(con, path, table)
        con.execute(f"copy ({query}) to {file_to_write(part)} (format parquet, compression zstd)")
        part.replace(path)


def _upgraded(con: duckdb.DuckDBPyConnection, path: Path, table: RawTable) -> str:
    """SQL of a raw file's rows as the contract wants them now."""
    relation = f"read_parquet({file_to_read(path)}, hive_partitioning = false)"
    held = con.sql(f"select * from {relation} limit 0").columns
    declared = {column.name for column in table.columns}
    typed = ", ".join(
        f"{quote(c.name) if c.name in held else 'null'}::{c.type} as {quote(c.name)}"
        for c in table.columns
    )
    dropped = [name for name in held if name not in declared and name not in LOAD_COLUMNS]
    extra = "_extra_columns"
    if dropped:
        pairs = ", ".join(f"{literal(name)}, {quote(name)}" for name in dropped)
        merged = f"json_merge_patch(coalesce(_extra_columns, '{{}}'), json_object({pairs}))"
        extra = f"nullif({merged}::varchar, '{{}}') as _extra_columns"
    row_hash, key_hash = hashes(table)
    names = ", ".join(quote(column.name) for column in table.columns)
    row = "_source_row" if "_source_row" in held else "null::bigint as _source_row"
    return (
        f"select {names}, _extra_columns, _source_file, _source_row, _loaded_at,"
        f" {row_hash}, {key_hash}"
        f" from (select {typed}, {extra}, _source_file, {row}, _loaded_at from {relation})"
    )
