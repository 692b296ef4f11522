"""Requests to an API: with the token, patient, and to the configured address only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

from dlt.sources.helpers.requests import Client
from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.paginators import BasePaginator, SinglePagePaginator
from requests import HTTPError, PreparedRequest, Response
from requests.auth import AuthBase
from requests.exceptions import JSONDecodeError

from ingest.feeds import Record
from ingest.sources import IngestError

Page = list[Record]


class Key(AuthBase):
    """Adds the token's header, and refuses any other host: a reply names the next page's URL."""

    def __init__(self, base_url: str, header: str, value: str) -> None:
        self._origin = _origin(base_url)
        self._header, self._value = header, value

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        if _origin(str(r.url)) != self._origin:
            raise IngestError(
                "A reply names a next page at another host than the API's address. Nothing is sent"
                " there. Does the address lead to a proxy, or to another name of the API?"
            )
        r.headers[self._header] = self._value
        return r


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    default = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname, parts.port or default


def connect(stack: ExitStack, base_url: str, key: tuple[str, str], **headers: str) -> RESTClient:
    """A client that waits as long as the vendor says (429), and tries again what may pass."""
    client = Client(raise_for_status=False, retry_condition=_is_truncated)
    client.configure()
    session = client.session
    stack.callback(session.close)
    return RESTClient(
        base_url=base_url,
        auth=Key(base_url, *key),
        headers=headers,
        session=session,
    )


def _is_truncated(response: Response | None, _: BaseException | None) -> bool:
    """A reply that says it succeeded, but is not whole."""
    if response is None or not response.ok or response.is_redirect:
        return False
    try:
        response.json()
    except JSONDecodeError:
        return True
    return False


def _refuse(response: Response, *_: Any, **__: Any) -> None:
    """Anything but a success; redirects are not followed, since they could lead elsewhere."""
    if response.status_code >= 300:
        response.close()  # nobody has read it yet
        raise HTTPError(str(response.status_code), response=response)


def replies(
    client: RESTClient,
    path: str,
    paginator: BasePaginator | None = None,
    method: str = "GET",
    **request: Any,
) -> Iterator[dict[str, Any]]:
    """The JSON of each page; `request` are `params` or `json`."""
    for page in client.paginate(
        path,
        method=method,  # ty: ignore[invalid-argument-type]
        paginator=paginator or SinglePagePaginator(),
        data_selector="$",
        hooks={"response": [_refuse]},
        allow_redirects=False,
        **request,
    ):
        yield page[0]


def listed(reply: dict[str, Any], name: str, path: str) -> Page:
    """The records of a reply.

    Raises:
        IngestError: It has no such list. Taken for an empty one, it would hide that.
    """
    records = reply.get(name)
    if not isinstance(records, list):
        raise IngestError(
            f"The reply to {path} has no list `{name}`: it is not the API this source knows."
        )
    return records
