"""A build with Spark that was killed does not stand in the way of the next one."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from orchestration.paths import DataDir
from orchestration.spark import remove_unclaimed_folders
from tests.python.conftest import run_module
from tests.python.java import missing_java
from tests.python.parity.compare import spark_folder

reason = missing_java()
pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(reason is not None, reason=reason or ""),
]


def test_a_table_that_was_not_finished_is_built(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path)
    seed = _write_table(data_dir, "journey_stages")
    of_work = _write_table(data_dir, "work_journeys")
    built = run_module(
        data_dir,
        "orchestration.spark",
        *("--select", "journey_stages", "--exclude-resource-type", "test", "unit_test"),
        *("--vars", "{sources_are_landed: false}"),
        *("--target-path", str(data_dir.root / "target-spark")),
    )
    assert built.code == 0, built.output
    assert f"Removed {seed}" in built.output
    assert f"Removed {of_work}" in built.output
    assert not of_work.exists()
    assert not (seed / "_temporary").exists()
    assert list(seed.glob("*.parquet"))


def test_tables_that_were_finished_stay(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path)
    finished = _write_table(data_dir, "journey_stages")
    unfinished = _write_table(data_dir, "stage_goals")
    catalog = Mock()
    catalog.databaseExists.return_value = True
    catalog.listTables.return_value = [SimpleNamespace(name="journey_stages")]
    removed = remove_unclaimed_folders(Mock(catalog=catalog), unfinished.parent.parent)
    assert removed == [unfinished]
    assert finished.exists()


def _write_table(data_dir: DataDir, table: str) -> Path:
    """Leave the files of a table as a build leaves them that is killed while it writes."""
    folder = spark_folder(data_dir, "seeds", table, is_view=False)
    (folder / "_temporary").mkdir(parents=True)
    (folder / "part-0.parquet").touch()
    return folder
