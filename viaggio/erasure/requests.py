"""Requests to be erased: from a command, a file, or the landed table of requests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import duckdb

from viaggio.workspace.contract import load_contract
from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import files_below, quote
from viaggio.workspace.tombstones import Tombstones

# What a person may be named by in a command, and the identifier it is.
OPTIONS = {
    "email": "email",
    "phone": "phone",
    "customer": "customer",
    "contact": "contact",
    "cookie": "device",
    "card": "loyalty_card",
    "handle": "handle",
}
TABLE = ("privacy", "erasure_request")


class RequestError(ValueError):
    """A request cannot be read; the message names no value."""


@dataclass(frozen=True)
class Request:
    """One person's request.

    Attributes:
        number: A keyed hash that tells requests apart and says nothing else.
        requested_at: When the person asked, in UTC.
        origin: `command`, `landed` or `retention`.
        identifiers: What names the person, each as (type, value as typed).
    """

    number: str
    requested_at: datetime
    origin: str
    identifiers: tuple[tuple[str, str], ...]


def request_of(
    identifiers: Iterable[tuple[str, str]], moment: datetime, tombstones: Tombstones
) -> Request:
    """A request that somebody types in.

    Raises:
        RequestError: It names nobody, or a handle has no network.
    """
    named = tuple((kind, _with_network(kind, value.strip())) for kind, value in identifiers)
    if not named or not all(value for _, value in named):
        raise RequestError("A request needs a value for each identifier it names.")
    return Request(_number(f"{moment}|{named}", tombstones), moment, "command", named)


def requests_in(lines: Iterable[str], moment: datetime, tombstones: Tombstones) -> list[Request]:
    """Requests of a file: a line for each person, such as `email=..., phone=...`.

    Raises:
        RequestError: A line cannot be read; the message gives its number.
    """
    requests = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        identifiers = []
        for part in line.split(","):
            option, sign, value = part.partition("=")
            if not sign or option.strip() not in OPTIONS:
                raise RequestError(
                    f"Line {number} is no request. Write email=ADDRESS, or several of "
                    f"{', '.join(OPTIONS)}, separated by commas."
                )
            identifiers.append((OPTIONS[option.strip()], value))
        requests.append(request_of(identifiers, moment, tombstones))
    return requests


def landed_requests(
    con: duckdb.DuckDBPyConnection, data_dir: DataDir, tombstones: Tombstones
) -> list[Request]:
    """Requests in the raw table `privacy.erasure_request`; those carried out are there no more."""
    table = load_contract().tables[TABLE]
    if not any(table.parts(data_dir.raw, day) for day in table.days(data_dir.raw)):
        return []
    named = [(column.names, column.name) for column in table.columns if column.names]
    columns = ", ".join(quote(name) for _, name in named)
    rows = con.execute(
        f"select id, requested_at, {columns} from read_parquet("
        f"{files_below(table.folder(data_dir.raw), '*/*.parquet')}, hive_partitioning = false)"
        " order by requested_at, id"
    ).fetchall()
    requests = {}
    for key, moment, *values in rows:
        identifiers = tuple(
            (kind, value)
            for (kind, _), value in zip(named, values, strict=True)
            if kind and value and value.strip()
        )
        if identifiers:
            number = _number(f"landed|{key}", tombstones)
            requests[number, identifiers] = Request(number, moment, "landed", identifiers)
    return list(requests.values())


def request_of_retention(moment: datetime, tombstones: Tombstones) -> Request:
    """The one entry that stands for all persons who are silent at a moment."""
    return Request(_number(f"retention|{moment}", tombstones), moment, "retention", ())


def _with_network(kind: str, value: str) -> str:
    """A handle as `network|handle`, typed as `network:handle`."""
    if kind != "handle":
        return value
    network, sign, handle = value.partition(":")
    if not sign or not handle.strip("@ "):
        raise RequestError("Write a handle with its network: instagram:NAME.")
    return f"{network}|{handle}"


def _number(text: str, tombstones: Tombstones) -> str:
    return tombstones.mark("request", text)[:16]
