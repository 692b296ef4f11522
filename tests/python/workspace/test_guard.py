"""Whom a server on this machine answers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, MutableMapping
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from tests.python.servers import FOREIGN, OWN
from viaggio.workspace.guard import Guard, OriginError, own_origins

PORT = 3000


async def pages(scope: Scope, receive: Receive, send: Send) -> None:
    """An app that answers everybody."""
    if scope["type"] == "websocket":
        await WebSocket(scope, receive, send).accept()
    else:
        headers = {"Content-Security-Policy": "object-src 'none'", "Referrer-Policy": "unsafe-url"}
        await PlainTextResponse("pages", headers=headers)(scope, receive, send)


def ask(
    headers: Mapping[str, str] | list[tuple[str, str]],
    kind: str = "http",
    method: str = "GET",
    path: str = "/",
) -> MutableMapping[str, Any]:
    """The first thing the guarded app says to a request with these headers."""
    listed = list(headers.items()) if isinstance(headers, Mapping) else headers
    if "Host" not in dict(listed):
        listed = [("Host", "127.0.0.1:{port}"), *listed]
    scope = {
        "type": kind,
        "path": path,
        "headers": [
            (name.lower().encode(), value.format(port=PORT).encode()) for name, value in listed
        ],
        **({"method": method} if kind == "http" else {"subprotocols": []}),
    }
    said = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": f"{kind}.connect" if kind == "websocket" else "http.request"}

    async def send(message: MutableMapping[str, Any]) -> None:
        said.append(message)

    guarded = Guard(pages, own_origins(PORT), closed=["/closed"], policy="default-src 'self'")
    asyncio.run(guarded(scope, receive, send))
    return said[0]


@pytest.mark.parametrize("request_of", FOREIGN)
def test_requests_from_elsewhere_are_refused(request_of: str) -> None:
    for method in ("GET", "POST"):
        assert ask(FOREIGN[request_of], method=method)["status"] == 403
    assert ask(FOREIGN[request_of], "websocket")["type"] == "websocket.close"


@pytest.mark.parametrize("request_of", OWN)
def test_its_own_pages_are_answered(request_of: str) -> None:
    assert ask(OWN[request_of])["status"] == 200
    if "Origin" in OWN[request_of]:
        assert ask(OWN[request_of], method="POST")["status"] == 200
        assert ask(OWN[request_of], "websocket")["type"] == "websocket.accept"


def test_a_link_opens_pages_and_sends_no_forms() -> None:
    link = OWN["a link on another site"]
    assert ask(link, method="POST")["status"] == 403
    assert ask(link | {"Origin": "http://evil.example"})["status"] == 403


def test_one_host_and_one_origin() -> None:
    twice = [("Host", "127.0.0.1:3000"), ("Host", "evil.example")]
    assert ask(twice)["status"] == 403
    origins = [("Origin", "http://127.0.0.1:3000"), ("Origin", "http://evil.example")]
    assert ask(origins)["status"] == 403


def test_a_closed_path_answers_nobody() -> None:
    assert ask({}, path="/closed")["status"] == 404
    assert ask({}, path="/closed", method="POST")["status"] == 404


@pytest.mark.parametrize("headers", [{}, FOREIGN["another site"]])
def test_no_answer_may_be_framed_or_guessed_at(headers: dict[str, str]) -> None:
    said = [(name.decode(), value.decode()) for name, value in ask(headers)["headers"]]
    assert dict(said)["x-frame-options"] == "DENY"
    assert dict(said)["x-content-type-options"] == "nosniff"
    assert [value for name, value in said if name == "referrer-policy"] == ["same-origin"]
    # The app's own policy stays; browsers keep to both.
    policies = [value for name, value in said if name == "content-security-policy"]
    assert policies[-1] == "frame-ancestors 'none'; default-src 'self'"


def test_a_reverse_proxy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = {"Host": "viaggio.example", "Origin": "https://viaggio.example"}
    assert ask(proxy)["status"] == 403
    monkeypatch.setenv("VIAGGIO_ORIGINS", "https://Viaggio.example:443/, http://other.example:8080")
    assert ask(proxy)["status"] == 200
    assert ask(proxy, "websocket")["type"] == "websocket.accept"
    assert ask({"Host": "other.example:8080"})["status"] == 200
    assert ask(proxy | {"Origin": "http://viaggio.example"})["status"] == 403
    assert ask({"Origin": "https://viaggio.example"})["status"] == 403  # Host is not passed on


@pytest.mark.parametrize("setting", ["viaggio.example", "*", "https://a.example/path", "https://"])
def test_what_is_no_origin_is_said(setting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIAGGIO_ORIGINS", setting)
    with pytest.raises(OriginError, match=r"https://viaggio\.example"):
        own_origins(PORT)


def test_the_default_port_is_not_written() -> None:
    assert own_origins(80) == {"http://127.0.0.1", "http://localhost", "http://[::1]"}
