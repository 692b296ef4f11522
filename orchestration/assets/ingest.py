"""Sources over the wire: one asset for each that is configured, and its job and schedule.

They take no writer lock: a pull may last while a run builds. Landing takes what is complete.
"""

from __future__ import annotations

from collections.abc import Mapping

import dagster as dg

from ingest.sources import IngestError, Source, be_quiet, configured
from viaggio.workspace.lock import WriterBusyError
from viaggio.workspace.paths import DataDir

GROUP = "ingest"


def ingest_key(source: Source) -> dg.AssetKey:
    """Key of what a source brings."""
    return dg.AssetKey([GROUP, source.name])


def build_ingest_assets() -> list[dg.AssetsDefinition]:
    """One asset for each configured source; none without the extra `ingest`."""
    return [_asset(source) for source in configured()]


def build_ingest_schedules() -> list[dg.ScheduleDefinition]:
    """One job for each configured source; every hour, once its schedule is switched on."""
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


def keys_filling(name: str) -> list[dg.AssetKey]:
    """Keys of the configured sources that may bring files for a source of the contract."""
    return [
        ingest_key(source) for source in configured() if not source.fills or name in source.fills
    ]


def _asset(source: Source) -> dg.AssetsDefinition:
    @dg.asset(
        key=ingest_key(source),
        group_name=GROUP,
        kinds={"dlt"},
        description=f"Landing files of what is new, pulled over the wire: {source.words}.",
    )
    def pulled() -> dg.MaterializeResult[None]:
        data_dir = DataDir.from_env()
        be_quiet(data_dir)
        from ingest.pull import pull  # noqa: PLC0415

        try:
            outcomes = list(pull(source, data_dir))
        except (IngestError, WriterBusyError) as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        files = {file: rows or 0 for outcome in outcomes for file, rows in outcome.files.items()}
        failed = [outcome.failed for outcome in outcomes if outcome.failed]
        if failed:
            raise dg.Failure("\n".join(failed), metadata=_facts(files), allow_retries=False)
        return dg.MaterializeResult(metadata=_facts(files))

    return pulled


def _facts(files: Mapping[str, int]) -> dict[str, int]:
    return {"files": len(files), "rows": sum(files.values())}
