"""The published file: opened to read only, each answer kept until the next publication.

Pages ask through `dashboard.queries`; nothing else opens the file. A publication never changes
(the link `published` is swapped to the next one), so the folder it points to says whether an answer
that was kept still holds.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import streamlit as st

from viaggio.workspace.paths import PROJECT_DIR, DataDir

Parameters = dict[str, Any]
Version = tuple[str, int]


class NothingPublishedError(RuntimeError):
    """There is no published file to read yet."""


def published_file() -> Path:
    """The file readers get now, behind the link.

    Raises:
        NothingPublishedError: Nothing was published; the text says where it was looked for.
    """
    root = Path(os.environ.get("VIAGGIO_DATA_DIR") or PROJECT_DIR / "data").resolve()
    path = DataDir(root).published / "viaggio.duckdb"
    if not path.exists():
        raise NothingPublishedError(str(path))
    return path.resolve()


def rows(sql: str, parameters: Parameters | None = None) -> pd.DataFrame:
    """The answer to a query on the published file; the same question is asked of it once."""
    return _answer(version(), sql, parameters or {})


def is_published(table: str) -> bool:
    """Whether `schema.table` is in the published file."""
    found = rows("select table_schema || '.' || table_name as name from information_schema.tables")
    return table in set(found["name"])


def run_id() -> str:
    """The run that published the file."""
    manifest = published_file().with_name("manifest.json")
    return json.loads(manifest.read_text(encoding="utf-8"))["run_id"]


def version() -> Version:
    """What tells one publication from the next: its file, and when that was written."""
    path = published_file()
    return str(path), path.stat().st_mtime_ns


def forget() -> None:
    """Let go of the file and of every answer that was kept."""
    _answer.clear()
    _connection.clear()


@st.cache_data(max_entries=500, show_spinner=False)
def _answer(of: Version, sql: str, parameters: Parameters) -> pd.DataFrame:
    return _connection(of).cursor().execute(sql, parameters).df()


@st.cache_resource(max_entries=1, show_spinner=False)
def _connection(of: Version) -> duckdb.DuckDBPyConnection:
    # Only this file: no query can read another one or fetch anything.
    path, _ = of
    return duckdb.connect(path, read_only=True, config={"enable_external_access": "false"})
