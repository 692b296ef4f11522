"""How runs end, as alerts need to know it: those of `viaggio run` and those of Dagster's pages.

Dagster cannot call anything at the end of a run in whatever way it ends, so a sensor of its daemon
looks at ended runs. It sends no alert about a correction or assets materialized by hand, because a
person watches these; causes that they open or close are sent.
"""

from __future__ import annotations

import sys

import dagster as dg
from dagster._utils.error import SerializableErrorInfo

from orchestration.health import HealthError
from orchestration.home import IN_PROCESS_TAG, close_killed_runs
from orchestration.jobs import CORRECTIONS, MAIN_JOB
from orchestration.marks import REASON_TAG
from viaggio.alerts.watch import RunEnd, after_run
from viaggio.landing.load import LandingError
from viaggio.landing.settings import SettingError
from viaggio.workspace.ledger import LedgerError
from viaggio.workspace.lock import WriterBusyError
from viaggio.workspace.paths import DataDir
from viaggio.workspace.salt import SaltError
from viaggio.workspace.tombstones import TombstoneError

HOUR = 3600
# What a person has to mend; the words say how, and quote no value.
FAULTS = (
    *(WriterBusyError, HealthError, SaltError, LandingError, LedgerError, SettingError),
    TombstoneError,
)
_FAULTS = {each.__name__ for fault in FAULTS for each in (fault, *fault.__subclasses__())}
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
    ends = {dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.RUN_FAILURE}
    failures = [entry.dagster_event for entry in instance.all_logs(run.run_id, of_type=ends)]
    errors = [getattr(each.event_specific_data, "error", None) for each in failures if each]
    if words := next(filter(None, map(_words_of_fault, errors)), None):
        return words
    steps = [each.step_key for each in failures if each and each.step_key]
    if steps:
        return f"it failed at {', '.join(steps)}."
    return "it could not begin." if any(errors) else "its process ended before it did."


def _words_of_fault(error: SerializableErrorInfo | None) -> str | None:
    """The words of a fault, without Dagster's wrapping; none of any other error."""
    while error:
        if error.cls_name in _FAULTS:
            return error.message.partition(": ")[2].strip()
        error = error.cause
    return None


def _reason_of_last_run() -> str:
    with dg.DagsterInstance.get() as instance:
        runs = instance.get_runs(dg.RunsFilter(tags={IN_PROCESS_TAG: "true"}), limit=1)
        return _reason(instance, runs[0]) if runs else ""
