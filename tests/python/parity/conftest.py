"""The golden files, landed in two batches and built after each, on one engine or the other."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from expectations.runner import initialise as initialise_validation
from tests.python.conftest import once, run_command
from tests.python.parity.batches import BATCHES, arrive, selection
from viaggio.landing.load import land
from viaggio.workspace.dbt_project import DBT
from viaggio.workspace.paths import PROJECT_DIR, DataDir
from viaggio.workspace.salt import ensure_salt

GOLDEN = PROJECT_DIR / "tests" / "golden"
SALT = "golden"
SPARK = "tests.python.parity.spark"


def drop(data_dir: DataDir, batch: str) -> None:
    """Put one batch of golden files into the landing folder, and land it."""
    shutil.copytree(GOLDEN / batch, data_dir.landing, dirs_exist_ok=True)
    report = land(data_dir)
    assert not report.failed_in_part, report.summary()


def build(data_dir: DataDir, target: str, run_id: str, *selected: str) -> None:
    """Build models on one engine; on Spark the rows of its views are written to files too."""
    dbt = [sys.executable, "-m", SPARK] if target == "spark" else [DBT]
    _run_dbt(data_dir, target, "env", f"VIAGGIO_RUN_ID={run_id}", *dbt, selected=selected)


# What landing and the expectations leave for dbt to read.
READ_BY_DBT = ("raw", "ledger", "validation", "quarantine", "hash_salt")


def build_on_spark(built: DataDir, folder: Path, run_id: str) -> DataDir:
    """Build on Spark from the files of a data directory that a run built on DuckDB.

    Its warehouse stands in the new data directory too, for `compare`.
    """
    data_dir = DataDir(folder)
    for name in READ_BY_DBT:
        shutil.copytree(built.root / name, folder / name)
    build(data_dir, "spark", run_id)
    data_dir.warehouse.symlink_to(built.warehouse)
    return data_dir


def _run_dbt(data_dir: DataDir, target: str, *dbt: str, selected: tuple[str, ...] = ()) -> None:
    # Of `ci` both are in the environment, which finds what was parsed before.
    own = ("--target", target, "--target-path", str(data_dir.root / f"target-{target}"))
    done = run_command(
        data_dir,
        *dbt,
        *("build", "--no-version-check"),
        *(own if target != "ci" else ()),
        *("--exclude-resource-type", "test", "unit_test"),
        *selected,
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
def landed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory for each batch, as landing left it: what both engines read."""
    return once(tmp_path_factory, "landed", _land)


def _land(folder: Path) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        before: Path | None = None
        for batch in BATCHES:
            root = folder / batch
            if before is None:
                root.mkdir()
            else:
                shutil.copytree(before, root)
            drop(new_data_dir(root, monkeypatch), batch)
            before = root


@pytest.fixture(scope="session")
def golden(landed: Path, tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    """Built on DuckDB after the first batch, then again, incrementally, after the late one."""

    def build_each(folder: Path) -> None:
        data_dir = DataDir(folder)
        for number, (batch, run_id) in enumerate(BATCHES.items()):
            arrive(landed, batch, data_dir)
            build(data_dir, "ci", run_id, *selection(number, len(BATCHES)))

    return DataDir(once(tmp_path_factory, "golden", build_each))


@pytest.fixture(scope="session")
def golden_at_once(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    """All golden files landed, the late ones first, then built on DuckDB by one build."""

    def build_once(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as monkeypatch:
            data_dir = new_data_dir(folder, monkeypatch)
            for batch in reversed(BATCHES):
                drop(data_dir, batch)
            build(data_dir, "ci", "once")

    return DataDir(once(tmp_path_factory, "golden_at_once", build_once))


@pytest.fixture(scope="session")
def on_spark(landed: Path, tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    """Built on Spark in the same two steps, by one process: Spark starts slowly."""

    def build_each(folder: Path) -> None:
        batches = ("--batches", str(landed))
        _run_dbt(DataDir(folder), "spark", sys.executable, "-m", SPARK, *batches)

    return DataDir(once(tmp_path_factory, "on_spark", build_each))
