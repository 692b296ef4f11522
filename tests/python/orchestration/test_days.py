"""Dagster shows which days raw tables hold, and which of them received rows again."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from orchestration.assets.raw import build_raw_assets
from orchestration.days import record_days
from orchestration.home import prepare_home
from orchestration.jobs import LAND_JOB
from orchestration.partitions import DAILY, Window
from orchestration.resources import Workspace
from viaggio.workspace.contract import load_contract
from viaggio.workspace.manifest import Manifest
from viaggio.workspace.paths import DataDir

KEY = dg.AssetKey(["raw", "store", "order"])
FIRST, SECOND, THIRD = date(2025, 3, 1), date(2025, 3, 2), date(2025, 3, 4)


@pytest.fixture(params=["kept", "ephemeral"])
def instance(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    if request.param == "ephemeral":
        with dg.DagsterInstance.ephemeral() as instance:
            yield instance
        return
    data_dir = DataDir(tmp_path)
    prepare_home(data_dir)
    with dg.DagsterInstance.from_config(str(data_dir.dagster_home)) as instance:
        yield instance


def land(
    instance: dg.DagsterInstance,
    held: dict[date, int],
    received: set[date],
    tags: dict[str, str] | None = None,
) -> None:
    """A run that lands, and builds a model on what it landed."""

    @dg.asset(key=KEY, partitions_def=DAILY)
    def order(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        record_days(context, {KEY: held}, {KEY: received})
        return dg.MaterializeResult(metadata={"files": 1})

    @dg.asset(deps=[KEY])
    def model() -> None:
        """Has no days of its own."""

    definitions = dg.Definitions(
        assets=[order, model], jobs=[dg.define_asset_job("viaggio", selection="*")]
    )
    job = definitions.resolve_job_def("viaggio")
    assert job.partitions_def == DAILY
    assert job.execute_in_process(instance=instance, tags=tags).success


def recorded(instance: dg.DagsterInstance) -> list[tuple[str | None, object, object]]:
    """Days of the materializations with days, in order, with rows and whether they are restated."""
    records = instance.fetch_materializations(KEY, limit=100, ascending=True).records
    found = [each.asset_materialization for each in records if each.asset_materialization]
    return [
        (each.partition, each.metadata["rows"].value, each.metadata["restated"].value)
        for each in found
        if "rows" in each.metadata
    ]


def test_loaded_days_are_recorded_once_and_restated_days_again(
    instance: dg.DagsterInstance,
) -> None:
    land(instance, {SECOND: 20, FIRST: 10, date(1970, 1, 1): 5}, {FIRST, SECOND})
    assert recorded(instance) == [("2025-03-01", 10, False), ("2025-03-02", 20, False)]
    land(instance, {FIRST: 10, SECOND: 25, THIRD: 30}, {SECOND, THIRD})
    assert recorded(instance)[2:] == [("2025-03-02", 25, True), ("2025-03-04", 30, False)]
    assert instance.get_materialized_partitions(KEY) == {"2025-03-01", "2025-03-02", "2025-03-04"}


def test_what_dagster_shows_of_the_table_is_the_whole_landing(instance: dg.DagsterInstance) -> None:
    land(instance, {FIRST: 10}, {FIRST})
    newest = instance.get_latest_materialization_event(KEY)
    assert newest is not None
    assert newest.asset_materialization is not None
    assert "files" in newest.asset_materialization.metadata


def test_a_range_of_days_is_launched_in_one_run(instance: dg.DagsterInstance) -> None:
    land(instance, {FIRST: 10}, {FIRST})
    land(instance, {FIRST: 10, SECOND: 20}, {SECOND}, Window(FIRST, THIRD).tags())
    assert len(instance.get_materialized_partitions(KEY)) == 4
    assert recorded(instance)[1:] == [
        ("2025-03-01", 10, True),
        ("2025-03-02", 20, False),
        ("2025-03-03", 0, False),
        ("2025-03-04", 0, False),
    ]
    assert instance.get_runs_count() == 2


def test_a_day_of_a_range_shows_its_own_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two days land in a run for a range; Dagster would give each of them the facts of all."""
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("VIAGGIO_LANDING_SETTLE_SECONDS", "0")
    file = tmp_path / "landing" / "reference" / "exchange_rate" / "a.csv"
    file.parent.mkdir(parents=True)
    file.write_text("date,currency,rate_to_eur\n2025-03-01,SEK,0.09\n2025-03-02,SEK,0.09\n")
    definitions = dg.Definitions(
        assets=build_raw_assets(load_contract(), Manifest({"nodes": {}, "sources": {}})),
        jobs=[LAND_JOB],
        resources={"workspace": Workspace()},
    )
    key = dg.AssetKey(["raw", "reference", "exchange_rate"])
    with dg.DagsterInstance.ephemeral() as instance:
        job = definitions.resolve_job_def(LAND_JOB.name)
        assert job.execute_in_process(instance=instance, tags=Window(FIRST, SECOND).tags()).success
        events = instance.fetch_materializations(key, limit=10).records
    facts = [(each.partition_key, each.asset_materialization.metadata) for each in events]
    assert {day: {name: fact.value for name, fact in each.items()} for day, each in facts} == {
        "2025-03-01": {"rows": 1, "restated": False},
        "2025-03-02": {"rows": 1, "restated": False},
    }
