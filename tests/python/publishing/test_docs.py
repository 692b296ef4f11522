"""The pages for reviewers: kept by a job of their own, whole, with lineage from the raw tables."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
import pytest

from orchestration.build import build_definitions
from orchestration.sensors import docs_sensor
from tests.python.conftest import Built
from viaggio.publishing.docs import DocsError, are_due, prepare_lineage, write_pages
from viaggio.workspace.dbt_project import load_manifest
from viaggio.workspace.paths import DataDir

FILES = "read_parquet('data/raw/store/product/*/*.parquet')"
SOURCE = {
    "unique_id": "source.viaggio.store.product",
    "name": "product",
    "identifier": "product",
    "database": "warehouse",
    "schema": "raw_store",
    "description": "Products.",
    "meta": {"external_location": "read_parquet('data/raw/{folder}/{name}/*/*.parquet')"},
    "columns": {"id": {"name": "id", "data_type": "varchar"}},
}


def test_files_become_tables_with_the_contract_s_columns(tmp_path: Path) -> None:
    SOURCE["meta"]["folder"] = "store"
    manifest = {
        "nodes": {"model": {"compiled_code": f"select id from {FILES}"}, "seed": {}},
        "sources": {SOURCE["unique_id"]: SOURCE},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (tmp_path / "catalog.json").write_text(json.dumps({"sources": {}}), encoding="utf-8")

    folder = prepare_lineage(tmp_path)

    written = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert written["nodes"]["model"]["compiled_code"] == (
        'select id from "warehouse"."raw_store"."product"'
    )
    catalog = json.loads((folder / "catalog.json").read_text("utf-8"))
    columns = catalog["sources"][SOURCE["unique_id"]]["columns"]
    assert columns["id"]["type"] == "varchar"
    assert columns["_key_hash"]["type"] == "bigint"
    assert json.loads((tmp_path / "manifest.json").read_text("utf-8")) == manifest


@pytest.mark.slow
def test_the_job_writes_pages_of_every_model_and_column_once_per_code(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data_dir = built.copy(tmp_path / "data")
    for name, value in data_dir.environment().items():
        monkeypatch.setenv(name, value)
    assert isinstance(docs_sensor(dg.build_sensor_context()), dg.RunRequest)

    job = build_definitions(data_dir).resolve_job_def("documentation")
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(instance=instance)

    assert result.success
    assert isinstance(docs_sensor(dg.build_sensor_context()), dg.SkipReason)
    page = (data_dir.docs / "index.html").read_text(encoding="utf-8")
    lineage = json.loads((data_dir.docs / "lineage" / "colibri-manifest.json").read_text("utf-8"))
    manifest = load_manifest(data_dir)
    for key, node in manifest.nodes.items():
        if node.is_model:
            assert key in page
            assert lineage["nodes"][key]["columns"].keys() == node.properties["columns"].keys()
    assert "source.viaggio.ga4.event" in {
        edge["source"]
        for edge in lineage["lineage"]["edges"]
        if edge["target"] == "model.viaggio.stg_ga4__events"
    }
    # Another rule is another code: the pages are due when readers have tables built by it.
    (data_dir.docs / "version.txt").write_text("another\n", encoding="utf-8")
    assert are_due(data_dir)


def test_what_fails_says_why_and_leaves_the_pages(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path)
    page = data_dir.docs / "index.html"
    page.parent.mkdir()
    page.write_text("whole", encoding="utf-8")
    with pytest.raises(DocsError, match="Run `make demo` first"):
        write_pages(data_dir)
    data_dir.warehouse.write_text("no database", encoding="utf-8")
    with pytest.raises(DocsError, match=r"(?s)`dbt docs` failed:.*not a valid DuckDB"):
        write_pages(data_dir)
    assert page.read_text(encoding="utf-8") == "whole"
    assert not are_due(data_dir)
