"""The golden files come in two batches; each engine builds after either of them."""

from __future__ import annotations

import shutil
from pathlib import Path

from viaggio.workspace.paths import DataDir

# The folders of files, in the order in which they arrive, and the run that builds after each.
BATCHES = {"landing": "first", "late": "second"}

# Only what an incremental model remembers, or is made of, tells after another build; the rest is
# built again by the last, but seeds, which stay as they are.
REMEMBERED = ("--select", "resource_type:seed", "+config.materialized:incremental")
LOADED_BEFORE = ("--exclude", "resource_type:seed")


def selection(number: int, batches: int) -> tuple[str, ...]:
    """dbt's arguments for the build after a batch, counted from 0."""
    return (
        *(REMEMBERED if number < batches - 1 else ()),
        *(LOADED_BEFORE if number > 0 else ()),
    )


def arrive(landed: Path, batch: str, data_dir: DataDir) -> None:
    """Bring a data directory to where landing left it after a batch; what was built stays."""
    for left in (landed / batch).iterdir():
        if left.is_dir():
            shutil.rmtree(data_dir.root / left.name, ignore_errors=True)
    shutil.copytree(landed / batch, data_dir.root, dirs_exist_ok=True)
