"""The jobs: everything from landed files to what readers get, in one run; and the docs.

Those that pull sources are beside their assets (`orchestration/assets/ingest.py`).
"""

from __future__ import annotations

import dagster as dg

from orchestration.assets.documentation import DOCS
from orchestration.assets.ingest import GROUP
from orchestration.assets.raw import ERASE_REQUESTED_TAG

MAIN_JOB = dg.define_asset_job(
    "viaggio",
    selection=(
        dg.AssetSelection.all() - dg.AssetSelection.assets(DOCS) - dg.AssetSelection.groups(GROUP)
    ),
    description=(
        "Land, check, build, audit, publish. Without days it stages those that received files; "
        "launched for a range of days (a backfill) it stages these anew, in one run."
    ),
)

ERASURE_JOB = dg.define_asset_job(
    "erase_requested",
    selection=MAIN_JOB.selection,
    tags={ERASE_REQUESTED_TAG: "true"},
    description=(
        "Carry out the landed requests to be erased: land, erase, build everything, publish, and "
        "remove what is older. `viaggio erase --requested` shows first what it would take."
    ),
)

DOCS_JOB = dg.define_asset_job(
    "documentation",
    selection=dg.AssetSelection.assets(DOCS),
    description="Write the pages of every model, column and its lineage.",
)
