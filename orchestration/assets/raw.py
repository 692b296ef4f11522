"""Landing: files that people drop become raw tables."""

from collections.abc import Iterator

import dagster as dg

from orchestration.assets.ingest import keys_filling
from orchestration.checks.files import FILES_LOADED, files_loaded
from orchestration.days import record_days
from orchestration.partitions import DAILY, Window
from orchestration.progress import rows_by_day
from orchestration.resources import Workspace
from orchestration.retries import tried_again
from orchestration.translator import LAYER_TAG
from viaggio.erasure.erase import begin_landed, begin_silent, go_on, silent_months
from viaggio.landing.expire import raw_days_kept
from viaggio.landing.load import land
from viaggio.landing.report import LOADED, REJECTED, LandingReport
from viaggio.workspace.contract import Contract, RawTable
from viaggio.workspace.manifest import Manifest
from viaggio.workspace.salt import ensure_salt

# dbt's sources of landing's own memory (the ledger, the quarantine, the salt) are of this name.
MEMORY_SOURCE = "landing"
# Groups of what a landing makes.
RAW_GROUPS = ("raw", "landing_memory")
# Tag of runs that erase silent persons.
ERASE_SILENT_TAG = "viaggio/erase_silent"
# Tag of runs that carry out the landed requests to be erased.
ERASE_REQUESTED_TAG = "viaggio/erase_requested"


def raw_key(source: str, table: str) -> dg.AssetKey:
    """Key of a raw table, the same that its dbt source names."""
    return dg.AssetKey(["raw", source, table])


def landing_key(source: str) -> dg.AssetKey:
    """Key of the folder that a source's files are dropped into."""
    return dg.AssetKey(["landing", source])


def build_raw_assets(
    contract: Contract, manifest: Manifest
) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """The landing folders, which people and sources fill, and the op that loads all of them."""
    folders = [
        dg.AssetSpec(
            landing_key(source),
            deps=keys_filling(source),
            group_name="landing",
            kinds={"file"},
            description=f"Files that people drop into `landing/{source}/<table>/`.",
        )
        for source in sorted({source for source, _ in contract.tables})
    ]
    specs = [_raw_spec(table) for table in contract.tables.values()]
    memory = [
        dg.AssetSpec(
            source.asset_key,
            group_name=RAW_GROUPS[1],
            kinds={"parquet"},
            description=source.description,
        )
        for source in manifest.sources.values()
        if source.table[0] == MEMORY_SOURCE
    ]

    checks = [
        dg.AssetCheckSpec(
            FILES_LOADED, asset=spec.key, description="No new file of the table was rejected."
        )
        for spec in specs
    ]

    @dg.multi_asset(
        name="land",
        specs=[*specs, *memory],
        check_specs=checks,
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def land_files(
        context: dg.AssetExecutionContext, workspace: Workspace
    ) -> Iterator[dg.MaterializeResult]:
        """Load every finished new file; quarantine bad rows, reject bad files, go on."""
        ensure_salt(workspace.data_dir)
        # A wrong setting ends the run before anything is loaded.
        raw_days_kept()
        if ERASE_SILENT_TAG in context.run.tags:
            silent_months()
        with tried_again():
            go_on(workspace.data_dir)
            report = land(workspace.data_dir, contract, context.run.run_id)
        context.log.info(report.summary())
        if ERASE_REQUESTED_TAG in context.run.tags:
            begun = begin_landed(workspace.data_dir)
            context.log.info(f"{begun} landed requests to be erased are carried out.")
        if ERASE_SILENT_TAG in context.run.tags:
            begun = begin_silent(workspace.data_dir)
            context.log.info(f"{begun} silent persons are erased.")
        # Days first: what Dagster shows of a table is its newest event, the one with all facts.
        held = {
            raw_key(*table): days
            for table, days in rows_by_day(workspace.data_dir).items()
            if table in contract.tables and contract.tables[table].has_days
        }
        received = {raw_key(*table): days for table, days in report.affected_days.items()}
        record_days(context, held, received)
        is_backfill = Window.from_tags(context.run.tags) is not None
        for source, table in contract.tables:
            key = raw_key(source, table)
            rejected = {
                file.source_file: file.reason or ""
                for file in report.with_outcome(REJECTED)
                if (file.source, file.table) == (source, table)
            }
            # Of a run for a range of days, Dagster would give each day the facts of all.
            is_for_days = is_backfill and contract.tables[source, table].has_days
            yield dg.MaterializeResult(
                key,
                metadata={} if is_for_days else table_facts(report, source, table),
                check_results=[files_loaded(key, rejected)],
            )
        for spec in memory:
            yield dg.MaterializeResult(spec.key)

    return [*folders, land_files]


def _raw_spec(table: RawTable) -> dg.AssetSpec:
    columns = [
        dg.TableColumn(
            name=column.name,
            type=column.data_type,
            description=column.description,
            constraints=dg.TableColumnConstraints(nullable=not column.required),
        )
        for column in table.columns
    ]
    return dg.AssetSpec(
        raw_key(table.source, table.name),
        deps=[landing_key(table.source)],
        partitions_def=DAILY if table.has_days else None,
        group_name=RAW_GROUPS[0],
        kinds={"parquet", "duckdb"},
        tags={LAYER_TAG: "raw"},
        description=table.description,
        metadata={"dagster/column_schema": dg.TableSchema(columns=columns)},
    )


def table_facts(report: LandingReport, source: str, table: str) -> dict[str, int | str]:
    """What one landing run did to one table."""
    files = [f for f in report.with_outcome(LOADED) if (f.source, f.table) == (source, table)]
    days = sorted(report.affected_days.get((source, table), ()))
    facts: dict[str, int | str] = {
        "files": len(files),
        "rows": sum(file.rows_raw for file in files),
        "rows_quarantined": sum(file.rows_quarantined for file in files),
        "days": len(days),
    }
    return facts | ({"first_day": str(days[0]), "last_day": str(days[-1])} if days else {})
