"""What went wrong with a pull and what to do, without any value, token or query string."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from requests import HTTPError, RequestException, Response
from requests.exceptions import JSONDecodeError
from sqlalchemy.exc import SQLAlchemyError

from ingest.sources import WITHOUT, IngestError, Source


def explain(error: BaseException, source: Source, where: str) -> str:
    """One sentence for the reader of the log; `where` is the source or its feed."""
    causes = list(_causes(error))
    known = (_known(cause, source, where) for cause in causes)
    kinds = ", ".join(dict.fromkeys(type(cause).__name__ for cause in causes))
    unknown = (
        f"{kinds}. Nothing is written, and the cursor stays. A record or reply may not be as the"
        " vendor documents it."
    )
    return f"{where}: {next(filter(None, known), unknown)}"


def _known(cause: BaseException, source: Source, where: str) -> str | None:
    kind = type(cause).__name__
    url = _variable(source, "_URL")
    said = None
    match cause:
        case IngestError():
            said = str(cause)
        case HTTPError(response=Response() as response):
            said = _refused(response, source, where)
        case JSONDecodeError():
            said = "the replies are no whole JSON. Is a proxy in between? Pull again."
        case RequestException():
            said = f"the API cannot be reached ({kind}). Check the network and {url}; pull again."
        case SQLAlchemyError():
            said = f"the database refuses ({kind}). Check {url}, the user's rights and the view."
        case ImportError():
            said = f"a library for this kind of address is not installed ({cause.name or kind})."
        case OSError():
            said = f"{cause.strerror or kind}. Nothing is lost: pull again."
    return said


def _refused(response: Response, source: Source, where: str) -> str:
    said = f"status {response.status_code} in reply to {urlsplit(response.url).path}."
    match response.status_code:
        case 401:
            return f"{said} The token is refused: renew {_variable(source, '_TOKEN')}."
        case 403:
            return (
                f"{said} The token may not read this: give it the right to, or leave it out with"
                f" {WITHOUT}={where}."
            )
        case 429:
            return f"{said} The vendor's limit is used up: pull again later."
        case status if status >= 500:
            return f"{said} The vendor has a problem: pull again later."
    return f"{said} Check {_variable(source, '_URL')}."


def _variable(source: Source, ending: str) -> str:
    names = [setting.variable for setting in source.settings]
    return next((name for name in names if name.endswith(ending)), names[0])


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that led to it."""
    seen: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in seen:
        seen.append(following)
        inner = getattr(following, "exception", None)
        following = (
            following.__cause__
            or (inner if isinstance(inner, BaseException) else None)
            or following.__context__
        )
    yield from seen
