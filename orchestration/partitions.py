"""Days as Dagster partitions, and how a range of them becomes dbt's window."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import dagster as dg

from viaggio.workspace.days import DayRange

# Days of raw tables. Earlier ones are staged all the same; Dagster only does not show them.
DAILY = dg.DailyPartitionsDefinition(
    start_date=os.environ.get("VIAGGIO_FIRST_DAY", "2023-01-01"), end_offset=1
)

RANGE_START_TAG = "dagster/asset_partition_range_start"
RANGE_END_TAG = "dagster/asset_partition_range_end"
PARTITION_TAG = "dagster/partition"
# Marks runs over what landed: dbt finds the days to stage in the ledger.
LANDED_TAG = "viaggio/days"


@dataclass(frozen=True)
class Window(DayRange):
    """Days that are restaged whatever landed."""

    @classmethod
    def from_tags(cls, tags: Mapping[str, str]) -> Window | None:
        """The days a Dagster run was launched for; none for a run over what landed."""
        if RANGE_START_TAG in tags:
            return cls.parse(f"{tags[RANGE_START_TAG]}:{tags[RANGE_END_TAG]}")
        if PARTITION_TAG in tags:
            return cls.parse(tags[PARTITION_TAG])
        return None

    def days(self) -> list[date]:
        """Each of its days, the first one first."""
        count = (self.end - self.start).days + 1
        return [self.start + timedelta(days=number) for number in range(count)]

    def tags(self) -> dict[str, str]:
        """Tags that launch a Dagster run for these days."""
        return {RANGE_START_TAG: str(self.start), RANGE_END_TAG: str(self.end)}


def landed_tags() -> dict[str, str]:
    """Tags that launch a Dagster run over whatever landed."""
    return {LANDED_TAG: "landed"}


def dbt_vars(window: Window | None) -> list[str]:
    """Arguments that hand the window to dbt; none where dbt finds the days itself."""
    if window is None:
        return []
    days = {"start_day": str(window.start), "end_day": str(window.end)}
    return ["--vars", json.dumps(days)]


def partition_keys(days: Iterable[date]) -> list[str]:
    """The days that Dagster knows as partitions, oldest first."""
    return [str(day) for day in sorted(set(days)) if DAILY.has_partition_key(str(day))]
