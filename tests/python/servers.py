"""A server on this machine, and requests to it with any header a browser might send."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from pathlib import Path

from viaggio.workspace.paths import PROJECT_DIR

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
WEBSOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
# Headers of requests that another site's page, or another name for this machine, leads to.
FOREIGN = {
    "another site": {"Origin": "http://evil.example"},
    "another site on the same host": {"Origin": "http://127.0.0.1:1"},
    "an origin hidden by a sandbox": {"Origin": "null"},
    "a name that leads here": {"Host": "evil.example"},
    "a name that leads here, with its own origin": {
        "Host": "evil.example:{port}",
        "Origin": "http://evil.example:{port}",
    },
    "the host without its port": {"Host": "127.0.0.1"},
    "a name that begins like ours": {"Host": "127.0.0.1.evil.example:{port}"},
    "ours under another of its names": {"Origin": "http://localhost:{port}"},
    "a script or image of another site": {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "no-cors",
        "Sec-Fetch-Dest": "script",
    },
    "a frame of another site": {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "iframe",
    },
    "a page of another server on this machine": {
        "Sec-Fetch-Site": "same-site",
        "Sec-Fetch-Mode": "cors",
        "Sec-Fetch-Dest": "empty",
    },
}
OWN = {
    "a command": {},
    "an address that was typed": {
        "Sec-Fetch-Site": "none",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
    },
    "a link on another site": {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
    },
    "the page itself": {"Origin": "http://127.0.0.1:{port}", "Sec-Fetch-Site": "same-origin"},
    "the page by its name": {"Host": "localhost:{port}", "Origin": "http://localhost:{port}"},
    "the page by its address of version 6": {
        "Host": "[::1]:{port}",
        "Origin": "http://[::1]:{port}",
    },
}


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    headers: Message
    body: bytes


@dataclass(frozen=True)
class Server:
    """A process that serves on a port of this machine."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def ask(
        self,
        path: str = "/",
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        body: bytes = b"",
    ) -> Answer:
        """Send a request; `{port}` in a header is the server's."""
        given = {"Host": "127.0.0.1:{port}", **(headers or {})}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.putrequest(method, path, skip_host=True)
            for name, value in given.items():
                connection.putheader(name, value.format(port=self.port))
            if body:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            switched = response.status == HTTPStatus.SWITCHING_PROTOCOLS
            return Answer(response.status, response.headers, b"" if switched else response.read())

    @contextmanager
    def open_websocket(self, path: str, protocol: str) -> Iterator[None]:
        """Keep a WebSocket of the pages' own open until the end of the block."""
        own = {"Host": f"127.0.0.1:{self.port}", "Origin": f"http://127.0.0.1:{self.port}"}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            headers = {**own, **WEBSOCKET, "Sec-WebSocket-Protocol": protocol}
            connection.request("GET", path, headers=headers)
            assert connection.getresponse().status == HTTPStatus.SWITCHING_PROTOCOLS
            yield

    def graphql(self, query: str) -> dict[str, object]:
        """The answer to a GraphQL query, asked as the pages do."""
        answer = self.ask(
            "/graphql",
            {"Origin": "http://127.0.0.1:{port}", "Content-Type": "application/json"},
            "POST",
            json.dumps({"query": query}).encode(),
        )
        assert answer.status == HTTPStatus.OK, answer.body
        return json.loads(answer.body)["data"]


@contextmanager
def served(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Iterator[Server]:
    """Python with these arguments (`{port}` is a free one) until the end of the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (
        log.open("w") as output,
        subprocess.Popen(
            [sys.executable, *(part.format(port=port) for part in command)],
            cwd=PROJECT_DIR,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            server = Server(process, port, log)
            _wait_for(server)
            yield server
        finally:
            process.terminate()
            process.wait(timeout=120)


def alive(group: int) -> list[str]:
    """Command lines of a group's processes; one that has ended and nobody asked after is dead."""
    listed = subprocess.run(
        ["ps", "-eo", "pgid=,stat=,args="], capture_output=True, text=True, check=True
    )
    rows = (line.split(maxsplit=2) for line in listed.stdout.splitlines())
    return [row[-1] for row in rows if row[0] == str(group) and not row[1].startswith("Z")]


def _wait_for(server: Server) -> None:
    for _ in range(600):
        assert server.process.poll() is None, server.log.read_text(encoding="utf-8")
        try:
            server.ask()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(server.log.read_text(encoding="utf-8"))
