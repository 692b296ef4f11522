"""The whole run in one process: `viaggio run [--backfill FIRST:LAST]`.

Ends with 0 when everything was loaded and published, 3 when files were rejected and the rest was
published, 4 when a hold keeps readers on an older publication (`viaggio release` ends it), 1 when
the run failed. With 1 and 4 readers keep what they had.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import dagster as dg
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run
from dagster._core.execution.plan.objects import StepFailureData

from orchestration.alerting import FAULTS, tell_end
from orchestration.checks import EXPECTATIONS
from orchestration.health import look_after, look_after_dagster
from orchestration.home import IN_PROCESS_TAG, close_dead_runs, origin_of, prepare_home
from orchestration.marks import HELD, OUTCOME_TAG, PUBLISHED_IN_PART, REASON_TAG
from orchestration.partitions import Window, landed_tags
from orchestration.progress import is_up_to_date, loaded_state, new_files
from viaggio.landing.expire import expire
from viaggio.landing.load import recognise
from viaggio.publishing.answers import answers, text_table
from viaggio.publishing.hold import standing_hold
from viaggio.publishing.publish import current, newest
from viaggio.workspace.days import DaysError
from viaggio.workspace.lock import writer_lock
from viaggio.workspace.paths import DataDir

COMPLETE, FAILED, IN_PART, NOT_RELEASED = 0, 1, 3, 4


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, say what happened and where to look; returns the exit code."""
    parser = argparse.ArgumentParser(prog="viaggio run", description=__doc__)
    parser.add_argument(
        "--backfill",
        type=_window,
        metavar="FIRST:LAST",
        help="stage these days again, whether or not files came for them (2025-03-01:2025-03-07)",
    )
    parser.add_argument(
        "--force", action="store_true", help="run even if nothing is new since the last publication"
    )
    parser.add_argument(
        "--rebuild",
        choices=["persons", "all"],
        help="build all that depends on persons, or all tables, again",
    )
    options = parser.parse_args(arguments)
    if os.environ.get("VIAGGIO_TARGET") == "spark":
        parser.error("a run builds on DuckDB; `make spark` builds what landed on Spark")
    data_dir = DataDir.from_env()
    os.environ.update(data_dir.environment())
    code, why = FAILED, ""
    try:
        with writer_lock(data_dir):
            look_after(data_dir)
            look_after_dagster(data_dir)
            recognise(data_dir)
            # Waits for young files, so that landing need not.
            arrived = new_files(data_dir, wait=_wait)
            asked = options.force or options.backfill or options.rebuild
            if not arrived and not asked and is_up_to_date(data_dir):
                code = nothing_new(data_dir)
                # The variable may be new, or smaller than in the last run.
                if expiry := expire(data_dir, loaded_state(data_dir).until):
                    print(expiry)
            else:
                job = f"rebuild_{options.rebuild}" if options.rebuild else "viaggio"
                code = run(data_dir, options.backfill, job)
    except FAULTS as error:
        print(error, file=sys.stderr)
        why = str(error)
        return FAILED
    finally:
        tell_end(data_dir, failed=code == FAILED, reason=why)
    print_where_to_look(data_dir)
    return code


def nothing_new(data_dir: DataDir) -> int:
    """Say that there is nothing to do; returns the exit code."""
    hold = standing_hold(data_dir)
    if hold is None or newest(data_dir) == current(data_dir):
        print("Nothing new: all that landed is published.")
        return COMPLETE
    print(f"Nothing new: all that landed is built, but not published: {hold}.")
    return NOT_RELEASED


def _wait(seconds: float) -> None:
    """Let files rest that changed a moment ago."""
    print(
        f"Waiting {seconds:.0f} s, since files changed a moment ago (docs/landing.md).", flush=True
    )
    time.sleep(seconds)


