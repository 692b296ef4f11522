"""What failed dbt tests found, in words. dbt itself counts the rows that a test returns."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb

from viaggio.workspace.manifest import Manifest, Node
from viaggio.workspace.paths import DataDir

# Statuses of dbt; a test that dbt could not run has said so in dbt's own log.
WORDS = {"fail": "BLOCKS", "warn": "warns"}


@dataclass(frozen=True)
class FailedTest:
    """A test that did not hold: `table` is what it is about, `found` a sentence."""

    unique_id: str
    status: str
    table: str
    found: str

    def __str__(self) -> str:
        return f"  {WORDS[self.status]}  {self.table}: {self.found}"


def run_results(data_dir: DataDir) -> Path:
    """What dbt writes when it ends; a dbt that was killed leaves that of the command before."""
    return data_dir.root / "target" / "run_results.json"


def failed_tests(data_dir: DataDir, manifest: Manifest) -> list[FailedTest]:
    """The tests that failed in the last dbt command, those that block first.

    Call it when dbt has ended, since DuckDB lets one process in at a time.
    """
    path = run_results(data_dir)
    if not path.exists():
        return []
    results = json.loads(path.read_text(encoding="utf-8"))["results"]
    failed = [each for each in results if each["status"] in WORDS]
    if not failed:
        return []
    with duckdb.connect(data_dir.warehouse, read_only=True) as connection:
        tests = [
            FailedTest(
                unique_id=each["unique_id"],
                status=each["status"],
                table=_table(manifest, manifest.nodes[each["unique_id"]]),
                found=_message(connection, each["compiled_code"]) or f"{each['message']}.",
            )
            for each in failed
        ]
    return sorted(tests, key=lambda test: list(WORDS).index(test.status))


def _table(manifest: Manifest, test: Node) -> str:
    """The model that a test stands beside; a test in a file of its own goes by its name."""
    attached = test.properties.get("attached_node")
    return ".".join(manifest.nodes[attached].table) if attached in manifest.nodes else test.name


def _message(connection: duckdb.DuckDBPyConnection, sql: str) -> str | None:
    """The messages of a test that returns nothing else; rows of other tests may quote values."""
    found = connection.sql(sql)
    if found.columns != ["message"]:
        return None
    return "; ".join(message for (message,) in found.fetchall())
