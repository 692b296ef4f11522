"""Prepare dbt's artifacts for the column lineage: `python -m orchestration.docs`.

Run after `dbt docs generate`. In compiled SQL a raw table is a `read_parquet(...)` and in dbt's
catalog it is not, so a column's lineage would begin at staging. Copies of both artifacts, under
`target/lineage/`, name the raw tables and list their columns, which the contract knows.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from orchestration.paths import DataDir

# What landing adds to the contract's columns; staging reads these.
ADDED = {
    "_source_file": "varchar",
    "_loaded_at": "timestamp",
    "_row_hash": "bigint",
    "_key_hash": "bigint",
    "event_day": "date",
}


def prepare(target: Path) -> Path:
    """Write `lineage/manifest.json` and `lineage/catalog.json`; returns their folder."""
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    catalog = json.loads((target / "catalog.json").read_text(encoding="utf-8"))
    names = {_location(source): _name(source) for source in manifest["sources"].values()}
    for node in manifest["nodes"].values():
        for location, name in names.items():
            node["compiled_code"] = (node.get("compiled_code") or "").replace(location, name)
    for key, source in manifest["sources"].items():
        source["relation_name"] = _name(source)
        catalog["sources"][key] = _entry(source)
    folder = target / "lineage"
    folder.mkdir(exist_ok=True)
    for name, artifact in (("manifest.json", manifest), ("catalog.json", catalog)):
        (folder / name).write_text(json.dumps(artifact), encoding="utf-8")
    return folder


def _location(source: dict[str, Any]) -> str:
    """The source as dbt-duckdb writes it into compiled SQL."""
    meta = source["meta"]
    return meta["external_location"].format(name=source["name"], **meta)


def _name(source: dict[str, Any]) -> str:
    return f'"{source["database"]}"."{source["schema"]}"."{source["identifier"]}"'


def _entry(source: dict[str, Any]) -> dict[str, Any]:
    types = {column["name"]: column["data_type"] for column in source["columns"].values()}
    return {
        "unique_id": source["unique_id"],
        "metadata": {
            "type": "EXTERNAL",
            "database": source["database"],
            "schema": source["schema"],
            "name": source["identifier"],
            "comment": source["description"],
            "owner": None,
        },
        "columns": {
            name: {"name": name, "type": kind, "index": index, "comment": None}
            for index, (name, kind) in enumerate({**types, **ADDED}.items(), start=1)
        },
        "stats": {},
    }


if __name__ == "__main__":
    print(prepare(DataDir.from_env().root / "target"))
