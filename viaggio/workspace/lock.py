"""One writer at a time: landing, dbt and publishing take this lock before they change anything."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Generator
from contextlib import contextmanager

from viaggio.workspace.paths import DataDir

_held_here: set[str] = set()


class WriterBusyError(RuntimeError):
    """Another process is writing to the data directory."""


@contextmanager
def writer_lock(data_dir: DataDir, wait_seconds: float = 0.0) -> Generator[None, None, None]:
    """Hold the data directory's writer lock; the operating system frees it if the process dies.

    Taken again inside the same process, it does nothing more.

    Args:
        data_dir: The directory to write to.
        wait_seconds: How long to wait for another writer to finish.

    Raises:
        WriterBusyError: Another process still holds the lock after `wait_seconds`.
    """
    path = data_dir.writer_lock
    if str(path) in _held_here:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait_seconds
    with path.open("a+", encoding="utf-8") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    handle.seek(0)
                    raise WriterBusyError(
                        f"{path}: process {handle.read().strip() or 'unknown'} is writing to this "
                        "data directory. Wait for it to end, or end it; then run again."
                    ) from None
                time.sleep(0.1)
        handle.seek(0)
        handle.truncate()
        handle.write(str(os.getpid()))
        handle.flush()
        _held_here.add(str(path))
        try:
            yield
        finally:
            _held_here.discard(str(path))
