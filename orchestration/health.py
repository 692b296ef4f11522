"""What a run looks after before it begins: files that a crash, a full disk or a restore left wrong.

Each check says in a sentence what is wrong and what was done. A file that cannot be read and can be
made again is moved aside, under its name and `.damaged-1`, never deleted. What cannot be healed
safely ends the run with what to do. All of it takes a fraction of a second.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import duckdb

from viaggio.publishing.hold import standing_hold
from viaggio.publishing.publish import (
    position,
    publication_folders,
    read_publication,
    relink,
    remove_unfinished,
    settle,
)
from viaggio.workspace.paths import DataDir, close_to_others
from viaggio.workspace.salt import ensure_salt
from viaggio.workspace.sql import quote

# SQLite's files up to this size are read through; of others only what a cut would show.
READ_THROUGH_BYTES = 64 << 20


class HealthError(RuntimeError):
    """Something must be put right by a person; the message says what."""


def look_after(data_dir: DataDir, say: Callable[[str], object] = print) -> None:
    """Look after the data directory but for Dagster's files; for the holder of the writer lock.

    Raises:
        HealthError: Something is in the way that only a person can judge.
        SaltError: The salt is missing, damaged or another one.
    """
    try:
        close_to_others(data_dir)
        ensure_salt(data_dir)
        for check in (published, leftovers, warehouse, validation_results):
            for said in check(data_dir):
                say(said)
    except (OSError, duckdb.IOException) as error:
        raise HealthError(
            f"{data_dir.root}: {error}. The data directory must be readable and writable for the "
            "one who runs this; see to it and run again."
        ) from error


def look_after_dagster(data_dir: DataDir, say: Callable[[str], object] = print) -> None:
    """Move damaged files of Dagster's history aside; before Dagster opens any of them."""
    for path in sorted(data_dir.dagster_home.rglob("*.db")):
        if reason := _sqlite_damage(path):
            aside = _move_aside(path, "-wal", "-shm")
            say(
                f"{path} was damaged ({reason}). It is kept as {aside.name}, and Dagster begins a "
                "new one: the history of runs in it is lost, data are not. Restart `make dagster` "
                "if it is open."
            )


def published(data_dir: DataDir) -> Iterator[str]:
    """See that `published` is a link to a whole publication, if there is any."""
    link = data_dir.published
    if not link.is_symlink() and link.exists():
        yield _without_link(data_dir)
    whole = {folder for folder in publication_folders(data_dir) if read_publication(folder)}
    if read_publication(link) is None and (whole or link.is_symlink()):
        damaged = "led to a damaged publication" if link.exists() else "led nowhere"
        state = damaged if link.is_symlink() else "was missing"
        if newest := relink(data_dir):
            yield f"{link} {state}. It leads to {newest} now, the newest that is whole."
        elif whole and (hold := standing_hold(data_dir)):
            yield (
                f"{link} {state}, and no publication is whole that is as old as the one {hold}. "
                "`viaggio rollback NUMBER` shows readers another one."
            )
        else:
            yield f"{link} {state}, and no publication is whole. The next run publishes one."
    elif followed := settle(data_dir):
        yield f"{link} led past the hold. It leads to {followed} now, which is held."
    seen = Path(os.path.realpath(link))
    for folder in publication_folders(data_dir):
        is_passed = any(position(each) > position(folder) for each in whole)
        if folder not in whole and folder != seen and is_passed:
            shutil.rmtree(folder)
            yield f"{folder} was a damaged publication, older than a whole one. It is removed."


def _without_link(data_dir: DataDir) -> str:
    """Put a folder or file that stands where the link should be to where it belongs."""
    place = data_dir.published
    publication = read_publication(place)
    if publication is None:
        aside = _move_aside(place)
        return f"{place} was no publication and no link to one. It is kept as {aside.name}."
    home = data_dir.publications / publication.id
    if read_publication(home) == publication:
        shutil.rmtree(place)
        return f"{place} was a copy of {home} and no link to it. The copy is removed."
    if home.exists():
        _move_aside(home)
    data_dir.publications.mkdir(exist_ok=True)
    place.rename(home)
    return f"{place} was a folder, as a restore that follows links leaves it. It is {home} now."


def leftovers(data_dir: DataDir) -> Iterator[str]:
    """Remove what runs that were killed left unfinished."""
    for folder in remove_unfinished(data_dir):
        yield f"{folder} was a publication that a run did not finish, and is removed."
    for name in (".published.new", ".hold.json.new"):
        (data_dir.root / name).unlink(missing_ok=True)
    killed = [*(data_dir.root / "target").glob("parse-*"), *data_dir.tmp.glob("docs-*")]
    for folder in killed:
        shutil.rmtree(folder)


