"""A reader in a process of its own, who asks what is published over and over during a fault."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from tests.faults.killing import Process
from viaggio.workspace.paths import DataDir

PAUSE = 0.01  # seconds between two looks


@dataclass
class Reader:
    """What a reader saw: how often it looked, and what was not whole or not audited."""

    looks: int = 0
    wrong: list[str] = field(default_factory=list)


@contextmanager
def reading(data_dir: DataDir) -> Generator[Reader, None, None]:
    """Let a reader look while something else goes on."""
    reader = Reader()
    stop = data_dir.root.with_name("reader.stop")
    process = Process(_look_on, data_dir.root, stop)
    try:
        yield reader
    finally:
        stop.touch()
        reader.looks, reader.wrong = process.end()
        stop.unlink()


def look(data_dir: DataDir) -> str:
    """Look once; what is wrong, or nothing.

    A folder may be removed while it is read, but never the one that the link leads to.
    """
    folder = Path(os.path.realpath(data_dir.published))
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        with duckdb.connect(folder / "viaggio.duckdb", read_only=True) as connection:
            return _wrong_in(connection, manifest)
    except (OSError, ValueError, duckdb.Error) as error:
        is_seen = folder == Path(os.path.realpath(data_dir.published))
        return f"{type(error).__name__}: {str(error)[:200]}" if is_seen else ""


def _wrong_in(connection: duckdb.DuckDBPyConnection, manifest: dict[str, Any]) -> str:
    """Tables of another size than the manifest says, or an audit that does not add up."""
    for table in manifest["tables"]:
        (rows,) = connection.execute(
            f'select count(*) from "{table["schema"]}"."{table["name"]}"'
        ).fetchone() or (None,)
        if rows != table["rows"]:
            return f"{table['name']}: {rows} rows, of {table['rows']}"
    audited = connection.execute(
        "select count(*) > 0 and bool_and(balanced) from audit.audit_reconciliation"
    ).fetchone()
    return "" if audited == (True,) else "the audit does not add up"


def _look_on(root: Path, stop: Path) -> tuple[int, list[str]]:
    looks, wrong = 0, []
    while not stop.exists():
        if said := look(DataDir(root)):
            wrong.append(said)
        looks += 1
        time.sleep(PAUSE)
    return looks, wrong
