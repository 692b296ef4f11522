"""The jobs: everything from landed files to what readers get, in one run."""

from __future__ import annotations

import dagster as dg

MAIN_JOB = dg.define_asset_job(
    "viaggio",
    selection=dg.AssetSelection.all(),
    description=(
        "Land, check, build, audit, publish. Without days it stages those that received files; "
        "launched for a range of days (a backfill) it stages these anew, in one run."
    ),
)