def warehouse(data_dir: DataDir, thorough: bool = False) -> Iterator[str]:
    """Move a warehouse aside that cannot be read; all of it is built again from the raw files.

    Args:
        data_dir: Where it is.
        thorough: Read every row, which takes seconds; otherwise only what opening it takes.
    """
    path = data_dir.warehouse
    log = path.with_name(f"{path.name}.wal")
    if not path.exists():
        if log.exists():
            aside = _move_aside(log)
            yield f"{log} was without its {path.name}. It is kept as {aside.name}."
        return
    if reason := _warehouse_damage(path, thorough):
        aside = _move_aside(path, ".wal")
        yield (
            f"{path} was damaged ({reason}). It is kept as {aside.name}, and everything is built "
            "again from the raw files."
        )


def _warehouse_damage(path: Path, thorough: bool) -> str | None:
    if not path.is_file():
        return "it is no file"
    with path.open("rb") as handle:  # what may not be read is not damaged
        handle.read(1)
    try:
        with duckdb.connect(path, read_only=True) as connection:
            block_size, blocks = _blocks_to_be_there(connection, path.stat().st_size)
            tables = _tables(connection)
            for schema, table in tables if thorough else ():
                connection.execute(f'select max(hash(t)) from "{schema}"."{table}" as t').fetchall()
    except duckdb.Error as error:
        return None if "Could not set lock" in str(error) else str(error).splitlines()[0]
    is_cut = path.stat().st_size < _DUCKDB_HEADERS + block_size * blocks
    return "its end is missing" if is_cut else None


_DUCKDB_HEADERS = 3 * 4096


def _tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()


def _blocks_to_be_there(connection: duckdb.DuckDBPyConnection, size: int) -> tuple[int, int]:
    """Bytes of a block, and how many of them a file of `size` bytes must hold.

    DuckDB counts blocks that it no longer uses, and cuts them off the end. So where the file is
    shorter than all of them, the last block in use counts.
    """
    [(block_size, blocks)] = connection.execute(
        "select block_size, total_blocks from pragma_database_size()"
    ).fetchall()
    if size >= _DUCKDB_HEADERS + block_size * blocks:
        return block_size, blocks
    [(last,)] = connection.execute("select max(block_id) from pragma_metadata_info()").fetchall()
    for schema, table in _tables(connection):
        used = connection.execute(
            "select max(greatest(block_id, list_max(additional_block_ids))) "
            "from pragma_storage_info(?)",
            [f"{quote(schema)}.{quote(table)}"],
        ).fetchall()
        last = max(last or 0, used[0][0] or 0)
    return block_size, (last or 0) + 1


def validation_results(data_dir: DataDir) -> Iterator[str]:
    """Move results of expectations aside that cannot be read; audit reads all of them."""
    for path in sorted((data_dir.validation / "result").glob("*.parquet")):
        if not _is_parquet(path):
            aside = _move_aside(path)
            yield f"{path} was damaged. It is kept as {aside.name}; audit goes without it."


def _is_parquet(path: Path) -> bool:
    """Whether a file begins and ends as Parquet does, and is as long as its end says."""
    content = path.read_bytes() if path.is_file() else b""
    footer = int.from_bytes(content[-8:-4], "little")
    return content[:4] == content[-4:] == b"PAR1" and 0 < footer <= len(content) - 12


def _sqlite_damage(path: Path) -> str | None:
    """Why SQLite could not read a file; none if it can, or if it is empty."""
    size = path.stat().st_size
    with path.open("rb") as handle:
        header = handle.read(100)
    page = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    if size < pages * (65536 if page == 1 else page):
        return "its end is missing, or it is no SQLite file"
    question = "pragma quick_check(1)" if size <= READ_THROUGH_BYTES else "pragma schema_version"
    try:
        with closing(sqlite3.connect(path)) as connection:
            (found,) = connection.execute(question).fetchone()
    except sqlite3.OperationalError:  # locked by another process, which can read it
        return None
    except sqlite3.DatabaseError as error:
        return str(error)
    return None if isinstance(found, int) or found == "ok" else found


def _move_aside(path: Path, *companions: str) -> Path:
    """Rename a file or folder, and with it the files of these endings; returns the new path."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    path.rename(aside)
    for ending in companions:
        companion = path.with_name(path.name + ending)
        if companion.exists():
            companion.rename(aside.with_name(aside.name + ending))
    return aside
