"""MetricFlow on what the small world published."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantic_interfaces.protocols.semantic_manifest import SemanticManifest
from metricflow_semantics.model.dbt_manifest_parser import (
    parse_manifest_from_dbt_generated_manifest,
)
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

from tests.python.conftest import Built
from tests.python.metrics.more_rows import MORE_ROWS

Rows = list[dict[str, Any]]
Ask = Callable[..., Rows]


class Dialect:
    """What MetricFlow asks of a client to write SQL; the SQL is run here."""

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()


@pytest.fixture(scope="module")
def published(built: Built) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, under the name dbt built it by."""
    with duckdb.connect() as connection:
        file = built.data_dir.published / "viaggio.duckdb"
        connection.execute(f"attach '{file}' as warehouse (read_only)")
        connection.execute("use warehouse.marts")
        yield connection


@pytest.fixture(scope="module")
def more(built: Built) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of its marts with more of what is rare in two weeks."""
    with duckdb.connect() as connection:
        file = built.data_dir.published / "viaggio.duckdb"
        connection.execute(f"attach '{file}' as published (read_only)")
        connection.execute("attach ':memory:' as warehouse")
        connection.execute("create schema warehouse.marts")
        connection.execute("use warehouse.marts")
        tables = connection.execute(
            "select table_name from duckdb_tables()"
            " where database_name = 'published' and schema_name = 'marts'"
        ).fetchall()
        for (table,) in tables:
            connection.execute(f"create table {table} as from published.marts.{table}")
        for table, rows in MORE_ROWS.items():
            connection.execute(f"insert into {table} by name {rows}")
        yield connection


@pytest.fixture(scope="module")
def semantic_manifest(built: Built) -> SemanticManifest:
    path = built.data_dir.root / "target" / "semantic_manifest.json"
    return parse_manifest_from_dbt_generated_manifest(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def engine(semantic_manifest: SemanticManifest) -> MetricFlowEngine:
    return MetricFlowEngine(SemanticManifestLookup(semantic_manifest), Dialect())


@pytest.fixture(scope="module")
def ask(engine: MetricFlowEngine, published: duckdb.DuckDBPyConnection) -> Ask:
    """Rows that answer a query of metrics, groups, filters or the name of a saved query."""
    return _asker(engine, published)


@pytest.fixture(scope="module")
def ask_more(engine: MetricFlowEngine, more: duckdb.DuckDBPyConnection) -> Ask:
    return _asker(engine, more)


def _asker(engine: MetricFlowEngine, connection: duckdb.DuckDBPyConnection) -> Ask:
    def rows(**query: Any) -> Rows:
        explained = engine.explain(MetricFlowQueryRequest.create(**query))
        return fetched(connection, explained.sql_statement.sql)

    return rows


def fetched(connection: duckdb.DuckDBPyConnection, sql: str) -> Rows:
    answer = connection.execute(sql)
    names = [column[0] for column in answer.description or []]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
