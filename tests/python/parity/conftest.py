"""The golden files, landed in two steps and built after each, on one or both engines."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from expectations.runner import initialise as initialise_validation
from orchestration.landing.load import land
from orchestration.paths import PROJECT_DIR, DataDir
from orchestration.project import DBT
from orchestration.salt import ensure_salt
from tests.python.conftest import run_command

GOLDEN = PROJECT_DIR / "tests" / "golden"
SALT = "golden"


def drop(data_dir: DataDir, batch: str) -> None:
    """Put one batch of golden files into the landing folder, and land it."""
    shutil.copytree(GOLDEN / batch, data_dir.landing, dirs_exist_ok=True)
    report = land(data_dir)
    assert not report.failed_in_part, report.summary()


def build(data_dir: DataDir, target: str, run_id: str) -> None:
    """Build all models on one engine; on Spark the rows of its views are written to files too."""
    dbt = [sys.executable, "-m", "tests.python.parity.spark"] if target == "spark" else [DBT]
    done = run_command(
        data_dir,
        *("env", f"VIAGGIO_RUN_ID={run_id}"),
        *(*dbt, "build", "--no-version-check", "--target", target),
        *("--target-path", str(data_dir.root / f"target-{target}")),
        *("--exclude-resource-type", "test", "unit_test"),
    )
    # Spark repeats an error as one line of JSON, too long to read.
    said = [line for line in done.output.splitlines() if not line.startswith("{")]
    assert done.code == 0, "\n".join(said)


def new_data_dir(root: Path, monkeypatch: pytest.MonkeyPatch) -> DataDir:
    """An empty data directory whose hashes are salted with `SALT`."""
    data_dir = DataDir(root)
    monkeypatch.setenv("VIAGGIO_HASH_SALT", SALT)
    ensure_salt(data_dir)
    initialise_validation(data_dir)
    return data_dir


@pytest.fixture(scope="session")
def golden(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    """Built on DuckDB after the first batch, then again, incrementally, after the late one."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        data_dir = new_data_dir(tmp_path_factory.mktemp("golden"), monkeypatch)
        drop(data_dir, "landing")
        build(data_dir, "ci", "first")
        drop(data_dir, "late")
        build(data_dir, "ci", "second")
    return data_dir
