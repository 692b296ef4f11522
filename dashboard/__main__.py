"""The pages on this machine: `viaggio dashboard [port]`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from viaggio.workspace.guard import Guard, OriginError, own_origins
from viaggio.workspace.paths import PROJECT_DIR, DataDir

# The browser fetches everything from this server. Streamlit's pages need scripts and styles in
# line, and Plotly makes some of its own.
POLICY = (
    "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'"
)
# Streamlit's own measurements, which no page needs.
CLOSED = ("/_stcore/metrics",)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the pages on 127.0.0.1 (.streamlit/config.toml), reading the data directory."""
    parser = argparse.ArgumentParser(prog="viaggio dashboard", description="Open the pages.")
    parser.add_argument("port", nargs="?", default=8501, type=int, help="8501 if not given")
    port = parser.parse_args(arguments).port
    try:
        origins = own_origins(port)
    except OriginError as error:
        print(error, file=sys.stderr)
        return 1
    os.environ.update(DataDir.from_env().environment())
    os.chdir(PROJECT_DIR)
    guard = Middleware(Guard, origins, closed=CLOSED, policy=POLICY)
    app = st.App(Path(__file__).with_name("app.py"), middleware=[guard])
    with suppress(KeyboardInterrupt):
        app.run(config={"server.port": port})
    return 0


if __name__ == "__main__":
    sys.exit(main())
