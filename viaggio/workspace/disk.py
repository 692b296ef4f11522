"""Files and folders, where the standard library keeps quiet about what goes wrong."""

from __future__ import annotations

import os
from pathlib import Path


def flush(path: Path) -> None:
    """Wait until a file's content, or a folder's names, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def entries(folder: Path) -> list[Path]:
    """What lies in a folder, by name; nothing where there is no such folder.

    `Path.glob` finds nothing, and says nothing, in a folder that it may not read.

    Raises:
        OSError: The folder cannot be read.
    """
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return []
