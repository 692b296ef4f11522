"""Runs of `viaggio run`: Dagster's pages show them as their own."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.tags import REPOSITORY_LABEL_TAG

from orchestration.home import prepare_home
from orchestration.run import execute, print_stages
from viaggio.workspace.paths import DataDir


@dg.asset
def holds() -> None:
    """An asset that is made."""


@dg.asset(deps=[holds])
def breaks() -> None:
    raise dg.Failure("store.order, 2025-06-30: expected more; run again.", allow_retries=False)


definitions = dg.Definitions(
    assets=[holds, breaks],
    jobs=[dg.define_asset_job("viaggio", selection="*", tags={"team": "data"})],
    executor=dg.in_process_executor,
)


def test_a_run_in_this_process_belongs_to_the_pages_code_location(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path)
    prepare_home(data_dir)
    with dg.DagsterInstance.from_config(str(data_dir.dagster_home)) as instance:
        result = execute(definitions.resolve_job_def("viaggio"), instance, {"viaggio/days": "x"})
        run = instance.get_run_by_id(result.run_id)
        label = {REPOSITORY_LABEL_TAG: "__repository__@orchestration.definitions"}
        # How the page of the job asks for its runs.
        listed = instance.get_runs(dg.RunsFilter(job_name="viaggio", tags=label))
    assert run is not None
    assert run.status == dg.DagsterRunStatus.FAILURE
    assert run.tags.items() >= {"team": "data", "viaggio/days": "x"}.items()
    assert run.remote_job_origin is not None
    # What the timeline groups runs by.
    repository = run.remote_job_origin.repository_origin
    assert repository.repository_name == "__repository__"
    assert repository.code_location_origin.location_name == "orchestration.definitions"
    assert [each.run_id for each in listed] == [run.run_id]


def test_the_failure_is_said_without_its_wrapping(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data_dir = DataDir(tmp_path)
    prepare_home(data_dir)
    with dg.DagsterInstance.from_config(str(data_dir.dagster_home)) as instance:
        print_stages(execute(definitions.resolve_job_def("viaggio"), instance, {}), 3)
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == "FAILED breaks: store.order, 2025-06-30: expected more; run again."
