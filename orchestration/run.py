"""The whole run in one process: `viaggio run [--backfill FIRST:LAST]`.

Ends with 0 when everything was loaded and published, 3 when files were rejected and the rest was
published, 1 when nothing new was published; readers then keep what they had.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import dagster as dg
from dagster._utils.error import SerializableErrorInfo

from orchestration.health import HealthError, look_after, look_after_dagster
from orchestration.home import IN_PROCESS_TAG, close_dead_runs, prepare_home
from orchestration.partitions import Window, WindowError, landed_tags
from orchestration.progress import is_up_to_date, new_files
from viaggio.landing.load import LandingError, recognise
from viaggio.landing.settings import SettingError
from viaggio.publishing.answers import answers, text_table
from viaggio.publishing.publish import current
from viaggio.workspace.ledger import LedgerError
from viaggio.workspace.lock import WriterBusyError, writer_lock
from viaggio.workspace.paths import DataDir
from viaggio.workspace.salt import SaltError
from viaggio.workspace.tombstones import TombstoneError

COMPLETE, FAILED, FAILED_IN_PART = 0, 1, 3
# What a person has to mend; the message says how.
FAULTS = (
    *(WriterBusyError, HealthError, SaltError, LandingError, LedgerError, SettingError),
    TombstoneError,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, say what happened and where to look; returns the exit code."""
    parser = argparse.ArgumentParser(prog="viaggio run", description=__doc__)
    parser.add_argument(
        "--backfill",
        type=_window,
        metavar="FIRST:LAST",
        help="stage these days anew, whether or not files came for them (2025-03-01:2025-03-07)",
    )
    parser.add_argument(
        "--force", action="store_true", help="run even if nothing is new since the last publication"
    )
    options = parser.parse_args(arguments)
    if os.environ.get("VIAGGIO_TARGET") == "spark":
        parser.error("a run builds on DuckDB; `make spark` builds what landed on Spark")
    data_dir = DataDir.from_env()
    os.environ.update(data_dir.environment())
    try:
        with writer_lock(data_dir):
            look_after(data_dir)
            look_after_dagster(data_dir)
            recognise(data_dir)
            # Waits for young files, so that landing need not.
            arrived = new_files(data_dir, wait=_wait)
            asked = options.force or options.backfill
            if not arrived and not asked and is_up_to_date(data_dir):
                print("Nothing new: all that landed is published.")
                code = COMPLETE
            else:
                code = run(data_dir, options.backfill)
    except FAULTS as error:
        print(error, file=sys.stderr)
        return FAILED
    print_where_to_look(data_dir)
    return code


def _wait(seconds: float) -> None:
    """Let files rest that changed a moment ago."""
    print(
        f"Waiting {seconds:.0f} s, since files changed a moment ago (docs/landing.md).", flush=True
    )
    time.sleep(seconds)


def run(data_dir: DataDir, window: Window | None = None) -> int:
    """Run the main job in this process, on the days that landed or on those of a window."""
    # Takes seconds to import, which a run without news need not spend.
    from orchestration.build import build_definitions  # noqa: PLC0415

    started = time.monotonic()
    prepare_home(data_dir)
    log = data_dir.root / "logs" / "run.log"
    log.parent.mkdir(exist_ok=True)
    tags = {IN_PROCESS_TAG: "true", **(window.tags() if window else landed_tags())}
    with (
        dg.DagsterInstance.get() as instance,
        log.open("w", encoding="utf-8") as details,
        contextlib.redirect_stdout(details),
    ):
        # Who holds the writer lock knows that no other process works on one of these.
        close_dead_runs(instance, {IN_PROCESS_TAG: "true"})
        job = build_definitions(data_dir).resolve_job_def("viaggio")
        result = job.execute_in_process(
            run_config={"loggers": {"console": {}}},
            instance=instance,
            tags=tags,
            raise_on_error=False,
        )
        final = instance.get_run_by_id(result.run_id)
    print_stages(result, time.monotonic() - started)
    outcome = final.tags.get("viaggio/outcome") if final else None
    if result.success:
        return COMPLETE
    if outcome == "failed_in_part":
        return FAILED_IN_PART
    print(f"\nThe run failed, and readers keep what they had. dbt's words are in {log}.")
    return FAILED


def print_stages(result: dg.ExecuteInProcessResult, seconds: float) -> None:
    """Say which steps ran, how long they took, and how many checks passed."""
    rows: list[tuple[object, ...]] = []
    failures: list[str] = []
    for event in result.all_events:
        if event.is_step_success:
            took = event.step_success_data.duration_ms / 1000
            rows.append((event.step_key, "done", round(took, 1)))
        elif event.is_step_failure:
            rows.append((event.step_key, "failed", None))
            failures.append(f"{event.step_key}: {reason(event.step_failure_data.error)}")
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
        print(f"FAILED check of {check.asset_key.to_user_string()}: {check.check_name}")
        print(f"  {check.description or ''}".rstrip())
    for failure in failures:
        print(f"FAILED {failure}")


def reason(error: SerializableErrorInfo | None) -> str:
    """What went wrong in the end, without Dagster's wrapping."""
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
    except WindowError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


if __name__ == "__main__":
    sys.exit(main())
