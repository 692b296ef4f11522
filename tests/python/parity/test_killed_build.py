"""A build with Spark that was killed does not stand in the way of the next one."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import Mock

import pytest

from tests.python.conftest import Command, run_module
from tests.python.drawn import drawn
from tests.python.java import missing_java
from tests.python.parity.compare import spark_folder
from viaggio.cli.spark import remove_unclaimed_folders
from viaggio.workspace.paths import DataDir

reason = missing_java()
# Hostile values are built with Spark on another day (tests/python/hostile_values).
IS_DRAWN = 2 in drawn(range(4), 4)


@pytest.mark.spark
@pytest.mark.skipif(reason is not None, reason=reason or "")
@pytest.mark.skipif(not IS_DRAWN, reason="starts Spark twice: one day in four")
def test_a_table_that_was_not_finished_is_built(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path)
    built = _build(data_dir, "stage_goals")
    assert built.code == 0, built.output
    finished = spark_folder(data_dir, "seeds", "stage_goals", is_view=False)

    unfinished = [_write_table(data_dir, name) for name in ("journey_stages", "work_journeys")]
    built = _build(data_dir, "journey_stages")
    assert built.code == 0, built.output
    assert all(f"Removed {folder}" in built.output for folder in unfinished)
    assert not (unfinished[0] / "_temporary").exists()
    assert list(unfinished[0].glob("*.parquet"))
    assert not unfinished[1].exists()
    assert list(finished.glob("*.parquet"))


def test_another_catalogue_s_tables_stay(tmp_path: Path) -> None:
    of_another = _write_table(DataDir(tmp_path), "journey_stages")
    catalog = Mock()
    catalog.databaseExists.return_value = False
    catalog.listTables.return_value = []
    assert remove_unclaimed_folders(Mock(catalog=catalog), of_another.parent.parent) == []
    assert of_another.exists()


def _build(data_dir: DataDir, seed: str) -> Command:
    return run_module(
        data_dir,
        "viaggio.cli.spark",
        *("--select", seed, "--exclude-resource-type", "test", "unit_test"),
        *("--vars", "{sources_are_landed: false}"),
    )


def _write_table(data_dir: DataDir, table: str) -> Path:
    """Leave the files of a table as a build leaves them that is killed while it writes."""
    folder = spark_folder(data_dir, "seeds", table, is_view=False)
    (folder / "_temporary").mkdir(parents=True)
    (folder / "part-0.parquet").touch()
    return folder
