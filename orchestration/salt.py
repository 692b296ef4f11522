"""The salt of e-mail and phone hashes: kept apart from the data and drawn only once."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import duckdb

from orchestration.paths import DataDir

SALT_VARIABLE = "VIAGGIO_HASH_SALT"


class SaltChangedError(RuntimeError):
    """The salt given is not the one that the hashes of the history were made with."""


def ensure_salt(data_dir: DataDir) -> None:
    """Write the salt (one row, column `salt`) if there is none yet; only the owner may read it.

    It comes from the environment variable `VIAGGIO_HASH_SALT`, or is drawn at random.

    Raises:
        SaltChangedError: The variable differs from the salt in use.
    """
    path = data_dir.hash_salt
    wanted = os.environ.get(SALT_VARIABLE)
    if not path.exists():
        _write(path, wanted or secrets.token_hex(32))
    elif wanted and wanted != _read(path):
        raise SaltChangedError(
            f"{SALT_VARIABLE} differs from the salt in {path}: new hashes would not match those "
            f"already made, and one person would become two. Unset {SALT_VARIABLE} to keep the "
            f"salt in use; to change it, delete {path} and {data_dir.warehouse}, and run again: "
            "everything is staged anew from the raw files."
        )


def _read(path: Path) -> str:
    with duckdb.connect() as connection:
        row = connection.execute("select salt from read_parquet(?)", [str(path)]).fetchone()
    if row is None:
        raise SaltChangedError(f"{path} holds no salt. Restore it from a backup.")
    return row[0]


def _write(path: Path, salt: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)
    unfinished = path.with_suffix(".tmp")
    unfinished.touch(mode=0o600)
    with duckdb.connect() as connection:
        connection.execute("create table salts as select $salt as salt", {"salt": salt})
        connection.execute(f"copy salts to '{unfinished}' (format parquet)")
    unfinished.chmod(0o600)
    unfinished.replace(path)
