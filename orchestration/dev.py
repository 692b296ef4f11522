"""Dagster's pages on this machine: `python -m orchestration.dev [port]`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import dagster as dg

from orchestration.health import HealthError, look_after, look_after_dagster
from orchestration.home import close_dead_runs, prepare_home
from orchestration.lock import WriterBusyError, writer_lock
from orchestration.paths import PROJECT_DIR, DataDir
from orchestration.salt import SaltError


def main() -> None:
    """Become `dagster dev` on 127.0.0.1, with Dagster's home in the data directory."""
    port = sys.argv[1] if len(sys.argv) > 1 else "3000"
    data_dir = DataDir.from_env()
    prepare_home(data_dir)
    os.environ.update(data_dir.environment())
    try:
        put_in_order(data_dir)
    except (HealthError, SaltError) as error:
        sys.exit(str(error))
    os.chdir(PROJECT_DIR)
    dagster = Path(sys.executable).with_name("dagster")
    command = ["dagster", "dev", "-h", "127.0.0.1", "-p", port, "-m", "orchestration.definitions"]
    os.execv(dagster, command)  # noqa: S606 a fixed command, and no shell


def put_in_order(data_dir: DataDir) -> None:
    """Look after the data directory, and close runs that were killed together with their server.

    A run holds the writer lock from its first step to its last: where nobody does, none goes on.
    Where somebody does, it is left alone, and with it the rest until the next start.
    """
    try:
        with writer_lock(data_dir):
            look_after(data_dir)
            look_after_dagster(data_dir)
            with dg.DagsterInstance.get() as instance:
                close_dead_runs(instance)
    except WriterBusyError as busy:
        print(busy)


if __name__ == "__main__":
    main()
