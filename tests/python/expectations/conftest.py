"""A raw folder written by hand: every table of the contract empty, and store visits with rows."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from viaggio.workspace.contract import load_contract
from viaggio.workspace.paths import DataDir

LOADED = (
    "null::varchar as _extra_columns, 'file' as _source_file, timestamp '2024-04-01' as _loaded_at,"
    " 1::bigint as _row_hash"
)


TABLES = load_contract().tables


@dataclass(frozen=True)
class RawFile:
    """One raw file to write: `columns` (SQL) of `count` rows, the contract's others null."""

    source: str
    table: str
    day: str
    columns: str
    count: int

    def write(self, data_dir: DataDir) -> Path:
        folder = data_dir.raw / self.source / self.table / f"event_day={self.day}"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"file{len(list(folder.iterdir()))}.parquet"
        contract = TABLES[self.source, self.table].columns
        types = ", ".join(f'"{column.name}" {column.data_type}' for column in contract)
        with duckdb.connect() as connection:
            connection.execute(f"create table raw ({types})")
            connection.execute(
                f"insert into raw by name select {self.columns} from range({self.count}) as r (n)"
            )
            connection.execute(
                f"copy (select *, {LOADED}, rowid::bigint as _key_hash from raw) "
                f"to '{path}' (format parquet)"
            )
        return path


AddVisits = Callable[..., Path]


@pytest.fixture(scope="session")
def empty_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every table of the contract, without rows; written once."""
    data_dir = DataDir(tmp_path_factory.mktemp("empty"))
    for (source, table), contract in TABLES.items():
        nothing = f'null as "{contract.columns[0].name}"'
        RawFile(source, table, "1970-01-01", nothing, 0).write(data_dir)
    return data_dir.root


@pytest.fixture
def data_dir(tmp_path: Path, empty_data: Path) -> DataDir:
    """Every table of the contract, without rows."""
    shutil.copytree(empty_data, tmp_path, dirs_exist_ok=True)
    return DataDir(tmp_path)


@pytest.fixture
def add_visits(data_dir: DataDir) -> AddVisits:
    """Adds `count` store visits to a day; `columns` are SQL for columns beside the required."""

    def add(day: str, count: int, columns: str = "'counter' as source") -> Path:
        required = (
            f"'v' || n as id, 'milan' as location_id, timestamp '{day} 10:00' as entered_at, "
            f"timestamp '{day} 10:20' as left_at"
        )
        return RawFile("store", "visit", day, f"{required}, {columns}", count).write(data_dir)

    return add
