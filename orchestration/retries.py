"""Faults that pass by themselves: their step is tried again. Faults of data are not."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager

import dagster as dg
import duckdb

from viaggio.workspace.lock import WriterBusyError

TRIES, PAUSE = 2, 60
# A disk that is full or gone for a while, a network that does not answer.
_PASSING = {
    errno.EAGAIN, errno.EBUSY, errno.EIO, errno.ENOSPC, errno.ESTALE, errno.ETIMEDOUT,
    errno.ECONNRESET, errno.EHOSTUNREACH, errno.ENETUNREACH,
}  # fmt: skip


@contextmanager
def tried_again(pause: float = PAUSE) -> Generator[None, None, None]:
    """Have Dagster try the step again if what goes wrong here may pass."""
    try:
        yield
    except Exception as error:
        if not passes(error):
            raise
        raise dg.RetryRequested(max_retries=TRIES, seconds_to_wait=pause) from error


def passes(error: Exception) -> bool:
    """Whether a fault is a lock, or a disk or network that may come back."""
    if isinstance(error, OSError):
        return error.errno in _PASSING
    is_locked = any(word in str(error) for word in ("database is locked", "Could not set lock"))
    return isinstance(error, WriterBusyError) or (
        is_locked and isinstance(error, sqlite3.OperationalError | duckdb.IOException)
    )
