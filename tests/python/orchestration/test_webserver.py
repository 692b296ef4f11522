"""Dagster's pages as they are served: to themselves only, with the daemon, until a signal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

import dagster as dg
import pytest
from playwright.sync_api import (
    ConsoleMessage,
    Request,
    Response,
    WebSocket,
    sync_playwright,
)

from orchestration.home import prepare_home
from orchestration.run import execute
from tests.python.orchestration.toy import quick
from tests.python.servers import CHROMIUM, FOREIGN, OWN, WEBSOCKET, Server, alive, served
from viaggio.workspace.paths import DataDir

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
TIMELINE = """
{
  runsOrError { ... on Runs { results {
    id status tags { key value } repositoryOrigin { id repositoryName repositoryLocationName }
  } } }
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


def test_the_timeline_has_runs_of_other_processes(server: Server) -> None:
    """It groups runs by what it is told of their repository, and leaves out those without."""
    home = DataDir(server.log.parent).dagster_home
    with dg.DagsterInstance.from_config(str(home)) as instance:
        run_id = execute(quick, instance, {"viaggio/in_process": "true"}).run_id
    found = server.graphql(TIMELINE)["runsOrError"]["results"]  # type: ignore[index]
    origins = {run["id"]: run["repositoryOrigin"] for run in found}
    assert origins[run_id]["repositoryName"] == "__repository__"
    assert origins[run_id]["repositoryLocationName"] == "orchestration.definitions"


def test_sensors_runs_and_the_queue_work(server: Server) -> None:
    wait_until(lambda: runs(server).get("quick") == "SUCCESS", server)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_browser_shows_the_assets_and_asks_nobody_else(server: Server) -> None:
    address = f"http://127.0.0.1:{server.port}"
    elsewhere, forbidden, refused, frames = [], [], [], []

    def note(request: Request) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            elsewhere.append(request.url)

    def judge(response: Response) -> None:
        if response.status >= HTTPStatus.BAD_REQUEST:
            refused.append(response.url)

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            forbidden.append(message.text)

    def receive(frame: str | bytes) -> None:
        frames.append(frame)

    def follow(socket: WebSocket) -> None:
        socket.on("framereceived", receive)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("request", note)
        page.on("response", judge)
        page.on("console", listen)
        page.on("websocket", follow)
        page.goto(f"{address}/assets")
        page.get_by_text("an_asset").first.wait_for(timeout=120_000)
        wait_until(lambda: page.wait_for_timeout(100) is None and bool(frames), server)
        browser.close()
    assert (elsewhere, forbidden, refused) == ([], [], [])


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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_all_processes_end_with_the_first(tmp_path: Path, number: signal.Signals) -> None:
    """The web server, the daemon and the code server, even where nobody is left to end them."""
    with pages(tmp_path) as server:
        group = group_of(server)
        said = " ".join(alive(group))
        for part in ("orchestration.webserver", "dagster._daemon", "code-server"):
            assert part in said
        server.process.send_signal(number)
        server.process.wait(timeout=120)
        wait_until(lambda: alive(group) == [], server)


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
    with dg.DagsterInstance.from_config(str(DataDir(tmp_path).dagster_home)) as instance:
        [run] = instance.get_runs(dg.RunsFilter(job_name="long"))
    assert run.status == dg.DagsterRunStatus.FAILURE, "an interrupted run says that it failed"
