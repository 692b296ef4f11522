"""Renames and deletions that a committed outcome asks for, and the folder landing works in."""

from __future__ import annotations

import errno
import shutil
import sqlite3
import uuid
from collections.abc import Sequence
from pathlib import Path

from viaggio.workspace.disk import flush
from viaggio.workspace.ledger import Ledger, Move, Stamp
from viaggio.workspace.paths import DataDir


class LandingError(RuntimeError):
    """The run cannot go on: the machine is at fault, not a file."""


def loading_folder(data_dir: DataDir) -> Path:
    """Where everything is written before it counts."""
    return data_dir.tmp / "landing"


def move_of(data_dir: DataDir, origin: Path, destination: Path | None) -> Move:
    """A rename within the data directory, or a deletion."""
    root = data_dir.root
    return Move(
        str(origin.relative_to(root)), str(destination.relative_to(root)) if destination else None
    )


def finish(data_dir: DataDir, ledger: Ledger, moves: Sequence[Move], what: str) -> None:
    """Make the moves of a committed outcome; those already made are passed over.

    Args:
        data_dir: Where.
        ledger: What has the moves in its list, which is cleared in the end.
        moves: Renames, then deletions.
        what: The file they are for, or whatever else they are of.

    Raises:
        LandingError: Some cannot be made now. They stay in the ledger's list, and what they move
            stays where it is.
    """
    try:
        _make(data_dir, moves)
        if moves:
            ledger.clear_moves()
    except (OSError, sqlite3.Error) as error:
        said = (error.strerror if isinstance(error, OSError) else str(error)) or str(error)
        raise LandingError(
            f"{what}: recorded, but its files could not all be moved to their places: "
            f"{said.rstrip('.')}. Nothing is lost. Mend this and land again: that moves them first."
        ) from error


def tidy(data_dir: DataDir, ledger: Ledger, folder: Path | None = None) -> None:
    """Delete a folder in which landing worked, or all, unless moves are still to be made."""
    try:
        if ledger.pending_moves():
            return
    except sqlite3.Error:
        return
    shutil.rmtree(folder or loading_folder(data_dir), ignore_errors=True)


def _make(data_dir: DataDir, moves: Sequence[Move]) -> None:
    for move in moves:
        if move.destination is None:
            continue
        origin, destination = data_dir.root / move.origin, data_dir.root / move.destination
        if not _is_there(origin):
            if move.stamp is None and not _is_there(destination):
                raise LandingError(
                    f"{destination}: the ledger has it, but neither it nor {origin} exists. Run "
                    "`make rebuild-ledger`: files of which rows are missing are landed again."
                )
        elif move.stamp is None or move.stamp == _stamp(origin):
            _rename(origin, destination)
    deletions = [data_dir.root / move.origin for move in moves if move.destination is None]
    for folder in sorted({path.parent for path in deletions if path.parent.exists()}):
        flush(folder)
    for path in deletions:
        path.unlink(missing_ok=True)


def _is_there(path: Path) -> bool:
    """Whether a file, or a link to nowhere, is there; `lexists` says no to whatever goes wrong."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _stamp(path: Path) -> Stamp | None:
    try:
        return Stamp.of(path)
    except FileNotFoundError:
        return None


def _rename(origin: Path, destination: Path) -> None:
    """Rename; across file systems copy beside the destination first."""
    destination.parent.mkdir(parents=True, exist_ok=True)
    try:
        origin.replace(destination)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        copy = destination.with_name(f".{uuid.uuid4().hex}.partial")
        try:
            shutil.copy2(origin, copy)
            copy.replace(destination)
        finally:
            copy.unlink(missing_ok=True)
        origin.unlink()
