"""One writer at a time."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from viaggio.workspace.lock import WriterBusyError, writer_lock
from viaggio.workspace.paths import PROJECT_DIR, DataDir

HOLDER = """
import sys, time
from pathlib import Path
from viaggio.workspace.lock import writer_lock
from viaggio.workspace.paths import DataDir
with writer_lock(DataDir(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path):
    """Another process that holds the lock of `tmp_path`."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        cwd=PROJECT_DIR,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_writer_is_told_who_writes(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with (
        pytest.raises(WriterBusyError, match=f"process {holder.pid} is writing"),
        writer_lock(DataDir(tmp_path)),
    ):
        pass


def test_the_lock_of_a_killed_writer_is_free(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    with writer_lock(DataDir(tmp_path), wait_seconds=5):
        pass


def test_a_writer_can_wait(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    started = time.monotonic()
    with (
        pytest.raises(WriterBusyError),
        writer_lock(DataDir(tmp_path), wait_seconds=0.3),
    ):
        pass
    assert time.monotonic() - started >= 0.3


def test_taken_again_in_the_same_process_it_does_nothing(tmp_path: Path) -> None:
    with writer_lock(DataDir(tmp_path)), writer_lock(DataDir(tmp_path)):
        pass
