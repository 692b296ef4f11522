"""What one more day costs, against building everything: `python benchmarks/one_day.py`.

Generates a world of `--days` days, lands and builds it, then brings one day more and does so
again. Prints, as seconds and as a share of the full build, the time of landing and of each staging
model (dbt's own figure a model, so that dbt's start does not count), the costliest first.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from expectations.runner import initialise as initialise_validation
from orchestration.landing.load import LandingSettings, land
from orchestration.paths import PROJECT_DIR, DataDir
from orchestration.salt import ensure_salt

# The rest takes a few hundredths of a second each.
SHOWN = 12


def generate(data_dir: DataDir, persons: int, days: int, *arguments: str) -> None:
    """Write landing files, one a day and table, so that a longer window only adds files."""
    _run(
        data_dir,
        *(sys.executable, "-m", "sample_data", "--daily"),
        *("--persons", str(persons), "--days", str(days), *arguments),
    )


def land_and_build(data_dir: DataDir) -> dict[str, float]:
    """Seconds of landing and of each incremental staging model."""
    began = time.monotonic()
    land(data_dir, settings=LandingSettings(settle_seconds=0))
    seconds = {"landing": time.monotonic() - began}
    dbt = str(Path(sys.executable).with_name("dbt"))
    _run(
        data_dir,
        *(dbt, "build", "--no-version-check", "--exclude-resource-type", "test", "unit_test"),
        *("--select", "+path:models/staging"),
    )
    results = json.loads((data_dir.root / "target" / "run_results.json").read_text("utf-8"))
    for result in results["results"]:
        kind, _, name = result["unique_id"].split(".", 2)
        if kind == "model" and name.startswith("stg_"):
            seconds[name] = result["execution_time"]
    return seconds


def _run(data_dir: DataDir, *command: str) -> None:
    subprocess.run(
        command,
        cwd=PROJECT_DIR,
        env={**os.environ, **data_dir.environment()},
        check=True,
        stdout=subprocess.DEVNULL,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--persons", type=int, default=5000)
    parser.add_argument("--days", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data_dir = DataDir(Path(folder))
        ensure_salt(data_dir)
        initialise_validation(data_dir)
        generate(data_dir, options.persons, options.days)
        full = land_and_build(data_dir)
        generate(data_dir, options.persons, options.days + 1, "--only-day", str(options.days))
        day = land_and_build(data_dir)
    print(f"{options.persons:,} persons, {options.days} days, then one more")
    print(f"{'':<36}{'all s':>9}{'day s':>9}{'share':>9}")
    full["all"], day["all"] = sum(full.values()), sum(day.values())
    for name in sorted(full, key=lambda name: -full[name])[:SHOWN]:
        print(f"{name:<36}{full[name]:>9.2f}{day[name]:>9.2f}{day[name] / full[name]:>9.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
