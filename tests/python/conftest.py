"""Shared by all tests: one small world, landed, built, audited and published once.

`make test` runs two processes (pytest-xdist). What takes long to make is made `once` for both.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from tests.python.parsed import SHARED, give_parsed
from viaggio.workspace.paths import PROJECT_DIR, DataDir

# Other people's imports; each line says whose.
OTHERS_WARNINGS = [
    "ignore:sqlglotrs is deprecated:DeprecationWarning",  # sqlglot, through dagster-dbt
]


def pytest_configure(config: pytest.Config) -> None:
    os.environ["VIAGGIO_TARGET"] = "ci"
    # Files of tests are whole as soon as they are there.
    os.environ["VIAGGIO_LANDING_SETTLE_SECONDS"] = "0"
    for line in OTHERS_WARNINGS:
        config.addinivalue_line("filterwarnings", line)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first, so that the processes end together."""
    items.sort(key=_rank)


def _rank(item: pytest.Item) -> int:
    for rank, marker in enumerate(("spark", "slow")):
        if item.get_closest_marker(marker) is not None:
            return rank
    return 2


# Marts of what stands out from chance, or is said by many: two weeks may hold no such thing.
FINDINGS = {"mart_moments_of_truth", "mart_opportunities", "mart_review_topics"}


@dataclass(frozen=True)
class Command:
    """A finished command: its exit code and all it said."""

    code: int
    output: str


@dataclass(frozen=True)
class Built:
    """A data directory after one whole run. Read it only; `copy` gives one to change."""

    data_dir: DataDir
    first_run: Command
    untouched: Path

    def copy(self, folder: Path) -> DataDir:
        """The same data directory once more, in a folder that does not exist yet.

        Readers leave files of their own beside databases, so the copy is of one that nobody reads.
        """
        shutil.copytree(self.untouched, folder, symlinks=True)
        return DataDir(folder)


def run_module(data_dir: DataDir, module: str, *arguments: str) -> Command:
    """`python -m <module>` on a data directory, in a process of its own."""
    return run_command(data_dir, sys.executable, "-m", module, *arguments)


def run_command(data_dir: DataDir, *command: str) -> Command:
    give_parsed(data_dir)
    done = subprocess.run(
        command,
        cwd=PROJECT_DIR,
        env={**os.environ, **data_dir.environment()},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return Command(done.returncode, done.stdout + done.stderr)


def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The temporary folder of all processes of this run of pytest."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session", autouse=True)
def _parsed_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    os.environ[SHARED] = str(shared_folder(tmp_path_factory) / "parsed")


def once(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that all processes of this run of pytest share, filled by the first that asks."""
    shared = shared_folder(tmp_path_factory)
    folder, made = shared / name, shared / f"{name}.made"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            made.touch()
    return folder


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Two weeks of 2,500 persons, generated, landed, built, audited and published.

    Some oddities are commoner than in the demo, so that each occurs in so small a world.
    """
    folder = once(tmp_path_factory, "built", _build)
    first_run = Command(**json.loads((folder / "first_run.json").read_text(encoding="utf-8")))
    return Built(DataDir(folder / "data"), first_run, folder / "untouched")


def _build(folder: Path) -> None:
    data_dir = DataDir(folder / "data")
    data_dir.root.mkdir()
    generated = run_module(
        data_dir,
        "sample_data",
        *("--days", "14", "--persons", "2500"),
        *("--set", "test_orders=0.2", "broken=0.005", "duplicates=0.02"),
    )
    assert generated.code == 0, generated.output
    first_run = run_module(data_dir, "orchestration.run")
    (folder / "first_run.json").write_text(json.dumps(asdict(first_run)), encoding="utf-8")
    shutil.copytree(data_dir.root, folder / "untouched", symlinks=True)
