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
def semantic_manifest(built: Built) -> SemanticManifest:
    path = built.data_dir.root / "target" / "semantic_manifest.json"
    return parse_manifest_from_dbt_generated_manifest(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def ask(semantic_manifest: SemanticManifest, published: duckdb.DuckDBPyConnection) -> Ask:
    """Rows that answer a query of metrics, groups, filters or the name of a saved query."""
    engine = MetricFlowEngine(SemanticManifestLookup(semantic_manifest), Dialect())

    def rows(**query: Any) -> Rows:
        explained = engine.explain(MetricFlowQueryRequest.create(**query))
        return fetched(published, explained.sql_statement.sql)

    return rows


def fetched(connection: duckdb.DuckDBPyConnection, sql: str) -> Rows:
    answer = connection.execute(sql)
    names = [column[0] for column in answer.description or []]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