def run(data_dir: DataDir, window: Window | None = None, job_name: str = "viaggio") -> int:
    """Run a job in this process, on the days that landed or on those of a window."""
    # Takes seconds to import, which a run without news need not spend.
    from orchestration.build import build_definitions  # noqa: PLC0415

    started = time.monotonic()
    prepare_home(data_dir)
    log = data_dir.root / "logs" / "run.log"
    log.parent.mkdir(exist_ok=True)
    tags = {
        IN_PROCESS_TAG: "true",
        **(window.tags() if window else landed_tags()),
    }
    with (
        dg.DagsterInstance.get() as instance,
        log.open("w", encoding="utf-8") as details,
        contextlib.redirect_stdout(details),
    ):
        # A process that holds the writer lock knows that no other process works on one of these.
        close_dead_runs(instance, {IN_PROCESS_TAG: "true"})
        job = build_definitions(data_dir).resolve_job_def(job_name)
        result = execute(job, instance, tags, {"loggers": {"console": {}}})
    print_stages(result, time.monotonic() - started)
    tags = result.dagster_run.tags
    if tags.get(OUTCOME_TAG) == HELD:
        hold = standing_hold(data_dir) or "held until a moment ago"
        rejected = f" {tags[REASON_TAG]}." if REASON_TAG in tags else ""
        print(f"\nBuilt, but not published: {hold}. Readers keep what they had.{rejected}")
        return NOT_RELEASED
    if tags.get(OUTCOME_TAG) == PUBLISHED_IN_PART:
        print(
            f"\nPublished in part; {tags[REASON_TAG]}. Read the .error.json beside each file in "
            f"{data_dir.rejected}, correct the file and drop it again."
        )
        return IN_PART
    if result.success:
        return COMPLETE
    print(f"\nThe run failed, and readers keep what they had. dbt's words are in {log}.")
    return FAILED


def execute(
    job: dg.JobDefinition,
    instance: dg.DagsterInstance,
    tags: Mapping[str, str],
    config: Mapping[str, object] | None = None,
) -> dg.JobExecutionResult:
    """Run a job in this process; it has the origin of a launched one, so that all pages show it."""
    run = instance.create_run_for_job(
        job,
        run_config=config,
        tags={**job.run_tags, **tags},
        remote_job_origin=origin_of(job.name),
    )
    return execute_run(InMemoryJob(job), run, instance)


def print_stages(result: dg.JobExecutionResult, seconds: float) -> None:
    """Say which steps ran, how long they took, and how many checks passed."""
    rows: list[tuple[object, ...]] = []
    failures: list[str] = []
    for event in result.all_events:
        if event.is_step_success:
            took = event.step_success_data.duration_ms / 1000
            rows.append((event.step_key, "done", round(took, 1)))
        elif event.is_step_failure:
            rows.append((event.step_key, "failed", None))
            failures.append(f"{event.step_key}: {reason(event.step_failure_data)}")
        elif event.is_step_skipped:
            rows.append((event.step_key, "skipped", None))
    print("\n" + text_table(["stage", "result", "seconds"], rows))
    checks = result.get_asset_check_evaluations()
    failed = [check for check in checks if not check.passed]
    errors = [check for check in failed if check.severity == dg.AssetCheckSeverity.ERROR]
    print(
        f"{len(checks) - len(failed)} of {len(checks)} checks passed, "
        f"{len(failed) - len(errors)} warn; {seconds:.0f} s in all."
    )
    for check in errors:
        if check.check_name == EXPECTATIONS:
            continue  # The failure of their step says why.
        print(f"FAILED check of {check.asset_key.to_user_string()}: {check.check_name}")
        print(f"  {check.description or ''}".rstrip())
    for failure in failures:
        print(f"FAILED {failure}")


def reason(failure: StepFailureData) -> str:
    """What went wrong in the end, without Dagster's wrapping."""
    if failure.user_failure_data and failure.user_failure_data.description:
        return failure.user_failure_data.description
    error = failure.error
    while error and error.cause:
        error = error.cause
    return error.message.strip() if error else "no reason given"


def print_where_to_look(data_dir: DataDir) -> None:
    """Say what is published, where, and what it answers first."""
    publication = current(data_dir)
    if publication is None:
        print("Nothing is published yet.")
        return
    for words, answer in answers(data_dir, publication.run_id):
        print(f"\n{words}\n{answer}")
    span = f"{publication.loaded.first_day} to {publication.loaded.last_day}"
    print(
        f"\nPublished {publication.published_at} with events of {span}:\n"
        f"  tables     {_short(data_dir.published)}/viaggio.duckdb and parquet/\n"
        f"  data docs  {_short(data_dir.validation)}/docs/index.html\n"
        "  pipeline   make dagster, then http://127.0.0.1:3000\n"
        "  pages      make dashboard, then http://127.0.0.1:8501\n"
        "  metrics    make metrics\n"
        "  models     make docs"
    )


def _short(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _window(text: str) -> Window:
    try:
        return Window.parse(text)
    except DaysError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


if __name__ == "__main__":
    sys.exit(main())
