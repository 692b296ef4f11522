"""What starts a run when files arrive, or when the docs show another code than readers have.

Runs go one after the other, and each lands whatever lies there when it begins. So nothing is asked
for while one is under way. Files that it left, since it failed before it landed them, are asked for
again: after a pause that doubles each time, and not for ever.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from datetime import UTC, datetime

import dagster as dg
from dagster._core.definitions.assets.job.asset_job import IMPLICIT_ASSET_JOB_NAME

from orchestration.home import close_killed_runs
from orchestration.jobs import DOCS_JOB, LANDING_JOBS, MAIN_JOB
from orchestration.partitions import landed_tags
from orchestration.progress import new_files
from viaggio.landing.discover import Found
from viaggio.publishing.docs import are_due
from viaggio.publishing.publish import current
from viaggio.workspace.paths import DataDir

UNDER_WAY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
# Dagster's tag with the key of a run that was asked for.
RUN_KEY_TAG = "dagster/run_key"
# How often the same files are asked for, and the seconds before the second time.
TRIES, FIRST_PAUSE = 5, 120


@dg.sensor(
    job=MAIN_JOB,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Starts a run when finished files that were never seen lie in the landing folder.",
)
def landing_sensor(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    data_dir = DataDir.from_env()
    close_killed_runs(data_dir, context.instance)
    if run := run_under_way(context.instance):
        return dg.SkipReason(f"Run {run.run_id} is under way; what it leaves is asked for then.")
    return request_for(new_files(data_dir), context.instance)


def run_under_way(instance: dg.DagsterInstance) -> dg.DagsterRun | None:
    """A run that lands files and waits, starts or goes on."""
    unfinished = instance.get_runs(dg.RunsFilter(statuses=UNDER_WAY))
    return next((run for run in unfinished if _lands(run)), None)


def request_for(
    files: Iterable[Found], instance: dg.DagsterInstance
) -> dg.RunRequest | dg.SkipReason:
    """One run for these files; after one that failed before it landed them, one more try."""
    names = sorted(f"{file.source_file} {file.stamp}" for file in files)
    if not names:
        return dg.SkipReason("No new finished files in the landing folder.")
    files_key = hashlib.sha256("\n".join(names).encode()).hexdigest()
    keys = [f"{files_key} {number}" for number in range(1, TRIES + 1)]
    tries = instance.get_run_records(dg.RunsFilter(tags={RUN_KEY_TAG: keys}), limit=TRIES)
    if tries:
        last = tries[0]
        if last.dagster_run.status == dg.DagsterRunStatus.CANCELED:
            return dg.SkipReason("The run for these files was ended by hand: launch the next one.")
        if len(tries) >= TRIES:
            return dg.SkipReason(
                f"{TRIES} runs ended before they landed these files; see why in run "
                f"{last.dagster_run.run_id}, correct it and launch a run by hand."
            )
        again = (last.end_time or last.update_timestamp.timestamp()) + pause(len(tries))
        if time.time() < again:
            when = datetime.fromtimestamp(again, UTC)
            return dg.SkipReason(f"Try {len(tries) + 1} of {TRIES} follows at {when:%H:%M} UTC.")
    tags = {**landed_tags(), "viaggio/new_files": str(len(names))}
    return dg.RunRequest(run_key=keys[len(tries)], tags=tags)


def pause(tries: int) -> float:
    """Seconds between this many tries and the next."""
    return FIRST_PAUSE * 2.0 ** (tries - 1)


def _lands(run: dg.DagsterRun) -> bool:
    return run.job_name in LANDING_JOBS or run.job_name == IMPLICIT_ASSET_JOB_NAME


@dg.sensor(
    job=DOCS_JOB,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Writes the docs when readers have tables built by other code than they show.",
)
def docs_sensor() -> dg.RunRequest | dg.SkipReason:
    """One run for a publication, so that what failed is tried again only with the next."""
    data_dir = DataDir.from_env()
    publication = current(data_dir)
    if publication is None or not are_due(data_dir):
        return dg.SkipReason(
            "The docs show the code that readers' tables were built by, or these wait for a run "
            "with the code as it is now."
        )
    return dg.RunRequest(run_key=publication.id)
