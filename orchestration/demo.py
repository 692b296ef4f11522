"""The demo: `viaggio demo --days 180 --persons 20000`.

Generates the demo company unless something has landed already, and runs the pipeline on it. What a
run needs before its first step (Dagster, the parsed dbt project) is read while it is generated.
With `--as shopify-klaviyo` the company's data come as vendors' exports (`sample_data/stacks.py`).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

from orchestration import run
from sample_data.stacks import names, write_exports
from viaggio.landing.settings import PREFIX
from viaggio.workspace.paths import PROJECT_DIR, DataDir


def main(arguments: Sequence[str] | None = None) -> int:
    """Generate and run; returns the exit code of what went wrong, or of the run."""
    parser = argparse.ArgumentParser(prog="viaggio demo", description=__doc__)
    parser.add_argument("--days", default="180", help="days of the demo company's life (180)")
    parser.add_argument("--persons", default="20000", help="persons who may meet it (20000)")
    parser.add_argument(
        "--as", dest="stack", choices=names(), help="write its data as the exports of these tools"
    )
    options = parser.parse_args(arguments)
    data_dir = DataDir.from_env()
    if not any(path.is_file() for path in data_dir.landing.rglob("*")):
        print(
            f"Generating {options.days} days of a shop with {options.persons} persons ...",
            flush=True,
        )
        world = data_dir if options.stack is None else DataDir.at(data_dir.tmp / "world")
        code = _generate(data_dir, world, options.days, options.persons)
        if code:
            return code
        if options.stack:
            for file, rows in write_exports(options.stack, world.landing, data_dir.landing):
                print(f"  {file.relative_to(data_dir.landing)}: {rows:,} rows", flush=True)
            shutil.rmtree(world.root)
        # What the generator wrote is whole.
        os.environ.setdefault(f"{PREFIX}SETTLE_SECONDS", "0")
    return run.main([])


def _generate(data_dir: DataDir, world: DataDir, days: str, persons: str) -> int:
    """Exit code of the generator, which writes into `world`."""
    command = [sys.executable, "-m", "sample_data", "--days", days, "--persons", persons]
    command += ["--out", str(world.root)]
    environment = {**os.environ, **data_dir.environment()}
    with subprocess.Popen(command, cwd=PROJECT_DIR, env=environment) as generator:
        _prepare(data_dir)
    return generator.returncode


def _prepare(data_dir: DataDir) -> None:
    """Import what a run imports, and parse the dbt project for it."""
    from orchestration.build import build_definitions  # noqa: PLC0415

    os.environ.update(data_dir.environment())
    build_definitions(data_dir)


if __name__ == "__main__":
    sys.exit(main())
