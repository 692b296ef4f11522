"""Metrics of what is published: `viaggio metrics [options of MetricFlow's query]`.

Without options it lists them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from viaggio.workspace.dbt_project import run_dbt
from viaggio.workspace.paths import PROJECT_DIR, DataDir

METRICFLOW = Path(sys.executable).with_name("mf")
TARGET = {"VIAGGIO_TARGET": "published"}


def main(arguments: Sequence[str]) -> int:
    """Ask MetricFlow; returns its exit code, or 1 if it cannot be asked."""
    if not METRICFLOW.exists():
        print("MetricFlow is missing: install viaggio with the extra `metrics`.", file=sys.stderr)
        return 1
    data_dir = DataDir.from_env()
    # MetricFlow reads what dbt parsed from the folder `target` of the project.
    if code := run_dbt(data_dir, "--quiet", "parse", "--target-path", "target", **TARGET):
        return code
    asked = ["query", *arguments] if arguments else ["list", "metrics"]
    environment = {**os.environ, **data_dir.environment(), **TARGET}
    done = subprocess.run([METRICFLOW, *asked], cwd=PROJECT_DIR, env=environment, check=False)
    return done.returncode
