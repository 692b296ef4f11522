"""Where everything lies: the one place that knows the layout of `VIAGGIO_DATA_DIR`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parent.parent


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
        root = Path(os.environ.get("VIAGGIO_DATA_DIR") or PROJECT_DIR / "data").resolve()
        refuse_unusable(root)
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
    def hash_salt(self) -> Path:
        return self.root / "hash_salt" / "salt.parquet"

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
    def docs(self) -> Path:
        return self.root / "docs"

    @property
    def dagster_home(self) -> Path:
        return self.root / "dagster"

    @property
    def truth(self) -> Path:
        return self.root / "truth"

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
