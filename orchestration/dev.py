"""Dagster's pages on this machine: `python -m orchestration.dev [port]`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from orchestration.home import prepare_home
from orchestration.paths import PROJECT_DIR, DataDir


def main() -> None:
    """Become `dagster dev` on 127.0.0.1, with Dagster's home in the data directory."""
    port = sys.argv[1] if len(sys.argv) > 1 else "3000"
    data_dir = DataDir.from_env()
    prepare_home(data_dir)
    os.environ.update(data_dir.environment())
    os.chdir(PROJECT_DIR)
    dagster = Path(sys.executable).with_name("dagster")
    command = ["dagster", "dev", "-h", "127.0.0.1", "-p", port, "-m", "orchestration.definitions"]
    os.execv(dagster, command)  # noqa: S606 a fixed command, and no shell


if __name__ == "__main__":
    main()
