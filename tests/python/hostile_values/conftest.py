"""The golden files among rows with values nobody expects, landed once for both engines."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.python.conftest import Command, once, run_module
from tests.python.hostile_values.rows import Tried, rows_of
from tests.python.parity.batches import BATCHES
from tests.python.parity.conftest import GOLDEN, new_data_dir
from viaggio.workspace.contract import RawTable, load_contract
from viaggio.workspace.paths import DataDir


@dataclass(frozen=True)
class Hostile:
    """A data directory after a whole run, how many values were tried, and what the run said."""

    data_dir: DataDir
    values: int
    run: Command


def write_file(table: RawTable, tried: Tried, folder: Path) -> None:
    """Write a table's rows as one Parquet file, typed as the contract has it."""
    columns = ", ".join(f'null::{column.data_type} as "{column.name}"' for column in table.columns)
    schema = duckdb.sql(f"select {columns} limit 0").to_arrow_table().schema
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(tried.rows, schema=schema), folder / "hostile.parquet")


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    """All files, landed, built, audited and published by one run on DuckDB."""
    folder = once(tmp_path_factory, "hostile", _run)
    told = json.loads((folder / "told.json").read_text(encoding="utf-8"))
    return Hostile(DataDir(folder / "data"), told["values"], Command(**told["run"]))


def _run(folder: Path) -> None:
    (folder / "data").mkdir()
    now = datetime.now(UTC)
    values = 0
    with pytest.MonkeyPatch.context() as monkeypatch:
        data_dir = new_data_dir(folder / "data", monkeypatch)
        for batch in BATCHES:
            shutil.copytree(GOLDEN / batch, data_dir.landing, dirs_exist_ok=True)
        for table in load_contract().tables.values():
            tried = rows_of(table, now)
            values += tried.values
            write_file(table, tried, data_dir.landing / table.source / table.name)
        run = run_module(data_dir, "orchestration.run")
    told = {"values": values, "run": asdict(run)}
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")
