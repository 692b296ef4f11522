"""dbt's docs, the columns' lineage and the models by area as pages: `viaggio docs`.

They are made from the warehouse as built and the project as it stands, and swapped in when all are
whole. Dagster keeps them so (`assets/documentation.py`).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from viaggio.publishing.lineage import LineageError
from viaggio.publishing.lineage_pages import MODELS_PAGE, Project
from viaggio.publishing.lineage_pages import write_pages as write_lineage_pages
from viaggio.publishing.publish import current
from viaggio.workspace.dbt_project import DBT, code_version
from viaggio.workspace.lock import WriterBusyError, writer_lock
from viaggio.workspace.paths import PROJECT_DIR, DataDir

VERSION = "version.txt"


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
    """Make the pages and put them in `docs/`, in place of all that is there; returns their paths.

    Raises:
        DocsError: dbt failed, or a column cannot be followed; the message says why. The old pages
            stay.
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
        manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
        try:
            made = write_lineage_pages(Project.read(manifest), pages)
        except LineageError as error:
            raise DocsError(f"The lineage of a column cannot be followed: {error}") from error
        (target / "static_index.html").replace(pages / MODELS_PAGE)
        (pages / VERSION).write_text(code_version() + "\n", encoding="utf-8")
        shutil.rmtree(data_dir.docs, ignore_errors=True)
        pages.replace(data_dir.docs)
    return [data_dir.docs / page.name for page in made]


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


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages and say where they are; returns the exit code."""
    argparse.ArgumentParser(prog="viaggio docs", description=__doc__).parse_args(arguments)
    try:
        pages = write_pages(DataDir.from_env())
    except (DocsError, WriterBusyError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Open {pages[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
