"""The demo: `viaggio demo --days 180 --persons 20000`.

Generates the demo company unless something has landed already, and runs the pipeline on it. What a
run needs before its first step (Dagster, the parsed dbt project) is read while it is generated.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence

from orchestration import run
from viaggio.landing.settings import PREFIX
from viaggio.workspace.paths import PROJECT_DIR, DataDir


def main(arguments: Sequence[str] | None = None) -> int:
    """Generate and run; returns the exit code of what went wrong, or of the run."""
    parser = argparse.ArgumentParser(prog="viaggio demo", description=__doc__)
    parser.add_argument("--days", default="180", help="days of the demo company's life (180)")
    parser.add_argument("--persons", default="20000", help="persons who may meet it (20000)")
    options = parser.parse_args(arguments)
    data_dir = DataDir.from_env()
    if not any(path.is_file() for path in data_dir.landing.rglob("*")):
        print(
            f"Generating {options.days} days of a shop with {options.persons} persons ...",
            flush=True,
        )
        code = _generate(data_dir, options.days, options.persons)
        if code:
            return code
        # What the generator wrote is whole.
        os.environ.setdefault(f"{PREFIX}SETTLE_SECONDS", "0")
    return run.main([])


def _generate(data_dir: DataDir, days: str, persons: str) -> int:
    """Exit code of the generator."""
    command = [sys.executable, "-m", "sample_data", "--days", days, "--persons", persons]
    environment = {**os.environ, **data_dir.environment()}
    with subprocess.Popen(command, cwd=PROJECT_DIR, env=environment) as world:
        _prepare(data_dir)
    return world.returncode


def _prepare(data_dir: DataDir) -> None:
    """Import what a run imports, and parse the dbt project for it."""
    from orchestration.build import build_definitions  # noqa: PLC0415

    os.environ.update(data_dir.environment())
    build_definitions(data_dir)


if __name__ == "__main__":
    sys.exit(main())
