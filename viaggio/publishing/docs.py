"""dbt's docs and the columns' lineage as two pages: `viaggio docs`.

Both are made from the warehouse as built and the project as it stands, and swapped in when both
are whole. Dagster keeps them so (`assets/documentation.py`).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from viaggio.publishing.publish import current
from viaggio.workspace.dbt_project import DBT, code_version
from viaggio.workspace.lock import WriterBusyError, writer_lock
from viaggio.workspace.paths import PROJECT_DIR, DataDir

COLIBRI = str(Path(sys.executable).with_name("colibri"))
VERSION = "version.txt"
MODELS_PAGE = "index.html"
LINEAGE_PAGE = "lineage/index.html"

# What landing adds to the contract's columns; staging reads these.
ADDED = {
    "_source_file": "varchar",
    "_source_row": "bigint",
    "_loaded_at": "timestamp",
    "_row_hash": "bigint",
    "_key_hash": "bigint",
    "event_day": "date",
}


class DocsError(RuntimeError):
    """The pages cannot be made; those there were are left as they were."""


def are_due(data_dir: DataDir) -> bool:
    """Whether readers have tables of the code as it stands, and the pages show another."""
    publication = current(data_dir)
    return (
        publication is not None
        and publication.code_version == code_version()
        and written_version(data_dir) != publication.code_version
    )


def written_version(data_dir: DataDir) -> str | None:
    """Version of the code that the pages show; none where there are no pages."""
    path = data_dir.docs / VERSION
    return path.read_text(encoding="utf-8", errors="replace").strip() if path.exists() else None


def write_pages(data_dir: DataDir) -> list[Path]:
    """Make both pages and put them in `docs/`; returns their paths.

    Raises:
        DocsError: dbt or colibri failed; the message is theirs. The old pages stay.
        WriterBusyError: Another process is writing (DuckDB lets only one in).
    """
    if not data_dir.warehouse.exists():
        raise DocsError(f"{data_dir.warehouse} does not exist. Run `make demo` first.")
    data_dir.tmp.mkdir(exist_ok=True)
    with (
        writer_lock(data_dir),
        tempfile.TemporaryDirectory(dir=data_dir.tmp, prefix="docs-") as work,
    ):
        target, pages = Path(work, "target"), Path(work, "pages")
        _command(data_dir, DBT, "docs", "generate", "--static", "--target-path", str(target))
        artifacts = prepare_lineage(target)
        _command(
            data_dir,
            *(COLIBRI, "generate", "--light", "--disable-telemetry"),
            *("--output-dir", str(pages / "lineage")),
            *("--manifest", str(artifacts / "manifest.json")),
            *("--catalog", str(artifacts / "catalog.json")),
        )
        (target / "static_index.html").replace(pages / MODELS_PAGE)
        # Last, so that pages are only said to be of this code when they are.
        made = sorted(path for path in pages.rglob("*") if path.is_file())
        (pages / VERSION).write_text(code_version() + "\n", encoding="utf-8")
        for page in [*made, pages / VERSION]:
            place = data_dir.docs / page.relative_to(pages)
            place.parent.mkdir(parents=True, exist_ok=True)
            page.replace(place)
    return [data_dir.docs / MODELS_PAGE, data_dir.docs / LINEAGE_PAGE]


def _command(data_dir: DataDir, *command: str) -> None:
    done = subprocess.run(
        command,
        cwd=PROJECT_DIR,
        env={**os.environ, **data_dir.environment()},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stdout + done.stderr).strip()
        raise DocsError(f"`{Path(command[0]).name} {command[1]}` failed:\n{said}")


def prepare_lineage(target: Path) -> Path:
    """Write copies of dbt's manifest and catalog that name the raw tables; returns their folder.

    In compiled SQL a raw table is a `read_parquet(...)` and in dbt's catalog it is not, so a
    column's lineage would begin at staging. The copies list the columns that the contract knows.
    """
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages and say where they are; returns the exit code."""
    argparse.ArgumentParser(prog="viaggio docs", description=__doc__).parse_args(arguments)
    try:
        pages = write_pages(DataDir.from_env())
    except (DocsError, WriterBusyError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Open {' and '.join(map(str, pages))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
