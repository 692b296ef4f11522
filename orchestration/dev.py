"""Dagster's pages on this machine: `viaggio dagster [port]`."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence

import dagster as dg

from orchestration.health import HealthError, look_after, look_after_dagster
from orchestration.home import LOCATION, close_dead_runs, prepare_home
from viaggio.workspace.guard import OriginError, own_origins
from viaggio.workspace.lock import WriterBusyError, writer_lock
from viaggio.workspace.paths import PROJECT_DIR, DataDir
from viaggio.workspace.salt import SaltError

_GLANCE = 0.2  # seconds between two looks at a process
_PATIENCE = 30  # seconds processes have to end before they are made to


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve Dagster's pages on 127.0.0.1, with Dagster's home in the data directory."""
    parser = argparse.ArgumentParser(prog="viaggio dagster", description="Open Dagster's pages.")
    parser.add_argument("port", nargs="?", default=3000, type=int, help="3000 if not given")
    port = parser.parse_args(arguments).port
    data_dir = DataDir.from_env()
    prepare_home(data_dir)
    os.environ.update(data_dir.environment())
    try:
        own_origins(port)
        put_in_order(data_dir)
    except (OriginError, HealthError, SaltError) as error:
        print(error, file=sys.stderr)
        return 1
    os.chdir(PROJECT_DIR)
    return supervise(["-m", "orchestration.webserver", str(port), LOCATION])


def supervise(arguments: Sequence[str]) -> int:
    """Run Python in a group of processes of its own, and end the whole group with it.

    The code server outlives its parent while a run goes on, and a run has processes of its own.
    The first signal asks the group's first process to end what it started, and what is left is
    interrupted, which lets a run say that it was; what is left then is killed.

    Args:
        arguments: What Python gets.

    Returns:
        The exit code; 0 after a signal.
    """
    asked = threading.Event()
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: asked.set()) for number in signals}
    # A new session: a signal from the terminal comes here only, so that things end in order.
    with subprocess.Popen([sys.executable, *arguments], start_new_session=True) as first:
        try:
            while first.poll() is None and not asked.wait(_GLANCE):
                pass
            first.terminate()
            _wait_until(lambda: first.poll() is not None)
        finally:
            group = first.pid
            for ask in (signal.SIGINT, signal.SIGKILL):
                if _signal_group(group, ask):
                    # One that has ended is of the group until it is asked after.
                    _wait_until(lambda: first.poll() is not None and not _signal_group(group, 0))
            for number, handler in before.items():
                signal.signal(number, handler)
    return 0 if asked.is_set() else first.returncode


def _wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE
    while not condition() and time.monotonic() < end:
        time.sleep(_GLANCE)


def _signal_group(group: int, number: int) -> bool:
    """Send a signal to all processes of a group (0 only looks); False if there are none."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    return True


def put_in_order(data_dir: DataDir) -> None:
    """Look after the data directory, and close runs that were killed together with their server.

    A run holds the writer lock from its first step to its last: where nobody does, none goes on.
    Where somebody does, it is left alone, and with it the rest until the next start.
    """
    try:
        with writer_lock(data_dir):
            look_after(data_dir)
            look_after_dagster(data_dir)
            with dg.DagsterInstance.get() as instance:
                close_dead_runs(instance)
    except WriterBusyError as busy:
        print(busy)


if __name__ == "__main__":
    sys.exit(main())
