"""Dagster's home: its settings, and the runs it believes in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress

import dagster as dg
from dagster._core.definitions.repository_definition import SINGLETON_REPOSITORY_NAME
from dagster._core.remote_origin import (
    RegisteredCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)

from viaggio.workspace.lock import WriterBusyError, writer_lock
from viaggio.workspace.paths import DataDir

# Tag of runs that `viaggio run` makes in its own process.
IN_PROCESS_TAG = "viaggio/in_process"
# The module that Dagster's pages load; also the name they show it by.
LOCATION = "orchestration.definitions"

_SETTINGS = """\
# Every run writes it again.
telemetry:
  enabled: false
nux:
  enabled: false
event_log_storage:
  module: orchestration.event_log
  class: OpenEventLog
  config:
    base_dir: {events}
# DuckDB takes one writer: runs queue.
concurrency:
  runs:
    max_concurrent_runs: 1
run_monitoring:
  enabled: true
retention:
  schedule:
    purge_after_days: 30
  sensor:
    purge_after_days:
      skipped: 1
      failure: 30
      success: 30
"""


def origin_of(job_name: str) -> RemoteJobOrigin:
    """The origin of a job as Dagster's pages load it; the timeline leaves out runs without one."""
    location = RegisteredCodeLocationOrigin(LOCATION)  # ty: ignore[abstract-class-instantiation]
    repository = RemoteRepositoryOrigin(location, SINGLETON_REPOSITORY_NAME)
    return repository.get_job_origin(job_name)


def prepare_home(data_dir: DataDir) -> None:
    """Write `dagster.yaml` into Dagster's home."""
    data_dir.dagster_home.mkdir(parents=True, exist_ok=True)
    events = json.dumps(str(data_dir.dagster_home / "history" / "runs"))
    settings = _SETTINGS.format(events=events)
    (data_dir.dagster_home / "dagster.yaml").write_text(settings, encoding="utf-8")


def close_dead_runs(instance: dg.DagsterInstance, tags: Mapping[str, str] | None = None) -> None:
    """Mark unfinished runs with these tags as failed; call it once their process is gone.

    Such a run cannot say so itself, and would keep others waiting in the queue for ever. A run that
    waits is left alone, unless its own process was to begin it.
    """
    begun = dg.RunsFilter(
        statuses=[
            dg.DagsterRunStatus.STARTING,
            dg.DagsterRunStatus.STARTED,
            dg.DagsterRunStatus.CANCELING,
        ],
        tags=tags,
    )
    never_begun = dg.RunsFilter(
        statuses=[dg.DagsterRunStatus.NOT_STARTED], tags={IN_PROCESS_TAG: "true"}
    )
    for run in [*instance.get_runs(begun), *instance.get_runs(never_begun)]:
        instance.report_run_failed(run, "The process of this run ended before the run did.")


def close_killed_runs(data_dir: DataDir, instance: dg.DagsterInstance) -> None:
    """Mark runs of `viaggio run` as failed that were killed, which Dagster does not notice.

    Such a run holds the writer lock to its end: where nobody holds it, none goes on.
    """
    mine = {IN_PROCESS_TAG: "true"}
    if instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED], tags=mine), limit=1):
        with suppress(WriterBusyError), writer_lock(data_dir):
            close_dead_runs(instance, mine)
