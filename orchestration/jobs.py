"""The jobs: everything from landed files to what readers get in one run, repairs, and the docs.

Those that pull sources are beside their assets (`orchestration/assets/ingest.py`).
"""

from __future__ import annotations

import dagster as dg

from orchestration.assets.documentation import DOCS
from orchestration.assets.ingest import GROUP
from orchestration.assets.publication import OUTCOME, PUBLISHED
from orchestration.assets.raw import ERASE_REQUESTED_TAG, ERASE_SILENT_TAG, RAW_GROUPS
from orchestration.assets.warehouse import ALL, PERSONS, REBUILD_TAG
from orchestration.corrections import replay_quarantine, retract_file
from orchestration.exceptions import accept

EVERYTHING = (
    dg.AssetSelection.all() - dg.AssetSelection.assets(DOCS) - dg.AssetSelection.groups(GROUP)
)

# Dagster's pages ask for days wherever a job makes raw tables.
WITHOUT_DAYS = (
    " To launch it without days: the arrow beside *Materialize all*, *Open launchpad*, "
    "*Materialize*, *Confirm*."
)

MAIN_JOB = dg.define_asset_job(
    "viaggio",
    selection=EVERYTHING,
    description=(
        "Land, check, build, audit, publish. Without days it stages those that received files; "
        "launched for a range of days (a backfill) it restages these, in one run." + WITHOUT_DAYS
    ),
)

LAND_JOB = dg.define_asset_job(
    "land_files",
    selection=dg.AssetSelection.groups(*RAW_GROUPS),
    description="Land new files and check the raw tables; builds and publishes nothing."
    + WITHOUT_DAYS,
)

RESTAGE_JOB = dg.define_asset_job(
    "restage_days",
    selection=EVERYTHING,
    description="Restage the days it is launched for, whether or not files came, and publish.",
)

REBUILD_PERSONS_JOB = dg.define_asset_job(
    "rebuild_persons",
    selection=EVERYTHING,
    tags={REBUILD_TAG: PERSONS},
    description=(
        "Resolve all identifiers again, build all that reads persons, and publish." + WITHOUT_DAYS
    ),
)

REBUILD_ALL_JOB = dg.define_asset_job(
    "rebuild_all",
    selection=EVERYTHING,
    tags={REBUILD_TAG: ALL},
    description="Build every table again from the raw tables, and publish." + WITHOUT_DAYS,
)

ERASURE_JOB = dg.define_asset_job(
    "erase_requested",
    selection=EVERYTHING,
    tags={ERASE_REQUESTED_TAG: "true"},
    description=(
        "Carry out the landed requests to be erased: land, erase, build everything, publish, and "
        "remove what is older. `viaggio erase --requested` shows first what it would take."
        + WITHOUT_DAYS
    ),
)

SILENT_JOB = dg.define_asset_job(
    "erase_silent",
    selection=EVERYTHING,
    tags={ERASE_SILENT_TAG: "true"},
    description=(
        "Erase all who did nothing of their own for VIAGGIO_RETENTION_SILENT_MONTHS: land, erase, "
        "build everything, publish. `viaggio erase --silent` shows first what it would take."
        + WITHOUT_DAYS
    ),
)

PUBLISH_JOB = dg.define_asset_job(
    "publish_again",
    selection=dg.AssetSelection.groups("audit") | dg.AssetSelection.assets(PUBLISHED, OUTCOME),
    description="Audit what is built and publish it; lands and builds nothing.",
)

DOCS_JOB = dg.define_asset_job(
    "documentation",
    selection=dg.AssetSelection.assets(DOCS),
    description="Write the pages of every model, column and its lineage.",
)

# Jobs whose runs land files.
LANDING = (
    MAIN_JOB, LAND_JOB, RESTAGE_JOB, REBUILD_PERSONS_JOB, REBUILD_ALL_JOB, ERASURE_JOB,
    SILENT_JOB,
)  # fmt: skip
LANDING_JOBS = {job.name for job in LANDING}

# Jobs by which a person corrects something; the next run publishes it.
CORRECTIONS = (accept, replay_quarantine, retract_file)

JOBS = [*LANDING, PUBLISH_JOB, *CORRECTIONS, DOCS_JOB]
