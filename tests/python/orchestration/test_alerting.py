"""However a run ends, alerts get to know it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run

from orchestration import run
from orchestration.alerting import alerts_of_age, build_alert_sensors, end_of
from orchestration.corrections import retract_file
from tests.python.conftest import Built, run_module
from tests.python.ingest.vendor import Reply, Vendor, serve
from viaggio.alerts.causes import PREFIX
from viaggio.landing.settings import SettingError
from viaggio.workspace.lock import WriterBusyError
from viaggio.workspace.paths import DataDir


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataDir:
    data_dir = DataDir.at(tmp_path / "data")
    for name, value in data_dir.environment().items():
        monkeypatch.setenv(name, value)
    return data_dir


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Vendor]:
    with serve(lambda _: Reply({}, 202)) as server:
        monkeypatch.setenv(f"{PREFIX}WEBHOOK_URL", server.url)
        yield server


def told(hook: Vendor) -> list[tuple[str, str, str]]:
    """Kind, state and text of every alert that was told."""
    alerts = [alert for request in hook.asked for alert in request.body["alerts"]]
    return [(alert["kind"], alert["state"], alert["text"]) for alert in alerts]


def test_a_run_that_cannot_begin_is_told_with_its_reason(data_dir: DataDir, hook: Vendor) -> None:
    (data_dir.raw / "store").mkdir(parents=True)
    for _ in range(2):
        assert run.main([]) == 1
    [(kind, state, text)] = told(hook)
    assert (kind, state) == ("run_failed", "open")
    assert "salt.parquet is missing" in text


def test_an_unexpected_error_is_told_without_its_words_and_goes_on(
    data_dir: DataDir, hook: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: DataDir) -> None:
        raise KeyError("anna@example.com")

    monkeypatch.setattr(run, "recognise", fail)
    with pytest.raises(KeyError, match="anna"):
        run.main([])
    [(_, _, text)] = told(hook)
    assert text == "The job viaggio failed: an unexpected error ended it (KeyError)."


def test_a_person_who_interrupts_a_run_knows_it(
    data_dir: DataDir, hook: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: DataDir) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "recognise", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run.main([])
    assert told(hook) == []


def test_alerts_that_fail_in_every_way_leave_the_run_its_exit_code(
    data_dir: DataDir, hook: Vendor, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    (data_dir.raw / "store").mkdir(parents=True)
    monkeypatch.setattr("viaggio.alerts.watch.look", lambda *_: 1 / 0)
    assert run.main([]) == 1
    said = capsys.readouterr().err
    assert "salt.parquet is missing" in said
    assert "Alerts could not be sent (ZeroDivisionError)" in said


@pytest.mark.slow
def test_a_run_that_has_nothing_to_do_ends_the_alert(
    built: Built, tmp_path: Path, hook: Vendor
) -> None:
    data_dir = built.copy(tmp_path / "copy")
    shutil.move(data_dir.hash_salt.parent, tmp_path / "salt")
    assert run_module(data_dir, "orchestration.run").code == 1
    shutil.move(tmp_path / "salt", data_dir.hash_salt.parent)
    again = run_module(data_dir, "orchestration.run")
    assert again.code == 0, again.output
    assert "Nothing new" in again.output
    states = [state for kind, state, _ in told(hook) if kind == "run_failed"]
    assert states == ["open", "over"]


@dg.op
def breaks(context: dg.OpExecutionContext) -> None:
    if not context.run.tags.get("mended"):
        raise ValueError("anna@example.com is no number")


@dg.job
def shop() -> None:
    breaks()


def tell(instance: dg.DagsterInstance, result: dg.ExecuteInProcessResult) -> None:
    """What the daemon does when a run has ended."""
    success, failure, _ = build_alert_sensors()
    context = dg.build_run_status_sensor_context(
        sensor_name="alerts",
        dagster_instance=instance,
        dagster_run=instance.get_run_by_id(result.run_id),
        dagster_event=(
            result.get_run_success_event() if result.success else result.get_run_failure_event()
        ),
    )
    (success if result.success else failure)(context)


def test_ended_runs_of_dagster_s_pages(data_dir: DataDir, hook: Vendor) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        for tags in ({}, {}, {"mended": "yes"}):
            tell(instance, shop.execute_in_process(
                instance=instance, tags=tags, raise_on_error=False
            ))  # fmt: skip
    text = "The job shop failed: it failed at breaks."
    assert told(hook) == [("run_failed", "open", text), ("run_failed", "over", text)]


@dg.op
def lands() -> None:
    raise SettingError("VIAGGIO_X is not set.")


@dg.resource
def busy() -> None:
    raise WriterBusyError("process 7 is writing to this data directory.")


@dg.resource
def odd() -> None:
    raise ValueError("anna@example.com")


@dg.op(required_resource_keys={"locked"})
def waits() -> None:
    """Never begins."""


@pytest.mark.parametrize(
    ("op", "resource", "reason"),
    [
        (lands, None, "VIAGGIO_X is not set."),
        (waits, busy, "process 7 is writing to this data directory."),
        (waits, odd, "it could not begin."),
    ],
)
def test_a_fault_that_a_person_can_mend_is_told_in_its_words(
    data_dir: DataDir,
    hook: Vendor,
    op: dg.OpDefinition,
    resource: dg.ResourceDefinition | None,
    reason: str,
) -> None:
    graph = dg.GraphDefinition("shop", node_defs=[op])
    resources = {"locked": resource} if resource else None
    job = graph.to_job(resource_defs=resources, executor_def=dg.in_process_executor)
    with dg.DagsterInstance.ephemeral() as instance:
        run = instance.create_run_for_job(job)
        ended = execute_run(InMemoryJob(job), run, instance)
        assert end_of(instance, ended.dagster_run, failed=True).reason == reason


def test_a_person_who_corrects_something_sees_how_it_ends(data_dir: DataDir, hook: Vendor) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        tell(instance, retract_file.execute_in_process(instance=instance, raise_on_error=False))
    assert told(hook) == []


def test_a_run_says_itself_why_it_failed() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        tags = {"viaggio/reason": "The disk is full."}
        failed = shop.execute_in_process(instance=instance, tags=tags, raise_on_error=False)
        run_of_it = instance.get_run_by_id(failed.run_id)
        assert end_of(instance, run_of_it, failed=True).reason == "The disk is full."


def test_age_is_told_by_the_clock(data_dir: DataDir, hook: Vendor) -> None:
    note = data_dir.rejected / "store" / "a.csv.error.json"
    note.parent.mkdir(parents=True)
    note.write_text('{"file": "a.csv", "reason": "odd", "rejected_at": "2026-01-01T00:00:00Z"}')
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance)
        assert isinstance(alerts_of_age(context), dg.SkipReason)
    assert [kind for kind, *_ in told(hook)] == ["file_rejected"]
