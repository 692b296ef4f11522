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
from viaggio.workspace.sql import file_to_write

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
    found = rows(
        "select table_schema || '.' || table_name as name from information_schema.tables "
        "where table_catalog = current_database()"
    )
    return table in set(found["name"])


def hides_small_cells() -> bool:
    """Whether the pages hide figures of few persons: `VIAGGIO_HIDE_SMALL_CELLS` is 1."""
    return os.environ.get("VIAGGIO_HIDE_SMALL_CELLS") == "1"


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
    if hides_small_cells():
        return _without_small_cells(path)
    return duckdb.connect(path, read_only=True, config={"enable_external_access": "false"})


def _without_small_cells(path: str) -> duckdb.DuckDBPyConnection:
    """The file's safe marts in place of its marts, without hidden cells; and no row per person."""
    connection = duckdb.connect()
    connection.execute(f"attach {file_to_write(Path(path))} as published (read_only)")
    connection.execute("set enable_external_access = false")
    relations = connection.execute(
        """
        select schema_name, table_name
        from duckdb_columns()
        where database_name = 'published' and schema_name in ('audit', 'marts', 'safe')
        group by schema_name, table_name
        having
            schema_name <> 'marts'
            or (
                starts_with(table_name, 'dim_')
                and table_name <> 'dim_personas'
                and not bool_or(column_name = 'person_id')
            )
        """
    ).fetchall()
    connection.execute("create schema marts")
    connection.execute("create schema audit")
    for schema, name in relations:
        # A name stays although the figures beside it are hidden.
        shown = "where not is_hidden" if name.startswith("mart_") and schema == "safe" else ""
        columns = "* exclude (is_hidden)" if schema == "safe" else "*"
        connection.execute(
            f'create view {"marts" if schema == "safe" else schema}."{name}" as '
            f'select {columns} from published.{schema}."{name}" {shown}'
        )
    return connection
