"""The salt of e-mail and phone hashes: kept apart from the data, replaced by a command only.

Hashes of two salts never meet: one person would become two. So a check value of the salt is kept
in a file of its own (`hash_salt.check`), and a salt that is missing, damaged or another one stops a
run. The check value is a hash; the salt does not follow from it.

A salt is one line, or two after a rotation: a hash by the first line is hashed again by the second
(macro `salted_hash`). Expired raw days hold hashes by the first line, so it stays for ever, and a
rotation draws a new second one. The old salt alone tests no guess against the new hashes.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from viaggio.workspace.disk import flush
from viaggio.workspace.ledger import has_expired_days
from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import file_to_read, file_to_write

SALT_VARIABLE = "VIAGGIO_HASH_SALT"
# What macro check_salt hashes, too.
CHECKED = "viaggio check"


class SaltError(RuntimeError):
    """There is no salt that fits the hashes of the history; the message says what to do."""


class SaltMissingError(SaltError):
    """The salt is gone, or cannot be read."""


class SaltChangedError(SaltError):
    """The salt given is not the one that the hashes of the history were made with."""


def ensure_salt(data_dir: DataDir) -> None:
    """Write the salt (one row, column `salt`) if there is neither one nor any data yet.

    It comes from the environment variable `VIAGGIO_HASH_SALT`, or is drawn at random. Only the
    owner may read it.

    A rotation that was stopped is finished first.

    Raises:
        SaltMissingError: There are data, but no salt that can be read.
        SaltChangedError: The salt, or the variable, is not the one in use.
    """
    _finish_rotation(data_dir)
    path = data_dir.hash_salt
    given = os.environ.get(SALT_VARIABLE)
    if path.exists():
        salt = read_salt(data_dir)
        if given and given not in (salt, first_line(salt)):
            raise SaltChangedError(
                f"{SALT_VARIABLE} differs from the salt in {path}. {_CONSEQUENCE} Unset "
                f"{SALT_VARIABLE} to keep the salt in use. {_to_start_over(data_dir)}"
            )
        _compare(data_dir, salt, f"The salt in {path}")
    elif given:
        _compare(data_dir, given, SALT_VARIABLE)
        _write(path, given)
        salt = given
    elif what := _data_in(data_dir):
        raise SaltMissingError(
            f"{path} is missing, but {what} exists. {_to_restore(path)} {_to_start_over(data_dir)}"
        )
    else:
        salt = secrets.token_hex(32)
        _write(path, salt)
    if not data_dir.salt_check.exists():
        unfinished = data_dir.salt_check.with_suffix(".tmp")
        unfinished.write_text(check_value(salt) + "\n", encoding="utf-8")
        unfinished.replace(data_dir.salt_check)


def check_value(salt: str) -> str:
    """What tells one salt from another without telling either."""
    return hashlib.sha256(f"{CHECKED}{salt}".encode()).hexdigest()


def first_line(salt: str) -> str:
    """The line that hashes what was typed, and that expired days were hashed with."""
    return salt.partition("\n")[0]


def rotate_salt(data_dir: DataDir) -> None:
    """Draw a new second line, and remove what was built with the old salt; for the lock's holder.

    The new salt is written first. Whatever stops the rest, `ensure_salt` goes on with it.

    Raises:
        SaltMissingError: There is no salt to rotate, or it cannot be read.
        SaltChangedError: The salt is not the one in use.
    """
    ensure_salt(data_dir)
    salt = f"{first_line(read_salt(data_dir))}\n{secrets.token_hex(32)}"
    _write(_next_salt(data_dir), salt)
    _finish_rotation(data_dir)
    ensure_salt(data_dir)


def rotated_at(data_dir: DataDir) -> str | None:
    """When (ISO, UTC) the salt was rotated, while nothing is published since; else none."""
    mark = _rotation_mark(data_dir)
    return mark.read_text(encoding="ascii").strip() if mark.exists() else None


def end_rotation(data_dir: DataDir) -> None:
    """Note that what was published with the old salt is gone."""
    _rotation_mark(data_dir).unlink(missing_ok=True)


def _finish_rotation(data_dir: DataDir) -> None:
    """Bring a new salt into place, if one waits; each step may be made again."""
    waiting = _next_salt(data_dir)
    if not waiting.exists():
        return
    for path in (data_dir.warehouse, data_dir.warehouse.with_name("warehouse.duckdb.wal")):
        path.unlink(missing_ok=True)
    shutil.rmtree(data_dir.root / "spark", ignore_errors=True)
    mark = _rotation_mark(data_dir)
    mark.write_text(datetime.now(UTC).isoformat(timespec="seconds") + "\n", encoding="ascii")
    flush(mark)
    data_dir.salt_check.unlink(missing_ok=True)
    waiting.replace(data_dir.hash_salt)
    flush(waiting.parent)


def _next_salt(data_dir: DataDir) -> Path:
    # dbt reads every *.parquet of the folder.
    return data_dir.hash_salt.with_name("salt.next")


def _rotation_mark(data_dir: DataDir) -> Path:
    return data_dir.hash_salt.with_name("rotated")


_CONSEQUENCE = "New hashes would not match those already made, and one person would become two."


def _to_restore(path: Path) -> str:
    return (
        f"Restore the folder {path.parent} from the backup, or set {SALT_VARIABLE} to the salt "
        "that was in use."
    )


def _to_start_over(data_dir: DataDir) -> str:
    if has_expired_days(data_dir.ledger_db):
        return (
            "Raw days have expired and are kept as hashes of this salt, so nobody can start over "
            "with another one. `viaggio rotate-salt` changes the hashes."
        )
    return (
        f"To start over with a new salt, set {SALT_VARIABLE} to it, delete "
        f"{data_dir.salt_check}, {data_dir.hash_salt.parent}, {data_dir.warehouse} and "
        f"{data_dir.root / 'spark'}, and run again: everything is built from the raw files, and "
        "all hashes change."
    )


def _compare(data_dir: DataDir, salt: str, called: str) -> None:
    """See that a salt is the one whose check value is kept."""
    if not data_dir.salt_check.exists():
        return
    kept = data_dir.salt_check.read_text(encoding="utf-8", errors="replace").strip()
    if kept != check_value(salt):
        raise SaltChangedError(
            f"{called} is not the one that the hashes so far were made with, by "
            f"{data_dir.salt_check}. {_CONSEQUENCE} {_to_restore(data_dir.hash_salt)} "
            f"{_to_start_over(data_dir)}"
        )


def _data_in(data_dir: DataDir) -> Path | None:
    """What there is that a salt was used for, or will be: raw rows, a build, a publication."""
    files = (data_dir.salt_check, data_dir.warehouse, data_dir.ledger_db)
    folders = (data_dir.raw, data_dir.publications, data_dir.root / "spark")
    found = [file for file in files if file.exists()]
    found += [folder for folder in folders if folder.is_dir() and any(folder.iterdir())]
    return found[0] if found else None


def read_salt(data_dir: DataDir) -> str:
    """The salt in use.

    Raises:
        SaltMissingError: There is none, or it cannot be read.
    """
    path = data_dir.hash_salt
    try:
        with duckdb.connect() as connection:
            rows = connection.execute(
                f"select salt from read_parquet({file_to_read(path)})"
            ).fetchall()
    except duckdb.Error:
        rows = []
    if len(rows) != 1 or not isinstance(rows[0][0], str) or not rows[0][0]:
        raise SaltMissingError(
            f"{path} is damaged: it does not hold one salt. {_to_restore(path)} "
            f"{_to_start_over(data_dir)}"
        )
    return rows[0][0]


def _write(path: Path, salt: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)
    unfinished = path.with_suffix(".tmp")
    unfinished.touch(mode=0o600)
    with duckdb.connect() as connection:
        connection.execute("create table salts as select $salt as salt", {"salt": salt})
        connection.execute(f"copy salts to {file_to_write(unfinished)} (format parquet)")
    unfinished.chmod(0o600)
    flush(unfinished)
    unfinished.replace(path)
    flush(path.parent)
