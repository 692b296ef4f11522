"""What starts a run when files arrive, or when the docs show another code than readers have."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import dagster as dg

from orchestration.jobs import DOCS_JOB, MAIN_JOB
from orchestration.partitions import landed_tags
from orchestration.progress import new_files
from viaggio.landing.discover import Found
from viaggio.publishing.docs import are_due
from viaggio.publishing.publish import current
from viaggio.workspace.paths import DataDir


@dg.sensor(
    job=MAIN_JOB,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Starts a run when finished files that were never seen lie in the landing folder.",
)
def landing_sensor() -> dg.RunRequest | dg.SkipReason:
    return request_for(new_files(DataDir.from_env()))


def request_for(files: Iterable[Found]) -> dg.RunRequest | dg.SkipReason:
    """One run for these files; asked again for the same ones, Dagster starts no second run."""
    names = sorted(f"{file.source_file} {file.stamp}" for file in files)
    if not names:
        return dg.SkipReason("No new finished files in the landing folder.")
    run_key = hashlib.sha256("\n".join(names).encode()).hexdigest()
    tags = {**landed_tags(), "viaggio/new_files": str(len(names))}
    return dg.RunRequest(run_key=run_key, tags=tags)


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
