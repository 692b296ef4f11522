"""When runs start by the clock."""

from __future__ import annotations

import dagster as dg

from orchestration.jobs import MAIN_JOB
from orchestration.partitions import landed_tags
from orchestration.progress import is_up_to_date, new_files
from viaggio.workspace.paths import DataDir


@dg.schedule(
    job=MAIN_JOB,
    cron_schedule="30 5 * * *",
    execution_timezone="Europe/Rome",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Every morning: lands what came in, and finishes what an earlier run could not.",
)
def every_morning() -> dg.RunRequest | dg.SkipReason:
    data_dir = DataDir.from_env()
    if is_up_to_date(data_dir) and not new_files(data_dir):
        return dg.SkipReason("No new files, and everything that landed is published.")
    return dg.RunRequest(tags=landed_tags())
