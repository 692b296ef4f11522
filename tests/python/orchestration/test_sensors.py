"""Dropped files ask for one run, once."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import dagster as dg
import pytest

from orchestration import sensors
from orchestration.home import IN_PROCESS_TAG, origin_of
from orchestration.progress import new_files
from orchestration.schedules import every_morning
from orchestration.sensors import RUN_KEY_TAG, TRIES, landing_sensor
from viaggio.workspace.ledger import Ledger, Stamp
from viaggio.workspace.paths import PROJECT_DIR, DataDir


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataDir:
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("VIAGGIO_LANDING_SETTLE_SECONDS", "60")
    return DataDir(tmp_path)


def drop(data_dir: DataDir, name: str, age_seconds: float = 60) -> Path:
    path = data_dir.landing / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("id,name\n1,Milano\n", encoding="utf-8")
    if age_seconds:
        os.utime(path, (time.time() - age_seconds,) * 2)
    return path


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def ask(instance: dg.DagsterInstance) -> dg.RunRequest | dg.SkipReason:
    answer = landing_sensor(dg.build_sensor_context(instance=instance))
    assert isinstance(answer, dg.RunRequest | dg.SkipReason)
    return answer


def asked(instance: dg.DagsterInstance) -> dg.RunRequest:
    request = ask(instance)
    assert isinstance(request, dg.RunRequest), request
    return request


def refused(instance: dg.DagsterInstance) -> str:
    answer = ask(instance)
    assert isinstance(answer, dg.SkipReason)
    return answer.skip_message or ""


def add_run(
    instance: dg.DagsterInstance,
    status: dg.DagsterRunStatus,
    tags: Mapping[str, str] | None = None,
    job: str = "viaggio",
) -> None:
    run = dg.DagsterRun(
        job_name=job, status=status, tags=tags or {}, remote_job_origin=origin_of(job)
    )
    instance.add_run(run)


def tags_of(request: dg.RunRequest) -> Mapping[str, str]:
    """Tags of the run that Dagster makes for a request."""
    return {**request.tags, RUN_KEY_TAG: request.run_key or ""}


def test_no_files_no_run(data_dir: DataDir, instance: dg.DagsterInstance) -> None:
    assert "No new finished files" in refused(instance)


def test_a_new_file_asks_for_a_run(data_dir: DataDir, instance: dg.DagsterInstance) -> None:
    drop(data_dir, "store/location/a.csv")
    drop(data_dir, "store/location/b.csv")
    assert asked(instance).tags["viaggio/new_files"] == "2"


def test_the_same_files_ask_for_the_same_run(
    data_dir: DataDir, instance: dg.DagsterInstance
) -> None:
    drop(data_dir, "store/location/a.csv")
    first = asked(instance).run_key
    assert asked(instance).run_key == first
    drop(data_dir, "store/location/b.csv")
    assert asked(instance).run_key != first


@pytest.mark.parametrize(
    ("status", "job", "is_waited_for"),
    [
        (dg.DagsterRunStatus.QUEUED, "viaggio", True),
        (dg.DagsterRunStatus.STARTING, "viaggio", True),
        (dg.DagsterRunStatus.STARTED, "viaggio", True),
        (dg.DagsterRunStatus.STARTED, "__ASSET_JOB", True),
        (dg.DagsterRunStatus.STARTED, "documentation", False),
        (dg.DagsterRunStatus.SUCCESS, "viaggio", False),
    ],
)
def test_nothing_is_asked_for_while_a_run_lands_files(
    data_dir: DataDir,
    instance: dg.DagsterInstance,
    status: dg.DagsterRunStatus,
    job: str,
    is_waited_for: bool,
) -> None:
    drop(data_dir, "store/location/a.csv")
    add_run(instance, status, job=job)
    assert isinstance(ask(instance), dg.SkipReason) is is_waited_for


def test_a_run_whose_process_was_killed_has_failed_and_is_not_waited_for(
    data_dir: DataDir, instance: dg.DagsterInstance
) -> None:
    """Dagster's queue would wait for it for ever. Such a run holds the lock to its end."""
    drop(data_dir, "store/location/a.csv")
    add_run(instance, dg.DagsterRunStatus.STARTED, {IN_PROCESS_TAG: "true"})
    with data_dir.writer_lock.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "under way" in refused(instance)
    assert asked(instance)
    assert [run.status for run in instance.get_runs()] == [dg.DagsterRunStatus.FAILURE]


def test_files_that_a_failed_run_left_are_asked_for_again_but_not_for_ever(
    data_dir: DataDir, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The runs end when they begin, at minute 0."""
    drop(data_dir, "store/location/a.csv")
    start, minute = time.time(), 0
    monkeypatch.setattr(sensors.time, "time", lambda: start + 60 * minute + 30)
    keys: set[str | None] = set()
    minutes = []
    while minute < 120:
        answer = ask(instance)
        if isinstance(answer, dg.RunRequest):
            keys.add(answer.run_key)
            minutes.append(minute)
            add_run(instance, dg.DagsterRunStatus.FAILURE, tags_of(answer))
        minute += 1
    assert minutes == [0, 2, 4, 8, 16]
    assert len(keys) == TRIES
    assert f"{TRIES} runs ended before they landed these files" in refused(instance)
    drop(data_dir, "store/location/b.csv")
    assert asked(instance).run_key not in keys


def test_a_run_that_a_person_ended_is_not_tried_again(
    data_dir: DataDir, instance: dg.DagsterInstance
) -> None:
    drop(data_dir, "store/location/a.csv")
    add_run(instance, dg.DagsterRunStatus.CANCELED, tags_of(asked(instance)))
    assert "ended by hand" in refused(instance)


@pytest.mark.parametrize(
    ("name", "age_seconds"),
    [
        ("store/location/a.csv.tmp", 60),
        ("store/location/a.csv.partial", 60),
        ("store/location/a.csv", 0),
    ],
)
def test_a_file_still_being_written_is_left_alone(
    data_dir: DataDir, instance: dg.DagsterInstance, name: str, age_seconds: float
) -> None:
    drop(data_dir, name, age_seconds)
    assert isinstance(ask(instance), dg.SkipReason)


def test_a_file_that_landing_dealt_with_is_no_news(
    data_dir: DataDir, instance: dg.DagsterInstance
) -> None:
    path = drop(data_dir, "store/location/a.csv")
    with Ledger(data_dir.ledger_db) as ledger:
        ledger.see("store/location/a.csv", Stamp.of(path))
    assert new_files(data_dir) == ()
    assert isinstance(ask(instance), dg.SkipReason)


def test_the_schedule_runs_until_something_is_published(data_dir: DataDir) -> None:
    assert isinstance(every_morning(dg.build_schedule_context()), dg.RunRequest)


def test_a_process_without_a_file_can_be_a_run() -> None:
    """Such are the runs that the sensor, the schedule and Dagster's page launch."""
    child = subprocess.run(
        [sys.executable, "-c", "import orchestration.build; print('loaded')"],
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.stdout == "loaded\n", child.stderr
