"""A made-up published file for all tests of the pages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dashboard import data
from tests.python.dashboard.published import publish
from tests.python.servers import Server, served
from viaggio.workspace.paths import DataDir

# Runs first in the server's Python, and notes every address it looks up, connects or sends to.
WATCH = """
import os, sys

def watch(event, arguments):
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else ""  # the path of a file is no host
    else:
        return
    if host and host not in ("127.0.0.1", "::1", "localhost"):
        with open(os.environ["WATCH_LOG"], "a") as log:
            print(event, host, file=log)

sys.addaudithook(watch)
"""


@dataclass(frozen=True)
class Watched:
    """The pages, served from the made-up file, and a note of whom the server asked."""

    server: Server
    environment: dict[str, str]
    notes: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def asked(self) -> str:
        """Addresses outside of this machine that the server asked, with how."""
        return self.notes.read_text(encoding="utf-8") if self.notes.exists() else ""


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that holds nothing but the made-up published file."""
    data_dir = tmp_path_factory.mktemp("dashboard")
    publish(data_dir)
    return data_dir


@pytest.fixture(scope="session")
def watched(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """The pages as `make dashboard` serves them."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    environment = {
        **DataDir(made_up).environment(),
        "PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")]),
        "WATCH_LOG": str(folder / "asked"),
    }
    with served(["-m", "dashboard", "{port}"], environment, folder / "server.log") as server:
        yield Watched(server, environment, folder / "asked")


@pytest.fixture
def data_dir(made_up: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The made-up data directory, named by the environment."""
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(made_up))
    return made_up


@pytest.fixture(autouse=True)
def let_go() -> Iterator[None]:
    """Pages hold their file open, and no other test of this process could open it otherwise."""
    yield
    data.forget()
