"""Sources over the wire: one asset for each that is configured, and its job and schedule.

They take no writer lock: a pull may last while a run builds. Landing takes what is complete.
"""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg

from ingest.sources import Source, be_quiet, configured
from viaggio.workspace.paths import DataDir

GROUP = "ingest"


def ingest_key(source: Source) -> dg.AssetKey:
    """Key of what a source brings."""
    return dg.AssetKey([GROUP, source.name])


def build_ingest_assets() -> list[dg.AssetsDefinition]:
    """One asset for each configured source; none without the extra `ingest`."""
    return [_asset(source) for source in configured()]


def build_ingest_jobs() -> list[dg.ScheduleDefinition]:
    """One job for each configured source, every hour once its schedule is switched on."""
    return [
        dg.ScheduleDefinition(
            name=f"ingest_{source.name}_hourly",
            job=dg.define_asset_job(
                f"ingest_{source.name}",
                selection=dg.AssetSelection.assets(ingest_key(source)),
                description=f"Pull what is new: {source.words}.",
            ),
            cron_schedule="0 * * * *",
            execution_timezone="Europe/Rome",
            default_status=dg.DefaultScheduleStatus.STOPPED,
        )
        for source in configured()
    ]


def keys_filling(name: str, sources: Sequence[Source]) -> list[dg.AssetKey]:
    """Keys of the sources that bring files for a source of the contract."""
    return [ingest_key(source) for source in sources if not source.fills or name in source.fills]


def _asset(source: Source) -> dg.AssetsDefinition:
    @dg.asset(
        key=ingest_key(source),
        group_name=GROUP,
        kinds={"dlt"},
        description=f"Landing files of what is new, pulled over the wire: {source.words}.",
    )
    def pulled(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        data_dir = DataDir.from_env()
        be_quiet(data_dir)
        from ingest.pull import pull_all  # noqa: PLC0415

        files, failed = pull_all(source, data_dir)
        for reason in failed:
            context.log.error(reason)
        if failed:
            raise dg.Failure(f"{len(failed)} failed: {failed[0]}", allow_retries=False)
        rows = sum(rows or 0 for rows in files.values())
        return dg.MaterializeResult(metadata={"files": len(files), "rows": rows})

    return pulled
