"""The end of a run in Dagster: what its tag and its assets say of what readers see."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.assets import publication
from orchestration.assets.publication import OUTCOME, PUBLISHED
from orchestration.checks.files import FILES_LOADED
from orchestration.marks import OUTCOME_TAG, REASON_TAG
from orchestration.resources import Workspace
from viaggio.publishing.history import hold_current
from viaggio.publishing.hold import release_hold
from viaggio.publishing.publish import current, newest
from viaggio.workspace.paths import DataDir
from viaggio.workspace.salt import ensure_salt


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataDir:
    """A warehouse with one mart, and nothing published."""
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(tmp_path))
    ensure_salt(DataDir(tmp_path))
    with duckdb.connect(tmp_path / "warehouse.duckdb") as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.dim_shops as select 1 as shop_id")
    return DataDir(tmp_path)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def end_of_run(instance: dg.DagsterInstance) -> tuple[dg.ExecuteInProcessResult, str]:
    """Run the last two assets; the result and the run's tag."""
    result = dg.materialize(
        publication.build_publication_assets([]),
        instance=instance,
        resources={"workspace": Workspace()},
        raise_on_error=False,
    )
    run = instance.get_run_by_id(result.run_id)
    assert run is not None
    return result, run.tags[OUTCOME_TAG]


def readers_see(result: dg.ExecuteInProcessResult) -> object:
    (event,) = result.asset_materializations_for_node("published")
    assert event.asset_key == PUBLISHED
    return event.metadata["readers_see"].value


def test_a_held_run_succeeds_with_an_outcome_of_its_own(
    data_dir: DataDir, instance: dg.DagsterInstance
) -> None:
    first, outcome = end_of_run(instance)
    assert (first.success, outcome) == (True, "complete")
    seen = current(data_dir)
    assert seen is not None
    hold_current(data_dir, "month end")
    held, outcome = end_of_run(instance)
    assert (held.success, outcome) == (True, "held")
    assert readers_see(held) == seen.id
    assert current(data_dir) == seen
    release_hold(data_dir)
    released, outcome = end_of_run(instance)
    assert (released.success, outcome) == (True, "complete")
    made = newest(data_dir)
    assert made is not None
    assert readers_see(released) == made.id != seen.id


def test_files_that_a_held_run_rejected_are_a_warning(
    data_dir: DataDir, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_of_run(instance)
    hold_current(data_dir)
    monkeypatch.setattr(publication, "rejected_in", lambda *_: {"broken.csv": "no header"})
    held, outcome = end_of_run(instance)
    assert (held.success, outcome) == (True, "held")
    run = instance.get_run_by_id(held.run_id)
    assert run is not None
    assert run.tags[REASON_TAG] == "rejected: broken.csv"
    (check,) = held.get_asset_check_evaluations()
    assert (check.asset_key, check.check_name, check.passed) == (OUTCOME, FILES_LOADED, False)
    assert check.severity == dg.AssetCheckSeverity.WARN
