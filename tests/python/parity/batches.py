"""The golden files come in two batches; each engine builds after either of them."""

from __future__ import annotations

import shutil
from pathlib import Path

from orchestration.paths import DataDir

# The folders of files, in the order in which they arrive, and the run that builds after each.
BATCHES = {"landing": "first", "late": "second"}


def arrive(landed: Path, batch: str, data_dir: DataDir) -> None:
    """Bring a data directory to where landing left it after a batch; what was built stays."""
    for left in (landed / batch).iterdir():
        if left.is_dir():
            shutil.rmtree(data_dir.root / left.name, ignore_errors=True)
    shutil.copytree(landed / batch, data_dir.root, dirs_exist_ok=True)
