"""Artifacts for the column lineage name the raw tables."""

from __future__ import annotations

import json
from pathlib import Path

from orchestration.docs import prepare

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

    folder = prepare(tmp_path)

    written = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert written["nodes"]["model"]["compiled_code"] == (
        'select id from "warehouse"."raw_store"."product"'
    )
    catalog = json.loads((folder / "catalog.json").read_text("utf-8"))
    columns = catalog["sources"][SOURCE["unique_id"]]["columns"]
    assert columns["id"]["type"] == "varchar"
    assert columns["_key_hash"]["type"] == "bigint"
    assert json.loads((tmp_path / "manifest.json").read_text("utf-8")) == manifest
