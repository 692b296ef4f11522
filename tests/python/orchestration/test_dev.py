"""What a server finds that was killed together with its runs, and what it leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from orchestration.dev import put_in_order
from orchestration.home import IN_PROCESS_TAG, prepare_home
from tests.python.servers import alive
from viaggio.workspace.paths import DataDir

HOLD_THE_LOCK = """
import sys
from viaggio.workspace.lock import writer_lock
from viaggio.workspace.paths import DataDir

with writer_lock(DataDir.from_env()):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataDir:
    data_dir = DataDir(tmp_path)
    prepare_home(data_dir)
    for name, value in data_dir.environment().items():
        monkeypatch.setenv(name, value)
    return data_dir


@pytest.fixture
def instance(data_dir: DataDir) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(data_dir.dagster_home)) as instance:
        yield instance


def add_run(instance: dg.DagsterInstance, status: dg.DagsterRunStatus, **tags: str) -> str:
    return instance.add_run(dg.DagsterRun(job_name="viaggio", status=status, tags=tags)).run_id


def status_of(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status


@pytest.mark.parametrize(
    "status",
    [
        dg.DagsterRunStatus.STARTING,
        dg.DagsterRunStatus.STARTED,
        dg.DagsterRunStatus.CANCELING,
    ],
)
def test_a_run_that_was_killed_has_failed(
    data_dir: DataDir, instance: dg.DagsterInstance, status: dg.DagsterRunStatus
) -> None:
    run_id = add_run(instance, status)

    put_in_order(data_dir)

    assert status_of(instance, run_id) == dg.DagsterRunStatus.FAILURE


def test_a_run_that_was_killed_before_it_began_has_failed(
    data_dir: DataDir, instance: dg.DagsterInstance
) -> None:
    run_id = add_run(instance, dg.DagsterRunStatus.NOT_STARTED, **{IN_PROCESS_TAG: "true"})

    put_in_order(data_dir)

    assert status_of(instance, run_id) == dg.DagsterRunStatus.FAILURE


def test_what_waits_or_is_over_stays(data_dir: DataDir, instance: dg.DagsterInstance) -> None:
    statuses = [dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.SUCCESS]
    runs = {add_run(instance, status): status for status in statuses}

    put_in_order(data_dir)

    assert {run_id: status_of(instance, run_id) for run_id in runs} == runs


def test_a_run_that_goes_on_is_left_alone(
    data_dir: DataDir, instance: dg.DagsterInstance, capsys: pytest.CaptureFixture[str]
) -> None:
    run_id = add_run(instance, dg.DagsterRunStatus.STARTED)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_THE_LOCK],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "held\n"
        put_in_order(data_dir)
        assert str(writer.pid) in capsys.readouterr().out
        writer.communicate()

    assert status_of(instance, run_id) == dg.DagsterRunStatus.STARTED


# A server that ends at a signal, and leaves a run that only an interrupt ends.
LEAVE_A_RUN = """
import os, subprocess, sys, time

run = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
subprocess.Popen([sys.executable, "-c", run])
print(os.getpgrp(), flush=True)
time.sleep({seconds})
sys.exit(5)
"""
SUPERVISE = "import sys; from orchestration.dev import supervise; sys.exit(supervise(sys.argv[1:]))"


def supervise(*, seconds: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, "-c", LEAVE_A_RUN.format(seconds=seconds)],
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_no_process(number: signal.Signals) -> None:
    with supervise(seconds=600) as supervisor:
        assert supervisor.stdout is not None
        group = int(supervisor.stdout.readline())
        assert group != os.getpgrp()
        assert len(alive(group)) == 2
        supervisor.send_signal(number)
        assert supervisor.wait(timeout=60) == 0
        assert alive(group) == []


def test_a_server_that_ends_by_itself_leaves_no_process() -> None:
    with supervise(seconds=0) as supervisor:
        assert supervisor.stdout is not None
        group = int(supervisor.stdout.readline())
        assert supervisor.wait(timeout=60) == 5
        assert alive(group) == []


def test_a_server_that_only_an_interrupt_ends_is_not_waited_for_twice() -> None:
    server = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "print('up', flush=True); time.sleep(600)"
    )
    impatient = SUPERVISE.replace("import sys;", "import sys, orchestration.dev as dev;").replace(
        "sys.exit(supervise", "dev._PATIENCE = 4; sys.exit(supervise"
    )
    with subprocess.Popen(
        [sys.executable, "-c", impatient, "-c", server], stdout=subprocess.PIPE, text=True
    ) as supervisor:
        assert supervisor.stdout is not None
        assert supervisor.stdout.readline() == "up\n"
        began = time.monotonic()
        supervisor.terminate()
        assert supervisor.wait(timeout=60) == 0
        assert time.monotonic() - began < 8
