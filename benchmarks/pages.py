"""How long the dashboard's pages take to answer: `python benchmarks/pages.py`.

Runs each page in this process, without a browser, on what is published in a data directory
(`--data-dir`): first with nothing kept of earlier answers, then again. `--copies 10` asks the same
of marts ten times as large: those by month reach ten times as far back, the others hold their rows
ten times. The first page also pays for imports; it is run once before anything is measured.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from pathlib import Path

import duckdb
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.frame import FILTERS_OF_PAGE
from viaggio.publishing.answers import text_table
from viaggio.workspace.paths import PROJECT_DIR, DataDir
from viaggio.workspace.sql import file_to_write

# What pages read; facts and whatever else is published are not copied.
READ = "table_schema = 'audit' or regexp_matches(table_name, '^(mart|dim)_')"
OF_PERSONS = ("dim_persons", "dim_person_identifiers", "dim_persona_history")


def measure(data_dir: Path) -> list[tuple[str, float, float, float]]:
    """Page, seconds without kept answers, processor seconds of that, seconds with them."""
    os.environ["VIAGGIO_DATA_DIR"] = str(data_dir)
    app = AppTest.from_file(str(PROJECT_DIR / "dashboard" / "app.py"), default_timeout=600)
    app.run()
    result = []
    for page in FILTERS_OF_PAGE:
        app.switch_page(f"views/{page}.py")
        st.cache_data.clear()
        before, used_before = time.perf_counter(), time.process_time()
        app.run()
        first, used = time.perf_counter() - before, time.process_time() - used_before
        before = time.perf_counter()
        app.run()
        again = time.perf_counter() - before
        if app.exception:
            raise SystemExit(f"{page}: {app.exception[0].message}")
        result.append((page, round(first, 2), round(used, 2), round(again, 2)))
    return result


def enlarge(source: Path, data_dir: Path, copies: int) -> int:
    """Write a published file with so many copies of each mart's rows; says how many rows it has."""
    published = data_dir / "published"
    published.mkdir()
    shutil.copy(source.with_name("manifest.json"), published)
    total = 0
    with duckdb.connect(published / "viaggio.duckdb") as connection:
        connection.execute(f"attach {file_to_write(source)} as source (read_only)")
        tables = connection.execute(
            f"""
            select table_schema, table_name from information_schema.tables
            where table_catalog = 'source' and ({READ})
            """
        ).fetchall()
        for schema in ("marts", "audit"):
            connection.execute(f"create schema {schema}")
        for schema, name in tables:
            if name in OF_PERSONS:
                continue
            connection.execute(f"create table {schema}.{name} as from source.{schema}.{name}")
            if name.startswith("mart_"):
                _add_copies(connection, f"{schema}.{name}", copies)
            row = connection.execute(f"select count(*) from {schema}.{name}").fetchone()
            total += row[0] if row else 0
    return total


def _add_copies(connection: duckdb.DuckDBPyConnection, table: str, copies: int) -> None:
    columns = [row[0] for row in connection.execute(f"describe {table}").fetchall()]
    if "month" in columns:
        span = connection.execute(
            f"select date_diff('month', min(month), max(month)) + 1 from {table}"
        ).fetchone()
        months = span[0] if span and span[0] else 1
        earlier = f"(month - to_months((n * {months})::integer))::date as month"
        rows = f"* exclude (n) replace ({earlier})"
    else:
        rows = "* exclude (n)"
    connection.execute(
        f"insert into {table} select {rows} from source.{table}, range(1, {copies}) as r(n)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, default=DataDir.from_env().root)
    parser.add_argument("--copies", type=int, default=1)
    arguments = parser.parse_args()
    source = arguments.data_dir / "published" / "viaggio.duckdb"
    if not source.exists():
        raise SystemExit(f"{source} does not exist. Run `make demo` first.")
    with tempfile.TemporaryDirectory() as folder:
        data_dir = arguments.data_dir
        if arguments.copies > 1:
            data_dir = Path(folder)
            print(f"{enlarge(source, data_dir, arguments.copies):,} rows in what pages read")
        print(text_table(["page", "seconds", "processor", "again"], measure(data_dir)))


if __name__ == "__main__":
    main()
