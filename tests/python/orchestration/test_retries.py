"""A lock or a full disk is tried again, a fault of data is not."""

from __future__ import annotations

import errno
import sqlite3

import dagster as dg
import duckdb
import pytest

from orchestration.retries import TRIES, tried_again
from viaggio.workspace.lock import WriterBusyError


@pytest.mark.parametrize(
    ("fault", "tries"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), TRIES + 1),
        (sqlite3.OperationalError("database is locked"), TRIES + 1),
        (duckdb.IOException("IO Error: Could not set lock on file"), TRIES + 1),
        (WriterBusyError("process 7 is writing"), TRIES + 1),
        (PermissionError(errno.EACCES, "Permission denied"), 1),
        (sqlite3.OperationalError("no such table: file"), 1),
        (ValueError("no day"), 1),
        (dg.Failure("two rows are lost"), 1),
    ],
)
def test_only_what_may_pass_is_tried_again(fault: Exception, tries: int) -> None:
    begun = []

    @dg.op
    def step() -> None:
        begun.append(1)
        with tried_again(pause=0):
            raise fault

    @dg.job
    def job() -> None:
        step()

    assert not job.execute_in_process(raise_on_error=False).success
    assert len(begun) == tries


def test_what_passed_is_forgotten() -> None:
    begun = []

    @dg.op
    def step() -> None:
        begun.append(1)
        with tried_again(pause=0):
            if len(begun) == 1:
                raise OSError(errno.EBUSY, "busy")

    @dg.job
    def job() -> None:
        step()

    assert job.execute_in_process(raise_on_error=False).success
