"""A vendor on this machine: answers as its API does, and fails as its API may."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Request:
    """What was asked: parameters have their last value, `body` is the JSON that was sent."""

    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: Any = None


@dataclass(frozen=True)
class Reply:
    """An answer; `content` is sent as JSON, or as it is if it is bytes."""

    content: Any = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        whole = self.content
        return whole if isinstance(whole, bytes) else json.dumps(whole).encode()


@dataclass
class Vendor:
    """A server whose `api` answers; replies in `trouble` come first, one to each request."""

    url: str
    api: Callable[[Request], Reply]
    trouble: deque[Reply] = field(default_factory=deque)
    asked: list[Request] = field(default_factory=list)

    def answer(self, request: Request) -> Reply:
        self.asked.append(request)
        return self.trouble.popleft() if self.trouble else self.api(request)


@contextmanager
def serve(api: Callable[[Request], Reply]) -> Iterator[Vendor]:
    """A vendor on a free port, until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def reply(self) -> None:
            asked = urlsplit(self.path)
            length = int(self.headers.get("Content-Length", 0))
            params = {name: values[-1] for name, values in parse_qs(asked.query).items()}
            body = json.loads(self.rfile.read(length)) if length else None
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, asked.path, params, headers, body)
            reply = vendor.answer(request)
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = reply  # noqa: N815 -- the names that the class asks for

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        vendor = Vendor(f"http://127.0.0.1:{server.server_port}", api)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield vendor
        finally:
            server.shutdown()
            thread.join()
