"""What failed dbt tests found, in words. dbt itself counts the rows that a test returns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import dagster as dg
import duckdb

from viaggio.workspace.manifest import Manifest, Node
from viaggio.workspace.paths import DataDir

_REF = re.compile(r"ref\('(\w+)'\)")
# Statuses of dbt; of a test that dbt could not run, its log says why.
WORDS = {"fail": "BLOCKS", "warn": "warns"}


@dataclass(frozen=True)
class FailedTest:
    """A test that did not hold: `table` is what it is about, `found` a sentence."""

    unique_id: str
    status: str
    table: str
    found: str

    @property
    def blocks(self) -> bool:
        return self.status == "fail"

    def __str__(self) -> str:
        return f"  {WORDS[self.status]}  {self.table}: {self.found}"


def failure_of(event: dg.AssetCheckResult | dg.AssetObservation) -> dict[str, tuple[str, int]]:
    """The test of an event of dbt with its status and number of rows, if it failed."""
    said = {name: str(value.value) for name, value in event.metadata.items()}
    if said.get("status") not in WORDS:
        return {}
    return {said["unique_id"]: (said["status"], int(said["dagster_dbt/failed_row_count"]))}


def failed_tests(
    data_dir: DataDir, manifest: Manifest, failures: Mapping[str, tuple[str, int]]
) -> list[FailedTest]:
    """The tests that failed in the last dbt command, those that block first.

    Call it when dbt has ended, since DuckDB lets one process in at a time.

    Args:
        data_dir: Where dbt built and wrote the SQL of its tests.
        manifest: What dbt ran.
        failures: dbt's status and number of rows of each failed test, by its id.
    """
    if not failures:
        return []
    tests = []
    with duckdb.connect(data_dir.warehouse, read_only=True) as connection:
        for unique_id, (status, rows) in failures.items():
            test = manifest.nodes[unique_id]
            attached = manifest.nodes.get(test.properties.get("attached_node") or "")
            table = ".".join(attached.table) if attached else test.name
            found = _message(connection, _compiled(data_dir, test))
            found = found or in_words(test, rows)
            tests.append(FailedTest(unique_id, status, table, found))
    return sorted(tests, key=lambda test: (list(WORDS).index(test.status), test.table))


def in_words(test: Node, rows: int) -> str:
    """What a test found whose rows may quote values: only how many there are."""
    said = test.properties.get("test_metadata") or {}
    words = said.get("kwargs") or {}
    column = words.get("column_name") or ", ".join(words.get("columns") or ())
    other = _REF.search(str(words.get("to")))
    match said.get("name"):
        case "relationships" if other:
            return f"{column}: {rows:,} rows point to nothing in {other[1]}"
        case "unique" | "unique_combination":
            return f"{column}: {rows:,} values are not unique"
        case "not_null" | "not_null_columns":
            return f"{column}: {rows:,} rows are null"
        case "accepted_values":
            return f"{column}: {rows:,} values are not among those that are accepted"
    return f"{rows:,} failures of {test.name}"


def _compiled(data_dir: DataDir, test: Node) -> str:
    """The query of a test, as dbt ran it."""
    folder = data_dir.root / "target" / "compiled" / test.properties["package_name"]
    path = folder / test.properties["original_file_path"]
    # Tests beside models lie in a folder that is named as the YAML file.
    path = path / test.properties["path"] if path.suffix != ".sql" else path
    return path.read_text(encoding="utf-8")


def _message(connection: duckdb.DuckDBPyConnection, sql: str) -> str | None:
    """The messages of a test that returns nothing else; rows of other tests may quote values."""
    found = connection.sql(sql)
    if found.columns != ["message"]:
        return None
    return "; ".join(message for (message,) in found.fetchall())
