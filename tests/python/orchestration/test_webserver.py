"""Dagster's pages as they are served: to themselves only, with the daemon, until a signal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

import pytest

from orchestration.home import prepare_home
from orchestration.paths import DataDir
from tests.python.servers import FOREIGN, OWN, WEBSOCKET, Server, alive, served

TOY = (
    "-c",
    "import sys; from orchestration.dev import supervise; sys.exit(supervise(["
    "'-m', 'orchestration.webserver', '{port}', 'tests.python.orchestration.toy']))",
)
LAUNCH = """
mutation {
  launchRun(executionParams: {selector: {repositoryLocationName: "tests.python.orchestration.toy",
    repositoryName: "__repository__", jobName: "long"}, runConfigData: {}}) { __typename }
}
"""
RUNS = "{ runsOrError { ... on Runs { results { jobName status } } } }"


def pages(folder: Path) -> AbstractContextManager[Server]:
    data_dir = DataDir(folder)
    prepare_home(data_dir)
    return served(TOY, data_dir.environment(), folder / "server.log")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with pages(tmp_path_factory.mktemp("dagster")) as server:
        yield server


def runs(server: Server) -> dict[str, str]:
    """Status of the newest run of each job."""
    found = server.graphql(RUNS)["runsOrError"]["results"]  # type: ignore[index]
    return {run["jobName"]: run["status"] for run in reversed(found)}


def wait_until(condition: Callable[[], bool], server: Server) -> None:
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end, server.log.read_text(encoding="utf-8")
        time.sleep(0.3)


def test_its_own_pages_are_answered(server: Server) -> None:
    for headers in OWN.values():
        page = server.ask("/assets", headers)
        assert page.status == HTTPStatus.OK
        assert b"<html" in page.body
        assert page.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in page.headers.get_all("Content-Security-Policy")
    assert server.graphql("{ version }") == {"version": "1.13.27"}
    with server.open_websocket("/graphql", "graphql-ws"):
        pass
    # The page to write queries on.
    assert server.ask("/graphql", {"Accept": "text/html"}).status == HTTPStatus.OK


@pytest.mark.parametrize("request_of", FOREIGN)
def test_requests_from_elsewhere_are_refused(server: Server, request_of: str) -> None:
    headers = FOREIGN[request_of]
    assert server.ask("/assets", headers).status == HTTPStatus.FORBIDDEN
    assert server.ask("/graphql", WEBSOCKET | headers).status == HTTPStatus.FORBIDDEN
    posted = server.ask(
        "/graphql",
        {"Content-Type": "application/json", **headers},
        "POST",
        json.dumps({"query": LAUNCH}).encode(),
    )
    assert posted.status == HTTPStatus.FORBIDDEN
    # The others that write.
    reported = server.ask("/report_asset_materialization/a", headers, "POST", b"{}")
    assert reported.status == HTTPStatus.FORBIDDEN
    assert "long" not in runs(server)


@pytest.mark.parametrize(
    "kind",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/plain",
        "text/plain; application/json",
        "application/graphql",
        "",
    ],
)
def test_graphql_is_taken_as_json_only(server: Server, kind: str) -> None:
    path = f"/graphql?query={quote(LAUNCH)}"
    headers = {"Content-Type": kind} if kind else {}
    body = json.dumps({"query": LAUNCH}).encode()
    assert server.ask(path, headers, "POST", body).status == HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    assert "long" not in runs(server)


def test_no_address_runs_graphql(server: Server) -> None:
    for path in (f"/graphql?query={quote(LAUNCH)}", "/graphql?query={version}"):
        for accepted in ("*/*", "application/json"):
            answer = server.ask(path, {"Accept": accepted})
            assert answer.status == HTTPStatus.METHOD_NOT_ALLOWED
        shown = server.ask(path, {"Accept": "text/html"})
        assert b"GraphiQL" in shown.body
    assert "long" not in runs(server)


def test_sensors_runs_and_the_queue_work(server: Server) -> None:
    wait_until(lambda: runs(server).get("quick") == "SUCCESS", server)


def test_a_port_in_use_is_said(server: Server, tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path)
    prepare_home(data_dir)
    done = subprocess.run(
        [sys.executable, *(part.format(port=server.port) for part in TOY)],
        env={**os.environ, **data_dir.environment()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"make dagster PORT={server.port + 1}" in done.stderr


def group_of(server: Server) -> int:
    """The group of processes that the server started."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True)
    rows = (line.split() for line in listed.stdout.splitlines())
    return next(int(pid) for pid, parent in rows if parent == str(server.process.pid))


def test_a_signal_ends_everything_the_run_too(tmp_path: Path) -> None:
    with pages(tmp_path) as server, server.open_websocket("/graphql", "graphql-ws"):
        assert server.graphql(LAUNCH)["launchRun"] == {"__typename": "LaunchRunSuccess"}
        group = group_of(server)
        wait_until(lambda: "time.sleep" in " ".join(alive(group)), server)
        said = " ".join(alive(group))
        assert "dagster._daemon" in said
        assert "code-server" in said
        server.process.terminate()
        assert server.process.wait(timeout=120) == 0
        assert alive(group) == []
