"""Failing file operations, one at a time: does what is under test survive each?

`failing(n, code, below=folder)` counts operations on files below a folder and makes the n-th fail
with that errno, as a full disk or a broken one would. To try all of them:

    def attempt() -> None: ...

    for n in itertools.count(1):
        with failing(n, errno.ENOSPC, below=folder) as fault:
            ... attempt() ...
        if not fault.happened:
            break  # there are only n - 1 operations

Counted are the functions of `os` in `COUNTED` (with them `pathlib`, `shutil` and `tempfile`, which
call these), `open` and what is written through it, DuckDB's statements that write files, and
SQLite's statements. Operations on descriptors count by the file that they were opened for. Other
processes are not reached.

An operation fails in one of three ways: it does nothing, it is done all the same, or half of what
it writes is written. Or it kills the process group instead.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import re
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb

# What a disk refuses: full, broken, closed, read-only, too long a name, too many files open.
ERRNOS = (
    errno.ENOSPC,
    errno.EIO,
    errno.EACCES,
    errno.EROFS,
    errno.ENAMETOOLONG,
    errno.EMFILE,
)
# In which way an operation fails. One that is done all the same is confirmed by nobody, as when the
# disk answers too late.
UNDONE, DONE, HALF, KILLED = "undone", "done", "half", "killed"
WAYS = (UNDONE, DONE, HALF)
# Operations that may be done although they fail; a rename or a deletion is done or is not.
_MAY_BE_DONE = {
    "write",
    "flush",
    "close",
    "fsync",
    "fdatasync",
    "duckdb",
    "sqlite",
    "chmod",
    "utime",
}
COUNTED = (
    *("open", "mkdir", "rmdir", "unlink", "remove", "rename", "replace", "symlink", "link"),
    *("readlink", "chmod", "chown", "utime", "truncate", "ftruncate", "fsync", "fdatasync"),
    *("scandir", "listdir", "write", "sendfile", "copy_file_range"),
)
# Asked of names all the time; `pathlib` takes some of their errors for "no".
LOOKS = ("stat", "lstat")
# Statements of DuckDB that open, write or close files.
WRITES = re.compile(
    r"\s*(attach|detach|copy|checkpoint|export|create|insert|comment|begin)\b", re.I
)


@dataclass
class Fault:
    """What became of one attempt."""

    nth: int
    code: int
    below: Path
    is_lasting: bool
    way: str = UNDONE
    operations: list[str] = field(default_factory=list)
    happened: bool = False
    _lock: Any = field(default_factory=threading.Lock)

    def count(self, operation: str, target: object) -> bool:
        """Count one operation; whether it has to fail."""
        with self._lock:
            self.operations.append(f"{operation} {target}")
            number = len(self.operations)
            fails = number >= self.nth if self.is_lasting else number == self.nth
            self.happened = self.happened or fails
        if fails and self.way == KILLED:
            os.killpg(0, signal.SIGKILL)
        return fails

    def is_done(self, operation: str) -> bool:
        """Whether an operation that fails is done all the same."""
        return self.way == DONE and operation in _MAY_BE_DONE

    def concerns(self, target: object, dir_fd: object = None) -> bool:
        """Whether a path or descriptor is of a file below the folder."""
        try:
            if isinstance(target, int):
                path = os.path.realpath(f"/proc/self/fd/{target}")
            else:
                folder = os.path.realpath(f"/proc/self/fd/{dir_fd}") if dir_fd is not None else ""
                path = os.path.join(folder, os.fsdecode(target))  # noqa: PTH118
        except TypeError:
            return False
        return os.path.abspath(path).startswith(str(self.below))  # noqa: PTH100

    def error(self, target: object) -> OSError:
        return OSError(self.code, os.strerror(self.code), str(target))


@contextmanager
def failing(
    nth: int,
    code: int,
    below: Path,
    *,
    is_lasting: bool = False,
    way: str = UNDONE,
    looks: bool = False,
    duckdb_too: bool = True,
    sqlite_too: bool = True,
) -> Iterator[Fault]:
    """Make the n-th file operation below a folder fail.

    Args:
        nth: Which one, counted from 1.
        code: The errno it fails with.
        below: The folder; operations elsewhere go on as ever.
        is_lasting: Whether all operations after it fail too, as on a disk that stays full.
        way: How it fails: one of `WAYS`, or `KILLED`, which kills the group of this process.
        looks: Whether `stat` counts too.
        duckdb_too: Whether DuckDB's statements that write files count, of any database. They fail
            as DuckDB fails, with `duckdb.IOException`.
        sqlite_too: Whether statements and commits count, of databases opened meanwhile. They fail
            with `sqlite3.OperationalError`.
    """
    fault = Fault(nth, code, below.resolve(), is_lasting, way)
    with _patched(fault, looks, duckdb_too, sqlite_too):
        yield fault


@contextmanager
def _patched(fault: Fault, looks: bool, duckdb_too: bool, sqlite_too: bool) -> Iterator[None]:
    patches = [
        patch.object(os, name, _counted(fault, name)) for name in COUNTED if hasattr(os, name)
    ]
    patches += [patch.object(os, name, _counted(fault, name)) for name in LOOKS if looks]
    opened = _counted(fault, "open", builtins.open)
    patches += [patch.object(builtins, "open", opened), patch.object(io, "open", opened)]
    if duckdb_too:
        execute = duckdb.DuckDBPyConnection.execute
        patches.append(
            patch.object(duckdb.DuckDBPyConnection, "execute", _counted_execute(fault, execute))
        )
    if sqlite_too:
        patches.append(patch.object(sqlite3, "connect", _counted_connect(fault, sqlite3.connect)))
    started = []
    try:
        for each in patches:
            each.start()
            started.append(each)
        yield
    finally:
        for each in reversed(started):
            each.stop()


def _counted(fault: Fault, name: str, real: Callable[..., Any] | None = None) -> Callable[..., Any]:
    real = real or getattr(os, name)

    def operation(*arguments: Any, **named: Any) -> Any:
        target = arguments[0] if arguments else named.get("path", ".")
        paths = (
            [target, *arguments[1:2]]
            if name in ("rename", "replace", "symlink", "link")
            else [target]
        )
        dir_fd = named.get("dir_fd", named.get("src_dir_fd"))
        concerned = any(fault.concerns(path, dir_fd) for path in paths)
        if concerned and fault.count(name, target):
            if fault.is_done(name):
                real(*arguments, **named)
            raise fault.error(target)
        result = real(*arguments, **named)
        mode = arguments[1] if len(arguments) > 1 else named.get("mode", "r")
        writes = isinstance(mode, str) and set(mode) & set("wax+")
        return _Written(fault, result) if name == "open" and concerned and writes else result

    return operation


class _Written:
    """A file open for writing: what is written to it, and its end, count too."""

    def __init__(self, fault: Fault, file: Any) -> None:
        self._fault, self._file, self._holds_content = fault, file, False

    def write(self, content: Any) -> Any:
        if self._fault.count("write", self._file.name):
            if self._fault.way in (DONE, HALF):
                self._file.write(
                    content if self._fault.way == DONE else content[: len(content) // 2]
                )
            raise self._fault.error(self._file.name)
        self._holds_content = True
        return self._file.write(content)

    def flush(self) -> None:
        if self._holds_content:
            self._holds_content = False
            self._count("flush")
        self._file.flush()

    def close(self) -> None:
        try:
            if self._holds_content:
                self._holds_content = False
                self._count("close")
        finally:
            self._file.close()

    def _count(self, operation: str) -> None:
        if self._fault.count(operation, self._file.name):
            raise self._fault.error(self._file.name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._file)

    def __enter__(self) -> _Written:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _counted_execute(fault: Fault, real: Callable[..., Any]) -> Callable[..., Any]:
    def execute(self: Any, query: Any, *arguments: Any, **named: Any) -> Any:
        is_write = isinstance(query, str) and WRITES.match(query)
        if is_write and fault.count("duckdb", " ".join(query.split())[:60]):
            if fault.is_done("duckdb"):
                real(self, query, *arguments, **named)
            raise duckdb.IOException(f"IO Error: {os.strerror(fault.code)}")
        return real(self, query, *arguments, **named)

    return execute


def _counted_connect(fault: Fault, real: Callable[..., Any]) -> Callable[..., Any]:
    class Connection(sqlite3.Connection):
        def _count(self, operation: str, do: Callable[[], object]) -> None:
            if fault.count("sqlite", operation):
                if fault.is_done("sqlite"):
                    do()
                raise sqlite3.OperationalError("database or disk is full")

        def execute(self, sql: str, *arguments: Any) -> sqlite3.Cursor:
            run = super().execute
            self._count(" ".join(sql.split())[:60], lambda: run(sql, *arguments))
            return run(sql, *arguments)

        def executemany(self, sql: str, *arguments: Any) -> sqlite3.Cursor:
            run = super().executemany
            self._count(" ".join(sql.split())[:60], lambda: run(sql, *arguments))
            return run(sql, *arguments)

        def commit(self) -> None:
            self._count("commit", super().commit)
            super().commit()

    def connect(database: Any, *arguments: Any, **named: Any) -> Any:
        name = str(database).removeprefix("file:").split("?")[0]
        if fault.concerns(name):
            named.setdefault("factory", Connection)
        return real(database, *arguments, **named)

    return connect
