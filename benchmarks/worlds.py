"""A generated world, landed and built as far as a benchmark needs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from expectations.runner import initialise as initialise_validation
from viaggio.landing.load import LandingSettings, land
from viaggio.workspace.dbt_project import DBT
from viaggio.workspace.paths import PROJECT_DIR, DataDir
from viaggio.workspace.salt import ensure_salt


def dbt(data_dir: DataDir, *arguments: str) -> str:
    """Run dbt on a data directory; returns what it printed."""
    done = subprocess.run(
        (DBT, "--quiet", *arguments, "--no-version-check"),
        cwd=PROJECT_DIR,
        env={**os.environ, **data_dir.environment()},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def generate_and_build(
    data_dir: DataDir, persons: int, days: int, select: Sequence[str], *options: str
) -> None:
    """Generate a world, land it, and build the models selected; `options` go to the generator."""
    subprocess.run(
        (
            *(sys.executable, "-m", "sample_data"),
            *("--persons", str(persons), "--days", str(days)),
            *options,
        ),
        cwd=PROJECT_DIR,
        env={**os.environ, **data_dir.environment()},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    ensure_salt(data_dir)
    initialise_validation(data_dir)
    land(data_dir, settings=LandingSettings(settle_seconds=0))
    dbt(data_dir, "build", "--exclude-resource-type", "test", "unit_test", "--select", *select)
