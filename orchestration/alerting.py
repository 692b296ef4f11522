"""How runs end, as alerts need to know it: those of `viaggio run` and those of Dagster's pages.

Dagster cannot call anything at the end of a run in whatever way it ends, so a sensor of its daemon
looks at ended runs. A person who corrects something or materializes assets by hand sees how that
ends, so it is not told; what it changes is.
"""

from __future__ import annotations

import sys

import dagster as dg

from orchestration.home import IN_PROCESS_TAG, close_killed_runs
from orchestration.jobs import CORRECTIONS, MAIN_JOB
from orchestration.marks import REASON_TAG
from viaggio.alerts.watch import RunEnd, after_run
from viaggio.workspace.paths import DataDir

HOUR = 3600
_CORRECTIONS = {job.name for job in CORRECTIONS}


def tell_end(data_dir: DataDir, *, failed: bool, reason: str) -> None:
    """Tell how `viaggio run` ended; call it last, also while an exception is on its way up.

    Args:
        data_dir: Where it ran.
        failed: Whether nothing new was published.
        reason: Why; if empty, the exception or Dagster's record of the run says it.
    """
    error = sys.exception()
    if isinstance(error, KeyboardInterrupt):
        return
    if error is not None:
        reason = reason or f"an unexpected error ended it ({type(error).__name__})."
    elif failed and not reason:
        reason = _reason_of_last_run()
    after_run(data_dir, RunEnd(MAIN_JOB.name, failed, reason))


def build_alert_sensors() -> list[dg.SensorDefinition]:
    """Sensors that tell how jobs ended, and each hour what became old or silent."""
    ends = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE)
    return [*(_end_sensor(status) for status in ends), alerts_of_age]


@dg.sensor(
    minimum_interval_seconds=HOUR,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Every hour: tells by alerts what became old, silent or due.",
)
def alerts_of_age(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    data_dir = DataDir.from_env()
    close_killed_runs(data_dir, context.instance)
    after_run(data_dir, None, context.log.warning)
    return dg.SkipReason("Starts no run.")


def _end_sensor(status: dg.DagsterRunStatus) -> dg.SensorDefinition:
    @dg.run_status_sensor(
        run_status=status,
        name=f"alerts_of_{status.value.lower()}",
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"Tells by alerts what the end of a job changes ({status.value.lower()}).",
    )
    def tell(context: dg.RunStatusSensorContext) -> dg.SkipReason:
        run = context.dagster_run
        is_by_hand = run.job_name.startswith("__") or run.job_name in _CORRECTIONS
        end = end_of(context.instance, run, failed=status == dg.DagsterRunStatus.FAILURE)
        after_run(DataDir.from_env(), None if is_by_hand else end, context.log.warning)
        return dg.SkipReason("Starts no run.")

    return tell


def end_of(instance: dg.DagsterInstance, run: dg.DagsterRun, *, failed: bool) -> RunEnd:
    """How a run ended, and why if it failed."""
    return RunEnd(run.job_name, failed, _reason(instance, run) if failed else "")


def _reason(instance: dg.DagsterInstance, run: dg.DagsterRun) -> str:
    """Why a run failed, without words of databases, which may quote a value."""
    if said := run.tags.get(REASON_TAG):
        return said
    failures = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    steps = [entry.step_key for entry in failures if entry.step_key]
    return f"it failed at {', '.join(steps)}." if steps else "its process ended before it did."


def _reason_of_last_run() -> str:
    with dg.DagsterInstance.get() as instance:
        runs = instance.get_runs(dg.RunsFilter(tags={IN_PROCESS_TAG: "true"}), limit=1)
        return _reason(instance, runs[0]) if runs else ""
