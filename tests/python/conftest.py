"""Shared by all tests: one small world, landed, built, audited and published once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.paths import PROJECT_DIR, DataDir

# Other people's imports; each line says whose.
OTHERS_WARNINGS = [
    "ignore:sqlglotrs is deprecated:DeprecationWarning",  # sqlglot, through dagster-dbt
]


def pytest_configure(config: pytest.Config) -> None:
    for line in OTHERS_WARNINGS:
        config.addinivalue_line("filterwarnings", line)


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

    def copy(self, folder: Path) -> DataDir:
        """The same data directory once more, in a folder that does not exist yet."""
        shutil.copytree(self.data_dir.root, folder, symlinks=True)
        return DataDir(folder)


def run_module(data_dir: DataDir, module: str, *arguments: str) -> Command:
    """`python -m <module>` on a data directory, in a process of its own."""
    return run_command(data_dir, sys.executable, "-m", module, *arguments)


def run_command(data_dir: DataDir, *command: str) -> Command:
    done = subprocess.run(
        command,
        cwd=PROJECT_DIR,
        env={**os.environ, **data_dir.environment(), "VIAGGIO_TARGET": "ci"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return Command(done.returncode, done.stdout + done.stderr)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Two weeks of 1,000 persons, generated, landed, built, audited and published.

    Some oddities are commoner than in the demo, so that each occurs in so small a world.
    """
    data_dir = DataDir(tmp_path_factory.mktemp("built"))
    generated = run_module(
        data_dir,
        "sample_data",
        *("--days", "14", "--persons", "1000"),
        *("--set", "test_orders=0.2", "broken=0.005", "duplicates=0.02"),
    )
    assert generated.code == 0, generated.output
    return Built(data_dir, run_module(data_dir, "orchestration.run"))
