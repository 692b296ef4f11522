"""Events of runs lie in Dagster's own files, of which only some are open."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage

from orchestration.event_log import OPEN_FILES
from orchestration.home import prepare_home
from viaggio.workspace.paths import DataDir


@dg.asset(check_specs=[dg.AssetCheckSpec("holds", asset="table")])
def table() -> Iterator[dg.Output | dg.AssetCheckResult]:
    yield dg.Output(None)
    yield dg.AssetCheckResult(passed=True, check_name="holds")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    data_dir = DataDir(tmp_path)
    prepare_home(data_dir)
    return data_dir.dagster_home


@pytest.fixture
def instance(home: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(home)) as instance:
        yield instance


def run(instance: dg.DagsterInstance) -> str:
    return dg.materialize([table], instance=instance).run_id


def test_dagster_s_own_storage_reads_the_events(home: Path, instance: dg.DagsterInstance) -> None:
    run_id = run(instance)

    theirs = SqliteEventLogStorage(str(home / "history" / "runs"))
    stored = [entry.message for entry in theirs.get_logs_for_run(run_id)]

    assert stored == [entry.message for entry in instance.all_logs(run_id)]
    assert len(stored) > 10
    key = dg.AssetKey("table")
    assert theirs.get_latest_materialization_events([key])[key].run_id == run_id
    (check,) = theirs.get_asset_check_execution_history(dg.AssetCheckKey(key, "holds"), limit=5)
    assert check.run_id == run_id


def test_files_of_old_runs_are_closed(home: Path, instance: dg.DagsterInstance) -> None:
    runs = [run(instance) for _ in range(OPEN_FILES + 3)]

    assert len(open_files(home)) <= OPEN_FILES
    assert all(len(instance.all_logs(run_id)) > 10 for run_id in runs)
    assert len(open_files(home)) <= OPEN_FILES


def test_nothing_stays_open(home: Path) -> None:
    with dg.DagsterInstance.from_config(str(home)) as instance:
        run(instance)
        assert open_files(home)
    assert not open_files(home)


def test_an_open_page_of_a_run_sees_events_as_they_come(
    home: Path, instance: dg.DagsterInstance
) -> None:
    """The page's server is another process than the run, and watches the file of the run."""
    run_id = run(instance)
    seen: list[str] = []
    with dg.DagsterInstance.from_config(str(home)) as server:
        watched = server.event_log_storage
        watched.watch(run_id, None, lambda entry, _: seen.append(entry.message))
        instance.report_engine_event("still here", instance.get_run_by_id(run_id))
        end = time.monotonic() + 20
        while "still here" not in seen and time.monotonic() < end:
            time.sleep(0.05)
    assert "still here" in seen


def test_wiped_files_are_made_again(instance: dg.DagsterInstance) -> None:
    before = run(instance)
    instance.event_log_storage.wipe()

    after = run(instance)

    assert instance.all_logs(before) == []
    assert len(instance.all_logs(after)) > 10


@dg.asset
def breaks() -> None:
    raise dg.Failure("It broke.")


@dg.asset(deps=[breaks])
def waits() -> None:
    """Never begun, since what it waits for broke."""


def test_a_failed_run_marks_only_what_it_began_with(instance: dg.DagsterInstance) -> None:
    failed = dg.materialize([table, breaks, waits], instance=instance, raise_on_error=False)

    planned = {
        key: instance.get_latest_planned_materialization_info(dg.AssetKey(key))
        for key in ("table", "breaks", "waits")
    }

    assert not failed.success
    assert planned["waits"] is None
    assert {planned[key] and planned[key].run_id for key in ("table", "breaks")} == {failed.run_id}


def open_files(home: Path) -> set[Path]:
    """Files of events that this process has open."""
    found = {link.readlink() for link in Path("/proc/self/fd").iterdir() if link.is_symlink()}
    return {path for path in found if path.suffix == ".db" and path.is_relative_to(home)}
