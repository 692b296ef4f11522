"""A raw folder written by hand: every table of the contract empty, and some with rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.landing.contract import load_contract
from orchestration.paths import DataDir

RAW_EXTRAS = (
    "null::varchar as _extra_columns, 'file' as _source_file, timestamp '2024-03-31' as _loaded_at,"
    " 1::bigint as _row_hash, 1::bigint as _key_hash"
)

AddRows = Callable[..., None]


def write_raw(root: Path, source: str, table: str, day: str, columns: str, rows: str) -> None:
    """Write one raw file: `columns` (SQL) selected from `rows`; the other columns are null."""
    folder = root / "raw" / source / table / f"event_day={day}"
    folder.mkdir(parents=True, exist_ok=True)
    contract = load_contract().tables[source, table].columns
    types = ", ".join(f'"{column.name}" {column.data_type}' for column in contract)
    with duckdb.connect() as connection:
        connection.execute(f"create table raw ({types})")
        connection.execute(f"insert into raw by name select {columns} from {rows}")
        name = "schema" if rows.endswith("range(0)") else f"file{len(list(folder.iterdir()))}"
        connection.execute(
            f"copy (select *, {RAW_EXTRAS} from raw) to '{folder}/{name}.parquet' (format parquet)"
        )


@pytest.fixture
def data_dir(tmp_path: Path) -> DataDir:
    """Every table of the contract, without rows."""
    for source, table in load_contract().tables:
        write_raw(tmp_path, source, table, "1970-01-01", "", "range(0)")
    return DataDir(tmp_path)


@pytest.fixture
def add_visits(data_dir: DataDir) -> AddRows:
    """Adds `count` store visits to a day; `columns` are SQL that replace or add columns."""

    def add(day: str, count: int, columns: str = "'entrance' as source") -> None:
        plain = f"'v' || range as id, 'milan' as location_id, timestamp '{day} 10:00' as entered_at"
        write_raw(data_dir.root, "store", "visit", day, f"{plain}, {columns}", f"range({count})")

    return add
