"""Tags that say how a run ended, for Dagster's list of runs and for whatever reads it."""

from __future__ import annotations

import dagster as dg

# Runs that published nothing have none.
OUTCOME_TAG = "viaggio/outcome"
COMPLETE, PUBLISHED_IN_PART, HELD = "complete", "published_in_part", "held"
# Why the run failed, or published in part, in a few words.
REASON_TAG = "viaggio/reason"


def mark(
    context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext,
    *,
    outcome: str | None = None,
    reason: str | None = None,
) -> None:
    """Set what is given as tags of the run."""
    given = {OUTCOME_TAG: outcome, REASON_TAG: reason}
    tags = {name: text for name, text in given.items() if text}
    context.instance.add_run_tags(context.run.run_id, tags)
