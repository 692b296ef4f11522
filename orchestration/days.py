"""The days that raw tables hold, as Dagster's pages show them: loaded, restated, missing."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterator, Mapping
from datetime import date

import dagster as dg
from dagster import DagsterEvent, DagsterEventType, EventLogEntry
from dagster._core.events import StepMaterializationData

from orchestration.event_log import OpenEventLog
from orchestration.partitions import Window, partition_keys


def record_days(
    context: dg.AssetExecutionContext,
    held: Mapping[dg.AssetKey, Mapping[date, int]],
    received: Mapping[dg.AssetKey, Collection[date]],
) -> None:
    """Record the days that received rows in this run, and those that Dagster does not know yet.

    Args:
        context: The run.
        held: Rows by day, for each asset.
        received: The days that received rows in this run; known before, they are restated.

    Of a range of days that the run was launched for, Dagster records each by itself, with the facts
    it is given here.
    """
    window = Window.from_tags(context.run.tags)
    asked = set(window.days()) if window else set()
    events = []
    for key, rows in held.items():
        known = context.instance.get_materialized_partitions(key)
        for day in asked:
            facts = {"rows": rows.get(day, 0), "restated": str(day) in known}
            context.add_asset_metadata(facts, asset_key=key, partition_key=str(day))
        others = {day: count for day, count in rows.items() if day not in asked}
        events += [
            _event(context, materialization)
            for materialization in days_to_record(key, others, received.get(key, ()), known)
        ]
    storage = context.instance.event_log_storage
    if isinstance(storage, OpenEventLog):
        storage.store_together(events)
    else:
        storage.store_event_batch(events)


def days_to_record(
    key: dg.AssetKey,
    rows: Mapping[date, int],
    received: Collection[date],
    known: Collection[str],
) -> Iterator[dg.AssetMaterialization]:
    """Materializations of the days to record, oldest first."""
    for day in partition_keys(rows):
        is_restated = day in known
        if not is_restated or date.fromisoformat(day) in received:
            yield dg.AssetMaterialization(
                key,
                partition=day,
                metadata={"rows": rows[date.fromisoformat(day)], "restated": is_restated},
            )


def _event(
    context: dg.AssetExecutionContext, materialization: dg.AssetMaterialization
) -> EventLogEntry:
    return EventLogEntry(
        error_info=None,
        user_message="",
        level=logging.INFO,
        run_id=context.run.run_id,
        timestamp=time.time(),
        job_name=context.run.job_name,
        dagster_event=DagsterEvent(
            event_type_value=DagsterEventType.ASSET_MATERIALIZATION.value,
            job_name=context.run.job_name,
            event_specific_data=StepMaterializationData(materialization),
        ),
    )
