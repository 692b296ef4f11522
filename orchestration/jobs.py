"""The jobs: everything from landed files to what readers get, in one run; and the docs."""

from __future__ import annotations

import dagster as dg

from orchestration.assets.documentation import DOCS

MAIN_JOB = dg.define_asset_job(
    "viaggio",
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets(DOCS),
    description=(
        "Land, check, build, audit, publish. Without days it stages those that received files; "
        "launched for a range of days (a backfill) it stages these anew, in one run."
    ),
)

DOCS_JOB = dg.define_asset_job(
    "documentation",
    selection=dg.AssetSelection.assets(DOCS),
    description="Write the pages of every model, column and its lineage.",
)
