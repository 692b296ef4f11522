"""Which dropped files are new and finished. Only `stat` is used, so a sensor may ask often."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.landing.ledger import Stamp

UNFINISHED_SUFFIXES = (".tmp", ".partial")


@dataclass(frozen=True)
class Found:
    """A file below the landing folder; `source_file` is its path below it, with `/`."""

    path: Path
    source_file: str
    stamp: Stamp


@dataclass(frozen=True)
class Discovery:
    """New files that are finished, and those somebody still seems to write."""

    finished: tuple[Found, ...]
    unfinished: tuple[Found, ...]


def discover(
    landing: Path,
    known: Mapping[str, Stamp],
    settle_seconds: float = 2.0,
    now: float | None = None,
    wait: Callable[[float], None] | None = time.sleep,
) -> Discovery:
    """List the files that landing has not dealt with.

    A file is finished when its name does not end in `.tmp` or `.partial` and its size and time of
    change are stable: unchanged for `settle_seconds`, or, if it is younger, the same when looked
    at again after `wait(settle_seconds)` (once for all young files). Hidden files are passed over.

    Args:
        landing: The landing folder.
        known: Stamps of files already dealt with, by path below `landing` (`Ledger.stamps`).
        settle_seconds: How long a file must rest.
        now: Seconds since 1970; the clock's time by default.
        wait: Called with `settle_seconds`; None calls every young file unfinished at once.
    """
    clock = time.time() if now is None else now
    new = [found for found in _files(landing) if known.get(found.source_file) != found.stamp]
    finished, young, unfinished = [], [], []
    for found in new:
        age = clock - found.stamp.mtime_ns / 1e9
        if found.path.name.lower().endswith(UNFINISHED_SUFFIXES):
            unfinished.append(found)
        elif age >= settle_seconds:
            finished.append(found)
        else:
            young.append(found)
    if young and wait is not None:
        wait(settle_seconds)
    for found in young:
        settled = wait is not None and stamp_of(found.path) == found.stamp
        (finished if settled else unfinished).append(found)
    by_name = sorted(finished, key=lambda found: found.source_file)
    return Discovery(tuple(by_name), tuple(unfinished))


def stamp_of(path: Path) -> Stamp | None:
    """The file's stamp, or None if it is gone."""
    try:
        return Stamp.of(path)
    except FileNotFoundError:
        return None


def _files(landing: Path) -> Iterator[Found]:
    """Every regular file that is not hidden, nor in a hidden folder."""
    for folder, folders, names in os.walk(landing, followlinks=True):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder) / name
            if name.startswith(".") or not path.is_file():
                continue
            stamp = stamp_of(path)
            if stamp is not None:
                yield Found(path, path.relative_to(landing).as_posix(), stamp)
