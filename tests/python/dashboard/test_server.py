"""The pages' server: it answers its own pages only, and asks nobody."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from http import HTTPStatus
from pathlib import Path

import pytest

from tests.python.dashboard.conftest import Watched
from tests.python.servers import FOREIGN, OWN, WEBSOCKET, served
from viaggio.workspace.paths import DataDir

STREAM = "/_stcore/stream"
# Sends nothing: an address is only noted for a socket without connections.
ASK_ELSEWHERE = """
import socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
    asking.connect(("192.0.2.1", 9))
"""


def test_its_own_pages_are_answered(watched: Watched) -> None:
    for headers in OWN.values():
        page = watched.server.ask("/stores", headers)
        assert page.status == HTTPStatus.OK
        assert b"<html" in page.body
    with watched.server.open_websocket(STREAM, "streamlit"):
        pass


def test_no_answer_may_be_framed_or_fetch_from_elsewhere(watched: Watched) -> None:
    for path in ("/", "/_stcore/health", "/_stcore/host-config", "/no/such/file.js"):
        headers = watched.server.ask(path).headers
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        policy = headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert "default-src 'self'" in policy
        assert "http" not in policy
        assert "*" not in policy


@pytest.mark.parametrize("request_of", FOREIGN)
def test_requests_from_elsewhere_are_refused_without_asking_anybody(
    watched: Watched, request_of: str
) -> None:
    headers = FOREIGN[request_of]
    for path in ("/", "/_stcore/health", "/_stcore/host-config"):
        assert watched.server.ask(path, headers).status == HTTPStatus.FORBIDDEN
    assert watched.server.ask(STREAM, WEBSOCKET | headers).status == HTTPStatus.FORBIDDEN
    assert watched.asked() == ""


def test_the_watch_sees_who_is_asked(watched: Watched, tmp_path: Path) -> None:
    notes = tmp_path / "asked"
    environment = {**os.environ, **watched.environment, "WATCH_LOG": str(notes)}
    subprocess.run([sys.executable, "-c", ASK_ELSEWHERE], env=environment, check=True)
    assert notes.read_text(encoding="utf-8") == "socket.connect 192.0.2.1\n"


def test_what_the_server_tells_of_itself_is_closed_or_harmless(watched: Watched) -> None:
    for path in ("/_stcore/metrics", "/_stcore/metrics?families=session_events"):
        assert watched.server.ask(path).status == HTTPStatus.NOT_FOUND
    assert b'"allowedOrigins":[]' in watched.server.ask("/_stcore/host-config").body
    assert b"switched off" in watched.server.ask("/_stcore/agent/openapi.json").body


def test_an_interrupt_ends_it_quietly(made_up: Path, tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    environment = DataDir(made_up).environment()
    with served(["-m", "dashboard", "{port}"], environment, log) as server:
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(timeout=60) == 0
    assert "Traceback" not in log.read_text(encoding="utf-8")
