"""Each repair is a job: what it makes, and what it tells the run."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import duckdb
import pytest

from expectations.exceptions import load
from orchestration.assets.warehouse import identity_models
from orchestration.build import build_definitions
from orchestration.exceptions import accept
from orchestration.jobs import CORRECTIONS, JOBS, LANDING_JOBS
from orchestration.partitions import DAILY
from viaggio.workspace.build_notes import build_notes, forget
from viaggio.workspace.dbt_project import load_manifest
from viaggio.workspace.paths import DataDir

STEPS = {
    "land_files": {"land", "expectations_raw"},
    "publish_again": {"dbt_audit", "published", "outcome"},
}
WHOLE = {
    *("land", "expectations_raw", "dbt_build", "expectations_models"),
    *("dbt_audit", "published", "outcome"),
}


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    return DataDir(tmp_path_factory.mktemp("jobs"))


@pytest.fixture(scope="module")
def definitions(data_dir: DataDir) -> dg.Definitions:
    return build_definitions(data_dir)


def test_each_job_has_the_steps_of_its_repair(definitions: dg.Definitions) -> None:
    # Names of jobs and of steps must differ.
    dg.Definitions.validate_loadable(definitions)
    for name in [*LANDING_JOBS, "publish_again"]:
        steps = {node.name for node in definitions.resolve_job_def(name).nodes}
        assert steps == STEPS.get(name, WHOLE), name


def test_days_can_be_chosen_where_they_can_be_restaged(definitions: dg.Definitions) -> None:
    for name in ("viaggio", "restage_days"):
        assert definitions.resolve_job_def(name).partitions_def == DAILY
    assert definitions.resolve_job_def("publish_again").partitions_def is None


def test_rebuilds_tell_dbt_so(definitions: dg.Definitions) -> None:
    tags = {
        job.name: definitions.resolve_job_def(job.name).run_tags.get("viaggio/rebuild")
        for job in JOBS
    }
    assert {name: tag for name, tag in tags.items() if tag} == {
        "rebuild_persons": "persons",
        "rebuild_all": "all",
    }


def test_persons_are_rebuilt_from_their_evidence(
    data_dir: DataDir, definitions: dg.Definitions
) -> None:
    models = identity_models(load_manifest(data_dir))
    assert "model.viaggio.int_identity__clusters" in models
    assert "model.viaggio.int_touchpoints__email" not in models


def test_each_asset_of_the_pipeline_says_its_layer(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    layers = {"raw", "staging", "intermediate", "marts", "audit"}
    told = {
        key: graph.get(key).tags.get("layer")
        for key in graph.materializable_asset_keys
        if key.path[0] in layers
    }
    assert set(told.values()) == layers
    assert all(layer == key.path[0] for key, layer in told.items())


def test_a_day_is_accepted_from_the_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(tmp_path))
    given = {"table": "store.order", "days": "2025-06-30", "reason": "strike", "author": "anna"}

    def launch(**changed: str) -> dg.ExecuteInProcessResult:
        config = {"ops": {"record_exception": {"config": given | changed}}}
        return accept.execute_in_process(config, raise_on_error=False)

    assert launch().success
    assert [(each.table, each.author) for each in load(DataDir(tmp_path))] == [
        ("store.order", "anna")
    ]
    refused = launch(table="store.orders")
    assert not refused.success
    assert refused.dagster_run.tags["viaggio/reason"].startswith("There is no raw table 'store.or")
    assert len(load(DataDir(tmp_path))) == 1


def test_a_correction_is_a_form_to_be_filled_in() -> None:
    for job in CORRECTIONS:
        [node] = job.nodes
        given = job.run_config["ops"][node.name]["config"]
        assert set(given.values()) == {""}
        assert set(given) == set(node.definition.config_schema.as_field().config_type.fields)


def test_a_forgotten_build_is_the_newest_note(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path)
    forget(data_dir, ["model.viaggio.persons"])
    with duckdb.connect(data_dir.warehouse) as connection:
        connection.execute("create table build_note (node varchar, note varchar, number bigint)")
        connection.execute(
            "insert into build_note values ('model.viaggio.persons', 'rules', 0), "
            "('model.viaggio.orders', 'rules', 1)"
        )
    before = build_notes(data_dir)
    forget(data_dir, ["model.viaggio.persons"])
    assert build_notes(data_dir) != before
    with duckdb.connect(data_dir.warehouse) as connection:
        newest = connection.execute(
            "select node, arg_max(note, number) from build_note group by node order by node"
        ).fetchall()
    assert newest == [("model.viaggio.orders", "rules"), ("model.viaggio.persons", "")]
