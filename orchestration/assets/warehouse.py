"""The dbt models, built in two dbt commands: everything, then (after the expectations) audit."""

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DbtCliResource, dbt_assets

from orchestration.checks.dbt_tests import failed_tests, failure_of
from orchestration.health import warehouse as damage_of
from orchestration.partitions import Window, dbt_vars, partition_keys
from orchestration.progress import Days, loaded_days, rows_vanished
from orchestration.resources import Workspace
from orchestration.translator import ViaggioTranslator
from viaggio.erasure.journal import built
from viaggio.workspace.dbt_project import AUDIT_SELECTION, RUN_ID_VARIABLE
from viaggio.workspace.manifest import Manifest, Node
from viaggio.workspace.paths import DataDir

RECORDED_DAYS = 7


def build_warehouse_assets(manifest: Manifest) -> list[dg.AssetsDefinition]:
    """The two sets of dbt assets."""
    translator = ViaggioTranslator()

    @dbt_assets(
        manifest=manifest.content,
        name="dbt_build",
        exclude=AUDIT_SELECTION,
        dagster_dbt_translator=translator,
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def dbt_build(
        context: dg.AssetExecutionContext, dbt: DbtCliResource, workspace: Workspace
    ) -> Iterator[Any]:
        data_dir = workspace.data_dir
        window = Window.from_tags(context.run.tags)
        # dbt finds the days that received files, and the tables that other rules built; not rows
        # that are no more.
        arguments = ["--full-refresh"] if rows_vanished(data_dir) else dbt_vars(window)
        yield from _build(context, dbt, data_dir, manifest, arguments)
        if "--full-refresh" in arguments:
            built(data_dir)

    @dbt_assets(
        manifest=manifest.content,
        name="dbt_audit",
        select=AUDIT_SELECTION,
        dagster_dbt_translator=translator,
    )
    def dbt_audit(
        context: dg.AssetExecutionContext, dbt: DbtCliResource, workspace: Workspace
    ) -> Iterator[Any]:
        yield from _build(context, dbt, workspace.data_dir, manifest, [])

    return [dbt_build, dbt_audit]


def _build(
    context: dg.AssetExecutionContext,
    dbt: DbtCliResource,
    data_dir: DataDir,
    manifest: Manifest,
    arguments: Sequence[str],
) -> Iterator[Any]:
    """Run `dbt build` on the selected assets; hand on its events, with row counts and columns.

    DuckDB lets one process in at a time, so tables and failed tests are read and reported after dbt
    has ended. Passed tests are reported while dbt runs, since Dagster needs 10 ms for each.
    """
    # For a range of days Dagster itself records each as materialized.
    restaged = {} if Window.from_tags(context.run.tags) else loaded_days(data_dir)
    command = ["build", "--exclude-resource-type", "unit_test", *arguments]
    os.environ[RUN_ID_VARIABLE] = context.run_id
    invocation = dbt.cli(command, context=context, target_path=data_dir.root / "target")
    built: list[dg.Output[Any]] = []
    held_back: list[dg.AssetCheckResult] = []
    failures: dict[str, tuple[str, int]] = {}
    tests = 0
    failure: Exception | None = None
    try:
        for event in invocation.stream():
            if isinstance(event, dg.Output):
                built.append(event)
                continue
            # To Dagster, a test that belongs to no single model is an observation.
            if isinstance(event, dg.AssetCheckResult | dg.AssetObservation):
                failures.update(failure_of(event))
            if isinstance(event, dg.AssetCheckResult):
                tests += 1
                if not event.passed:
                    held_back.append(event)
                    continue
            yield event
    except Exception as error:  # raised again when what was built is recorded
        failure = error
    failed = failed_tests(data_dir, manifest, failures)
    said = {test.unique_id: test.found for test in failed}
    for event in held_back:
        unique_id = str(event.metadata["unique_id"].value)
        yield event._replace(description=said.get(unique_id))
    nodes = [manifest.nodes[str(event.metadata["unique_id"].value)] for event in built]
    facts = table_metadata(data_dir, {node.table: node.column_descriptions for node in nodes})
    # Days first: what Dagster shows of a table is its newest event, the one with rows and columns.
    for event, node in zip(built, nodes, strict=True):
        key = context.asset_key_for_output(event.output_name)
        for day in recorded_days(manifest, node, restaged):
            yield dg.AssetMaterialization(key, partition=day)
    for event, node in zip(built, nodes, strict=True):
        known = facts.get(node.table, {})
        yield event.with_metadata({**event.metadata, **known})
    summary = f"dbt: {len(built)} tables built, {tests} tests run, {len(failed)} of them failed"
    context.log.info("\n".join([summary, *map(str, failed)]))
    if failure:
        for damage in damage_of(data_dir, thorough=True):
            raise dg.Failure(f"{damage} Run again.", allow_retries=False) from failure
        raise failure


def recorded_days(manifest: Manifest, node: Node, days: Days) -> list[str]:
    """The newest days that a daily model staged anew, as partitions; none of other models.

    Dagster takes some hundredths of a second for each, so of a long history only the last week
    is shown day by day.
    """
    if not node.is_daily:
        return []
    tables = manifest.upstream_raw(node)
    restaged = {day for table in tables for day in days.get(table, ())}
    return partition_keys(restaged)[-RECORDED_DAYS:]


def table_metadata(
    data_dir: DataDir, wanted: Mapping[tuple[str, str], Mapping[str, str]]
) -> dict[tuple[str, str], dict[str, Any]]:
    """Row count and columns of the wanted tables and views of the warehouse, by (schema, name).

    `wanted` says how the columns of each are described.
    """
    if not data_dir.warehouse.exists():
        return {}
    with duckdb.connect(data_dir.warehouse, read_only=True) as connection:
        found = connection.execute(
            """
            select schema_name, table_name, column_name, data_type from duckdb_columns()
            order by schema_name, table_name, column_index
            """
        ).fetchall()
        columns: dict[tuple[str, str], list[dg.TableColumn]] = defaultdict(list)
        for schema, name, column, data_type in found:
            if (schema, name) in wanted:
                description = wanted[schema, name].get(column)
                columns[schema, name].append(dg.TableColumn(column, data_type, description))
        return {
            table: {
                "dagster/row_count": _row_count(connection, *table),
                "dagster/column_schema": dg.TableSchema(columns=of_table),
            }
            for table, of_table in columns.items()
        }


def _row_count(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> int:
    row = connection.execute(f'select count(*) from "{schema}"."{name}"').fetchone()
    return row[0] if row else 0
