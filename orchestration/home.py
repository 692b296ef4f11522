"""Dagster's home: its settings, and the runs it believes in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import dagster as dg

from orchestration.paths import DataDir

# Tag of runs that `python -m orchestration.run` makes in its own process.
IN_PROCESS_TAG = "viaggio/in_process"

_SETTINGS = """\
# Written anew by every run.
telemetry:
  enabled: false
nux:
  enabled: false
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


def prepare_home(data_dir: DataDir) -> None:
    """Write `dagster.yaml` into Dagster's home."""
    data_dir.dagster_home.mkdir(parents=True, exist_ok=True)
    (data_dir.dagster_home / "dagster.yaml").write_text(_SETTINGS, encoding="utf-8")


@contextmanager
def open_history(data_dir: DataDir, run_id: str) -> Iterator[None]:
    """Keep the files of a run's events open, which stores each of its thousands in half the time.

    Dagster opens them for every event, and SQLite tidies up whenever its last user leaves.
    """
    folder = data_dir.dagster_home / "history" / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as files:
        for name in ("index", run_id):
            file = files.enter_context(closing(sqlite3.connect(folder / f"{name}.db")))
            file.execute("pragma journal_mode = wal")
            file.execute("select * from sqlite_master").fetchall()
        yield


def close_dead_runs(instance: dg.DagsterInstance) -> None:
    """Mark in-process runs that were killed as failed; only for who holds the writer lock.

    Such a run cannot say so itself, and would keep others waiting in the queue.
    """
    unfinished = dg.RunsFilter(
        statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING],
        tags={IN_PROCESS_TAG: "true"},
    )
    for run in instance.get_runs(unfinished):
        instance.report_run_failed(run, "The process of this run ended before the run did.")
