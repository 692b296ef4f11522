"""Who may talk to the pages on this machine: a browser that shows these very pages, nobody else.

A server on 127.0.0.1 can be reached by every web page that is open in a browser on the machine.
The page can send it forms and scripts, open a WebSocket, show it in a frame, or point a host name
of its own at 127.0.0.1. The browser says where a request comes from (Origin, Sec-Fetch-Site) and
which name it asked for (Host). The guard answers only if all of them name the server itself.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ORIGINS_VARIABLE = "VIAGGIO_ORIGINS"

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")
_DEFAULT_PORT = {"http": ":80", "https": ":443"}
_HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_NO_FRAMES = "frame-ancestors 'none'"


class OriginError(ValueError):
    """The setting names something that is no origin; the message says what to write."""


def own_origins(port: int) -> frozenset[str]:
    """Origins of a server on this machine, with those of a reverse proxy from the environment.

    Raises:
        OriginError: `VIAGGIO_ORIGINS` names something else than origins.
    """
    names = ("127.0.0.1", "localhost", "[::1]")
    own = {_without_default_port(f"http://{name}:{port}") for name in names}
    return frozenset(own | _origins_of_proxies(os.environ.get(ORIGINS_VARIABLE, "")))


def _origins_of_proxies(setting: str) -> set[str]:
    listed = {part.strip().lower().rstrip("/") for part in setting.split(",") if part.strip()}
    for origin in sorted(listed):
        if not _ORIGIN.fullmatch(origin):
            raise OriginError(
                f"{ORIGINS_VARIABLE}: {origin!r} is no origin. Write scheme and host, for example "
                "https://viaggio.example or https://viaggio.example:8443, with commas between them."
            )
    return {_without_default_port(origin) for origin in listed}


def _without_default_port(origin: str) -> str:
    """The origin as browsers write it."""
    return origin.removesuffix(_DEFAULT_PORT[urlsplit(origin).scheme])


class Guard:
    """ASGI middleware that refuses requests from elsewhere and forbids frames.

    Args:
        app: What is guarded.
        origins: The server's own origins.
        closed: Paths that answer nobody.
        policy: Content-Security-Policy of every answer, beside the ban on frames.
    """

    def __init__(
        self,
        app: ASGIApp,
        origins: Collection[str],
        closed: Collection[str] = (),
        policy: str = "",
    ) -> None:
        self._app = app
        self._origins = frozenset(origins)
        self._hosts = frozenset(urlsplit(origin).netloc for origin in origins)
        self._closed = frozenset(closed)
        self._policy = "; ".join(filter(None, (_NO_FRAMES, policy)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request, or pass it on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                headers.append("Content-Security-Policy", self._policy)
            await send(message)

        status, reason = self._refusal(scope)
        if not status:
            await self._app(scope, receive, send_with_headers)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": reason})
        else:
            await PlainTextResponse(f"{reason}\n", status)(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> tuple[int, str]:
        """The status of a refusal and its reason; 0 for a request that is fine."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            return 403, (
                "Refused: this server does not go by the name in the header Host. Open it at "
                f"{' or '.join(sorted(self._origins))}. Behind a reverse proxy, pass Host on and "
                f"name the proxy's address in {ORIGINS_VARIABLE}."
            )
        for origin in headers.getlist("origin"):
            if origin not in self._origins or urlsplit(origin).netloc != hosts[0]:
                return 403, "Refused: the request comes from another site (header Origin)."
        if not _is_from_here(scope, headers):
            return 403, "Refused: the request comes from another site (header Sec-Fetch-Site)."
        if scope["path"] in self._closed:
            return 404, "Not Found"
        return 0, ""


def _is_from_here(scope: Scope, headers: Headers) -> bool:
    """Whether the browser says so, or says nothing; a link on another site may open a page."""
    if headers.get("sec-fetch-site", "none") in ("same-origin", "none"):
        return True
    return (
        scope.get("method") in ("GET", "HEAD")
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
    )
