"""Which dropped files are new and finished. Nothing is read, so a sensor may ask often."""

from __future__ import annotations

import fcntl
import os
import signal
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from viaggio.landing.names import label
from viaggio.landing.settings import LandingSettings
from viaggio.workspace.ledger import Stamp

UNFINISHED_SUFFIXES = (".tmp", ".partial")
SUCCESS_MARK, DONE_SUFFIX = "_SUCCESS", ".done"

WRITING = "still being written (it changed a moment ago, or its name ends in .tmp or .partial)"
OPEN = "still being written (a program has it open)"
UNMARKED = "not finished: its sender has not left the mark {mark}"
_KINDS = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISCHR, "a device"),
)


@dataclass(frozen=True)
class Found:
    """A file below the landing folder.

    Attributes:
        path: Where it is.
        source_file: What it is called wherever people or models read it (`names.label`).
        stamp: What `stat` says of it.
        folders: The names of the folders it is in, from the landing folder on.
    """

    path: Path
    source_file: str
    stamp: Stamp
    folders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Waiting:
    """A file that must wait for a later run, and why."""

    source_file: str
    reason: str


@dataclass(frozen=True)
class NoFile:
    """A pipe, a socket or a device, and which."""

    found: Found
    kind: str


@dataclass(frozen=True)
class Discovery:
    """What lies below the landing folder and was not dealt with.

    Attributes:
        finished: New files to land, by name.
        waiting: Files that somebody still seems to write, and what cannot be opened.
        no_files: What can never be landed.
        gone: Names of files that were dealt with and are no longer there; none where a folder or
            file could not be looked at.
    """

    finished: tuple[Found, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    no_files: tuple[NoFile, ...] = ()
    gone: tuple[str, ...] = ()


def discover(
    landing: Path,
    known: Mapping[str, Stamp],
    key: bytes = b"",
    settings: LandingSettings | None = None,
    *,
    now: float | None = None,
    wait: Callable[[float], None] | None = None,
) -> Discovery:
    """List the files that landing has not dealt with.

    A file is finished when its sender says so: by its mark, where a mark is agreed
    (`settings.done_mark`), or by renaming it or setting its time after the last byte was written.
    Otherwise it is finished when it has not changed for `settings.settle_seconds`. A file that a
    program of this machine has open to write, or whose name ends in `.tmp` or `.partial`, is not.
    Hidden files and the senders' marks are passed over.

    Args:
        landing: The landing folder.
        known: Stamps of files already dealt with, by name (`Ledger.stamps`).
        key: Secret of the ledger, for names that hold personal data.
        settings: How long files must rest, and the senders' mark.
        now: Seconds since 1970; the clock's time by default.
        wait: Called once with the seconds until the youngest file has rested, which is then looked
            at again; without it, young files are not finished.

    Raises:
        OSError: The landing folder cannot be looked into; one that does not exist is empty.
    """
    settings = settings or LandingSettings()
    clock = time.time() if now is None else now
    try:
        looked = list(_look(landing, key, settings.done_mark))
    except FileNotFoundError:
        return Discovery()
    closed = [each for each in looked if isinstance(each, Waiting)]
    waiting = list(closed)
    finished: list[Found] = []
    young: list[tuple[float, Found]] = []
    for each in looked:
        if not isinstance(each, _File) or known.get(each.found.source_file) == each.found.stamp:
            continue
        left = _seconds_left(each, settings, clock)
        if isinstance(left, str):
            waiting.append(Waiting(each.found.source_file, left))
        elif left:
            young.append((left, each.found))
        else:
            finished.append(each.found)
    if young and wait is not None:
        wait(max(left for left, _ in young))
    for _, found in young:
        has_rested = wait is not None and stamp_of(found.path) == found.stamp
        if has_rested and not is_open_to_write(found.path):
            finished.append(found)
        else:
            waiting.append(Waiting(found.source_file, WRITING))
    present = {each.found.source_file for each in looked if isinstance(each, _File)}
    return Discovery(
        tuple(sorted(finished, key=lambda found: found.source_file)),
        tuple(waiting),
        tuple(each for each in looked if isinstance(each, NoFile)),
        () if closed else tuple(sorted(known.keys() - present)),
    )


@dataclass(frozen=True)
class _File:
    """A file, and whether its sender's mark is there."""

    found: Found
    is_marked: bool


def _seconds_left(file: _File, settings: LandingSettings, clock: float) -> float | str:
    """Seconds a new file has still to rest, 0 when it is finished; or why it must wait.

    Writing sets both times of a file to the same moment. Renaming it, or setting its time as
    copying programs do in the end, leaves `ctime` later than `mtime`. A time to come is no time.
    """
    path, stamp = file.found.path, file.found.stamp
    if path.name.lower().endswith(UNFINISHED_SUFFIXES):
        return WRITING
    if settings.done_mark:
        return 0.0 if file.is_marked else UNMARKED.format(mark=settings.done_mark)
    is_open = is_open_to_write(path)
    if is_open:
        return OPEN
    ctime = stamp.ctime_ns or stamp.mtime_ns
    if is_open is False and ctime > stamp.mtime_ns:
        return 0.0
    changed = ctime if stamp.mtime_ns / 1e9 > clock else stamp.mtime_ns
    settle = settings.settle_seconds
    return max(0.0, min(settle, settle - (clock - changed / 1e9)))


def is_open_to_write(path: Path) -> bool | None:
    """Whether a program of this machine has the file open to write; None where nobody can tell.

    Linux grants a read lease only on a file that nobody has open to write.
    """
    if not hasattr(fcntl, "F_SETLEASE"):
        return None
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        # A process that opens it now gets a signal, which must be one that ends nobody.
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:
        return None
    finally:
        os.close(handle)
    return False


def stamp_of(path: Path) -> Stamp | None:
    """The file's stamp, or None if it is gone or cannot be reached."""
    try:
        return Stamp.of(path)
    except OSError:
        return None


def _look(landing: Path, key: bytes, mark: str) -> Iterator[_File | NoFile | Waiting]:
    """Everything that is not hidden; what cannot be opened waits.

    Links are followed; a folder is looked into once, however many links lead to it.
    """
    folders: list[tuple[Path, tuple[str, ...]]] = [(landing, ())]
    visited: set[tuple[int, int]] = set()
    while folders:
        folder, names = folders.pop()
        try:
            status = folder.stat()
            if (status.st_dev, status.st_ino) in visited:
                continue
            visited.add((status.st_dev, status.st_ino))
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            if folder == landing:
                raise
            yield _closed(names, key, error)
            continue
        present = {entry.name for entry in entries}
        for entry in entries:
            if entry.name.startswith(".") or _is_mark(entry.name, present):
                continue
            inside = (*names, entry.name)
            path = Path(entry.path)
            try:
                status = entry.stat()
            except OSError as error:
                # One that was taken away since the folder was listed is no link.
                if entry.is_symlink() or not isinstance(error, FileNotFoundError):
                    yield _closed(inside, key, error)
                continue
            if stat.S_ISDIR(status.st_mode):
                folders.append((path, inside))
                continue
            stamp = Stamp(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
            found = Found(path, label("/".join(inside), key), stamp, names)
            kind = next((name for test, name in _KINDS if test(status.st_mode)), None)
            if kind:
                yield NoFile(found, kind)
            else:
                yield _File(found, bool(mark) and _is_marked(path, mark, status.st_mtime_ns))


def _closed(names: tuple[str, ...], key: bytes, error: OSError) -> Waiting:
    return Waiting(label("/".join(names), key), f"cannot be opened: {error.strerror}")


def _is_mark(name: str, present: set[str]) -> bool:
    return name == SUCCESS_MARK or (
        name.endswith(DONE_SUFFIX) and name.removesuffix(DONE_SUFFIX) in present
    )


def _is_marked(path: Path, mark: str, mtime_ns: int) -> bool:
    """Whether the sender's mark is there, and not from before the file's last change."""
    place = path.with_name(path.name + mark if mark.startswith(".") else mark)
    stamp = stamp_of(place)
    return stamp is not None and stamp.mtime_ns >= mtime_ns
