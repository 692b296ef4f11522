"""The comparison itself: tables and views alike, and what it says of a difference."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from tests.python.parity.compare import compare, spark_folder
from viaggio.workspace.paths import DataDir


@pytest.fixture
def built_twice(tmp_path: Path) -> DataDir:
    """One table and one view over it, the same on both engines."""
    data_dir = DataDir(tmp_path)
    nodes = {
        name: {
            "resource_type": "model",
            "schema": "marts",
            "alias": name,
            "config": {"materialized": kind},
        }
        for name, kind in (("dim_shops", "table"), ("fct_visits", "view"))
    }
    (tmp_path / "manifest.json").write_text(json.dumps({"nodes": nodes}), encoding="utf-8")
    with duckdb.connect(data_dir.warehouse) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.dim_shops as select range as shop_id from range(3)")
        connection.execute("create view marts.fct_visits as from warehouse.marts.dim_shops")
    for name, is_view in (("dim_shops", False), ("fct_visits", True)):
        write_spark(data_dir, name, 3, is_view=is_view)
    return data_dir


def write_spark(data_dir: DataDir, name: str, rows: int, *, is_view: bool) -> None:
    folder = spark_folder(data_dir, "marts", name, is_view=is_view)
    folder.mkdir(parents=True, exist_ok=True)
    duckdb.execute(f"copy (select range as shop_id from range({rows})) to '{folder}/part.parquet'")


def problems(data_dir: DataDir) -> dict[str, str]:
    found = compare(data_dir, data_dir.root / "manifest.json")
    return {difference.relation: difference.problem for difference in found}


def test_equal_tables_and_views_agree(built_twice: DataDir) -> None:
    assert problems(built_twice) == {}


def test_a_view_with_another_row_is_found(built_twice: DataDir) -> None:
    write_spark(built_twice, "fct_visits", 4, is_view=True)
    assert "1 rows are on Spark only" in problems(built_twice)["marts.fct_visits"]


def test_a_view_that_spark_did_not_build_is_found(built_twice: DataDir) -> None:
    folder = spark_folder(built_twice, "marts", "fct_visits", is_view=True)
    (folder / "part.parquet").unlink()
    assert "not built on Spark" in problems(built_twice)["marts.fct_visits"]
