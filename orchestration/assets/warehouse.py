"""The dbt models, built in two dbt commands: everything, then (after the expectations) audit."""

import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DbtCliResource, dbt_assets

from orchestration.checks.dbt_tests import failed_tests, failure_of
from orchestration.countdown import Countdown
from orchestration.health import warehouse as damage_of
from orchestration.home import IN_PROCESS_TAG
from orchestration.marks import mark
from orchestration.partitions import Window, dbt_vars
from orchestration.progress import rows_vanished
from orchestration.resources import Workspace
from orchestration.retries import tried_again
from orchestration.translator import ViaggioTranslator
from viaggio.erasure.journal import built
from viaggio.workspace.build_notes import forget
from viaggio.workspace.dbt_project import AUDIT_SELECTION, RUN_ID_VARIABLE
from viaggio.workspace.manifest import Manifest
from viaggio.workspace.paths import DataDir

# What a run builds whole, whatever landed.
REBUILD_TAG = "viaggio/rebuild"
PERSONS, ALL = "persons", "all"


def identity_models(manifest: Manifest) -> list[str]:
    """Ids of the models that make persons of identifiers."""
    return [
        node.properties["unique_id"]
        for node in manifest.models
        if (node.layer, node.folder) == ("intermediate", "identity")
    ]


def build_warehouse_assets(manifest: Manifest) -> list[dg.AssetsDefinition]:
    """The two sets of dbt assets."""
    translator = ViaggioTranslator()

    @dbt_assets(
        manifest=manifest.content,
        name="dbt_build",
        exclude=AUDIT_SELECTION,
        dagster_dbt_translator=translator,
    )
    def dbt_build(
        context: dg.AssetExecutionContext, dbt: DbtCliResource, workspace: Workspace
    ) -> Iterator[Any]:
        data_dir = workspace.data_dir
        window = Window.from_tags(context.run.tags)
        rebuilt = context.run.tags.get(REBUILD_TAG)
        if rebuilt == PERSONS:
            with tried_again():
                forget(data_dir, identity_models(manifest))
        # dbt finds the days that received files, and the tables that other rules built; not rows
        # that are no more.
        is_whole = rebuilt == ALL or rows_vanished(data_dir)
        arguments = ["--full-refresh"] if is_whole else dbt_vars(window)
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
    command = ["build", "--exclude-resource-type", "unit_test", *arguments]
    os.environ[RUN_ID_VARIABLE] = context.run.run_id
    invocation = dbt.cli(command, context=context, target_path=data_dir.root / "target")
    is_at_terminal = IN_PROCESS_TAG in context.run.tags and sys.stderr.isatty()
    countdown = Countdown(
        len(context.selected_asset_keys),
        data_dir.root / "logs" / f"{context.op.name}_seconds.json",
        context.log.info,
        sys.stderr if is_at_terminal else None,
    )
    events = invocation.stream_raw_events
    invocation.stream_raw_events = lambda: countdown.watch(events())
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
    for event, node in zip(built, nodes, strict=True):
        known = facts.get(node.table, {})
        yield event.with_metadata({**event.metadata, **known})
    summary = f"dbt: {len(built)} tables built, {tests} tests run, {len(failed)} of them failed"
    context.log.info("\n".join([summary, *map(str, failed)]))
    if failure:
        for damage in damage_of(data_dir, thorough=True):
            raise dg.Failure(f"{damage} Run again.", allow_retries=False) from failure
        if blocking := [f"{test.table}: {test.found}" for test in failed if test.blocks]:
            more = f" (and {len(blocking) - 1} more)" if len(blocking) > 1 else ""
            mark(context, reason=f"{blocking[0][:150]}{more}")
            raise dg.Failure(
                f"A test of dbt failed{more}: {blocking[0]}. Each failed test says in the checks "
                "of its table what it found.",
                allow_retries=False,
            ) from failure
        raise failure


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
