"""Where everything lies, and who may read it: the one place that knows `VIAGGIO_DATA_DIR`.

Whatever is written there is its owner's alone. Others get in by a group and no other way: readers
to what is published (`VIAGGIO_READERS_GROUP`), senders to the landing folder.
"""

from __future__ import annotations

import grp
import os
import stat
from dataclasses import dataclass
from pathlib import Path

# Group that may read publications; without it nobody but the owner may.
READERS_VARIABLE = "VIAGGIO_READERS_GROUP"
_OTHERS, _GROUP_AND_OTHERS = 0o007, 0o077

PROJECT_DIR = Path(__file__).resolve().parents[2]


class DataDirError(ValueError):
    """The path of a data directory cannot be used."""


def refuse_unusable(root: Path) -> None:
    """Refuse the few paths that DuckDB cannot work below, however they are quoted.

    It takes a question mark in a database's path for the end of the path, a backslash for a slash,
    and no bytes that are not UTF-8.

    Raises:
        DataDirError: This is one of them.
    """
    text = str(root)
    odd = [char for char in "?\\" if char in text]
    odd += (
        ["bytes that are not UTF-8"] if any("\udc80" <= char <= "\udcff" for char in text) else []
    )
    if odd:
        raise DataDirError(
            f"VIAGGIO_DATA_DIR: DuckDB cannot work in {text!a}, for its path holds"
            f" {' and '.join(odd)}. Choose another place."
        )


@dataclass(frozen=True)
class DataDir:
    """The data directory and the paths in it (see docs/architecture.md)."""

    root: Path

    @classmethod
    def from_env(cls) -> DataDir:
        """The directory `VIAGGIO_DATA_DIR` names, or `data/` of the project; made if missing.

        Raises:
            DataDirError: DuckDB cannot work below its path.
        """
        return cls.at(Path(os.environ.get("VIAGGIO_DATA_DIR") or PROJECT_DIR / "data"))

    @classmethod
    def at(cls, path: Path) -> DataDir:
        """A directory, made if missing; whatever this process writes from now on is private.

        Raises:
            DataDirError: DuckDB cannot work below its path.
        """
        root = path.resolve()
        refuse_unusable(root)
        os.umask(_GROUP_AND_OTHERS)
        root.mkdir(parents=True, exist_ok=True)
        return cls(root)

    @property
    def landing(self) -> Path:
        return self.root / "landing"

    @property
    def rejected(self) -> Path:
        return self.root / "rejected"

    @property
    def raw(self) -> Path:
        return self.root / "raw"

    @property
    def quarantine(self) -> Path:
        return self.root / "quarantine"

    @property
    def ledger_db(self) -> Path:
        return self.root / "ledger.sqlite"

    @property
    def ledger(self) -> Path:
        return self.root / "ledger"

    @property
    def validation(self) -> Path:
        return self.root / "validation"

    @property
    def exceptions(self) -> Path:
        return self.root / "exceptions.json"

    @property
    def hash_salt(self) -> Path:
        return self.root / "hash_salt" / "salt.parquet"

    @property
    def salt_check(self) -> Path:
        return self.root / "hash_salt.check"

    @property
    def erasure(self) -> Path:
        return self.root / "erasure"

    @property
    def warehouse(self) -> Path:
        return self.root / "warehouse.duckdb"

    @property
    def publications(self) -> Path:
        return self.root / "publications"

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def hold(self) -> Path:
        return self.root / "hold.json"

    @property
    def docs(self) -> Path:
        return self.root / "docs"

    @property
    def dagster_home(self) -> Path:
        return self.root / "dagster"

    @property
    def ingest(self) -> Path:
        return self.root / "ingest"

    @property
    def truth(self) -> Path:
        return self.root / "truth"

    @property
    def alerts(self) -> Path:
        return self.root / "alerts.json"

    @property
    def tmp(self) -> Path:
        return self.root / "tmp"

    @property
    def writer_lock(self) -> Path:
        return self.root / "writer.lock"

    def environment(self) -> dict[str, str]:
        """Environment variables for a child process (dbt, Dagster) that works on this directory.

        Says where the data are, where artifacts go, and that nothing is sent to anybody.
        """
        return {
            "VIAGGIO_DATA_DIR": str(self.root),
            "DBT_TARGET_PATH": str(self.root / "target"),
            "DBT_LOG_PATH": str(self.root / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DAGSTER_HOME": str(self.dagster_home),
            "DO_NOT_TRACK": "1",
            "GX_ANALYTICS_ENABLED": "false",
            "SPARK_LOCAL_IP": "127.0.0.1",
        }


def close_to_others(data_dir: DataDir) -> None:
    """Take from groups and others what a former version, or another tool, left open to them.

    Nobody gets past a folder that is closed, so what lies in it need not be looked at. The data
    directory itself and the landing folder keep what their owner allows a group.
    """
    for path in (data_dir.root, *data_dir.root.iterdir()):
        if not path.is_symlink():
            is_shared = path in (data_dir.root, data_dir.landing, data_dir.publications)
            _remove_modes(path, _OTHERS if is_shared else _GROUP_AND_OTHERS)
    readers = os.environ.get(READERS_VARIABLE)
    if data_dir.publications.is_dir():
        if readers:
            _give(data_dir.publications, readers, 0o750)
            _give(data_dir.root, readers, stat.S_IMODE(data_dir.root.stat().st_mode) | 0o010)
        else:
            _remove_modes(data_dir.publications, _GROUP_AND_OTHERS)


def open_to_readers(data_dir: DataDir, publication: Path) -> None:
    """Let the group `VIAGGIO_READERS_GROUP` read a publication; without one it stays private."""
    readers = os.environ.get(READERS_VARIABLE)
    if readers:
        for path in (publication, *publication.rglob("*")):
            _give(path, readers, 0o750 if path.is_dir() else 0o640)
        close_to_others(data_dir)


def _give(path: Path, group: str, mode: int) -> None:
    try:
        number = grp.getgrnam(group).gr_gid
    except KeyError:
        raise OSError(f"{READERS_VARIABLE}: there is no group {group!r} on this machine") from None
    if path.stat().st_gid != number:
        os.chown(path, -1, number)
    if stat.S_IMODE(path.stat().st_mode) != mode:
        path.chmod(mode)


def _remove_modes(path: Path, modes: int) -> None:
    """Does nothing, and needs no right to, where there is nothing to take."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & modes:
        path.chmod(mode & ~modes)
