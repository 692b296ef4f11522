"""Work in a process group of its own, which is killed with SIGKILL at a moment or an operation.

Processes are forked from one that has imported everything and has opened nothing: a fork of a
process with open databases would share their locks and lack their threads.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from tests.faults.failing import KILLED, failing

_QUICK = (
    "viaggio.landing.load",
    "viaggio.landing.rebuild",
    "viaggio.publishing.history",
    "viaggio.erasure.erase",
    "tests.faults.failing",
)
# They take seconds to import.
_SLOW = ("expectations.runner", "dagster", "dbt.cli.main", "dbt.adapters.duckdb")
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(list(_QUICK))
_NEVER = 10**9
_PATIENCE = 600  # seconds that undisturbed work may take

Work = Callable[..., object]


def import_all_before() -> None:
    """Import Great Expectations, Dagster and dbt once; before the first process is started."""
    _forks.set_forkserver_preload([*_QUICK, *_SLOW])


class WorkError(Exception):
    """Work in another process ended with an error."""


class Process:
    """Work that goes on in a process group of its own."""

    def __init__(self, work: Work, *arguments: Any) -> None:
        self.pipe, other = _forks.Pipe()
        self._process = _forks.Process(target=_begin, args=(other, work, arguments), daemon=False)
        self._process.start()
        other.close()
        assert self.pipe.recv() == "begun"

    def end(self) -> Any:
        """Wait for the work to end; what it returned.

        Raises:
            WorkError: It raised something, or was killed.
        """
        try:
            if not self.pipe.poll(_PATIENCE):
                self.kill()
                raise WorkError(f"is not done after {_PATIENCE} seconds")
            is_done, said = self.pipe.recv()
        except EOFError:
            is_done, said = False, "was killed"
        self._process.join()
        self.pipe.close()
        if not is_done:
            raise WorkError(said)
        return said

    def kill(self) -> bool:
        """Kill the group; whether the work was still going on."""
        is_going_on = not self.pipe.poll()
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            is_going_on = False
        self._process.join()
        self.pipe.close()
        return is_going_on


def _begin(pipe: Connection, work: Work, arguments: tuple[Any, ...]) -> None:
    os.setsid()
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    pipe.send("begun")
    try:
        said = (True, work(*arguments))
    except BaseException as error:
        said = (False, f"{type(error).__name__}: {error}\n{traceback.format_exc()[-1500:]}")
    pipe.send(said)
    sys.stdout.flush()


def done(work: Work, *arguments: Any) -> Any:
    """Do work in a process of its own, to its end; what it returned.

    Raises:
        WorkError: It raised something.
    """
    return Process(work, *arguments).end()


def seconds_of(work: Work, *arguments: Any) -> float:
    """How long undisturbed work takes."""
    started = time.monotonic()
    done(work, *arguments)
    return time.monotonic() - started


def side_by_side(apart: float, *works: tuple[Work, Path]) -> list[str]:
    """Do several pieces of work, each so many seconds after the one before.

    Returns:
        How each ended: "done", or the first line of its error.
    """
    all_begun = _forks.Event()
    processes = [
        Process(_after, all_begun, number * apart, *each) for number, each in enumerate(works)
    ]
    all_begun.set()
    return [_ending(each) for each in processes]


def _after(begun: Event, seconds: float, work: Work, *arguments: Any) -> Any:
    """Do work so many seconds after something has begun."""
    begun.wait()
    time.sleep(seconds)
    return work(*arguments)


def _ending(process: Process) -> str:
    try:
        process.end()
    except WorkError as error:
        return str(error).splitlines()[0]
    return "done"


def killed_after(seconds: float, work: Work, *arguments: Any) -> bool:
    """Kill work after so many seconds; whether it was still going on."""
    process = Process(work, *arguments)
    process.pipe.poll(seconds)
    return process.kill()


def killed_at(nth: int, below: Path, work: Work, *arguments: Any) -> bool:
    """Kill work just before its n-th file operation below a folder; whether it came so far."""
    try:
        done(_die_at, nth, below, work, arguments)
    except WorkError as error:
        if str(error) != "was killed":
            raise
        return True
    return False


def operations_of(below: Path, work: Work, *arguments: Any) -> list[str]:
    """The file operations below a folder that undisturbed work makes, in order."""
    return done(_die_at, _NEVER, below, work, arguments)


def _die_at(nth: int, below: Path, work: Work, arguments: tuple[Any, ...]) -> list[str]:
    with failing(nth, 0, below, way=KILLED) as fault:
        work(*arguments)
    return fault.operations
