"""Recognise and map one file in a process of its own, to see whether that ends the process.

`python -m viaggio.exports <path in hexadecimal> <work folder>`: see viaggio/landing/trial.py.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

import duckdb

from viaggio.exports.files import ExportError
from viaggio.exports.mapping import map_export
from viaggio.exports.recognise import AmbiguousError, look, recognise


def main(arguments: list[str]) -> int:
    """Map the file as landing does, into a folder that nobody looks at."""
    work = Path(arguments[1])
    dropped = work / "dropped"
    dropped.symlink_to(Path(os.fsdecode(bytes.fromhex(arguments[0]))))
    with contextlib.suppress(AmbiguousError, ExportError, OSError, duckdb.Error, MemoryError):
        head = look(dropped)
        recognised = recognise(head) if head else None
        if recognised:
            with duckdb.connect() as con:
                map_export(con, recognised, "", work)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
