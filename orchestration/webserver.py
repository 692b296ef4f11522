"""Dagster's pages behind the guard, with its daemon and code server: what `dagster dev` runs.

`dagster dev` starts a web server of its own that answers anybody, and takes no other. So this
module starts the same three parts: the code server, the daemon as a child, the web server here.
`orchestration.dev` starts this module and ends what it leaves.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import dagster as dg
import uvicorn
import yaml
from dagster._cli.proxy_server_manager import ProxyServerManager
from dagster._core.workspace.context import WorkspaceProcessContext, WorkspaceRequestContext
from dagster._core.workspace.load_target import ModuleTarget, WorkspaceFileTarget
from dagster._utils.log import configure_loggers
from dagster_webserver import cli
from dagster_webserver.version import __version__
from dagster_webserver.webserver import DagsterWebserver
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from viaggio.workspace.guard import Guard, own_origins

_POLL_MILLISECONDS = 2000  # how often pages ask for news, as in `dagster dev`
_PATIENCE = 20  # seconds a part has to end
_GLANCE = 0.5  # seconds between two looks at the daemon and the parent


class GuardedWebserver(DagsterWebserver[WorkspaceProcessContext, WorkspaceRequestContext]):
    """Dagster's web server for pages of its own origin, with GraphQL as JSON only.

    Dagster takes GraphQL from forms and addresses too, which browsers send across sites without
    asking the server first.
    """

    def __init__(self, context: WorkspaceProcessContext, port: int) -> None:
        self._origins = own_origins(port)
        super().__init__(context, live_data_poll_rate=_POLL_MILLISECONDS)

    def build_middleware(self) -> list[Middleware]:
        """The guard first, then Dagster's own."""
        return [Middleware(Guard, self._origins), *super().build_middleware()]

    async def graphql_http_endpoint(self, request: Request) -> Response:
        """Answer JSON that was posted, and show the page to write queries on."""
        if request.method == "POST":
            kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != "application/json":
                return PlainTextResponse("Refused: send GraphQL as application/json.\n", 415)
        elif "text/html" not in request.headers.get("accept", ""):
            return PlainTextResponse("Refused: send GraphQL by POST.\n", 405, {"Allow": "POST"})
        return await super().graphql_http_endpoint(request)


def serve(port: int, module: str) -> int:
    """Serve until a signal comes or the daemon ends; returns the exit code."""
    configure_loggers(log_level="INFO")
    with ExitStack() as stack:
        try:
            listener = stack.enter_context(socket.create_server(("127.0.0.1", port)))
        except OSError as error:
            print(
                f"Port {port} cannot be used: {error.strerror}. Choose another one, for "
                f"example: make dagster PORT={port + 1}",
                file=sys.stderr,
            )
            return 1
        instance = stack.enter_context(dg.DagsterInstance.get())
        instance.optimize_for_webserver(
            cli.DEFAULT_DB_STATEMENT_TIMEOUT,
            cli.DEFAULT_POOL_RECYCLE,
            cli.DEFAULT_POOL_MAX_OVERFLOW,
        )
        workspace = stack.enter_context(_code_server(instance, module))
        daemon = stack.enter_context(_daemon(workspace))
        context = stack.enter_context(
            WorkspaceProcessContext(
                instance,
                WorkspaceFileTarget([str(workspace)]),
                version=__version__,
                code_server_log_level="WARNING",
            )
        )
        app = GuardedWebserver(context, port).create_asgi_app()
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=5)
        )
        _stop_with(daemon, server)
        print(f"Dagster's pages: http://127.0.0.1:{port} (Ctrl-C ends them)", flush=True)
        server.run([listener])
        if daemon.poll() is not None:
            print("Dagster's daemon has ended by itself; see above why.", file=sys.stderr)
            return 1
    return 0


@contextmanager
def _code_server(instance: dg.DagsterInstance, module: str) -> Generator[Path, None, None]:
    """A process that has loaded the code; yields the workspace file that says where it listens."""
    target = ModuleTarget(module, attribute=None, working_directory=None, location_name=None)
    with (
        ProxyServerManager(instance, target, code_server_log_level="WARNING") as servers,
        TemporaryDirectory() as folder,
    ):
        workspace = Path(folder) / "workspace.yaml"
        specs = [dict(spec) for spec in servers.get_code_server_specs()]
        workspace.write_text(yaml.safe_dump({"load_from": specs}), encoding="utf-8")
        yield workspace


@contextmanager
def _daemon(workspace: Path) -> Generator[subprocess.Popen[bytes], None, None]:
    """Dagster's daemon (sensors, schedules, the queue of runs), ended with the block."""
    command = [sys.executable, "-m", "dagster._daemon", "run", "--workspace", str(workspace)]
    with subprocess.Popen(command) as daemon:
        try:
            yield daemon
        finally:
            daemon.send_signal(signal.SIGINT)
            try:
                daemon.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                daemon.kill()


def _stop_with(daemon: subprocess.Popen[bytes], server: uvicorn.Server) -> None:
    """Stop the server when the daemon ends: pages that launch nothing would be a trap.

    Also when its parent was killed, which could then end nothing itself.
    """
    parent = os.getppid()

    def wait() -> None:
        while daemon.poll() is None and os.getppid() == parent:
            time.sleep(_GLANCE)
        server.should_exit = True

    threading.Thread(target=wait, daemon=True).start()


def main() -> int:
    """Serve, and see a signal to end through."""

    def end(*_: object) -> None:
        # Once is enough: what has been started is ended in its order, undisturbed.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        raise SystemExit(0)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    os.environ["DAGSTER_IS_DEV_CLI"] = "1"  # an error in the code is then logged once
    return serve(int(sys.argv[1]), sys.argv[2])


if __name__ == "__main__":
    sys.exit(main())
