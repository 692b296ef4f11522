"""The pages on this machine: `python -m dashboard [port]`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from orchestration.paths import PROJECT_DIR, DataDir


def main() -> None:
    """Become `streamlit run` on 127.0.0.1 (.streamlit/config.toml), reading the data directory."""
    port = sys.argv[1] if len(sys.argv) > 1 else "8501"
    os.environ.update(DataDir.from_env().environment())
    os.chdir(PROJECT_DIR)
    streamlit = Path(sys.executable).with_name("streamlit")
    command = ["streamlit", "run", "dashboard/app.py", "--server.port", port]
    os.execv(streamlit, command)  # noqa: S606 a fixed command, and no shell


if __name__ == "__main__":
    main()
