"""Where alerts go: e-mail, a webhook, a command. Each is configured by environment variables.

A channel that fails says so in words that hold no address, user, password or answer of a server.
"""

from __future__ import annotations

import json
import os
import shlex
import smtplib
import ssl
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from viaggio.alerts.causes import PREFIX, AlertSettingError, number
from viaggio.alerts.message import Message

SHAPES = ("json", "slack", "teams")
SECURITIES = ("starttls", "tls", "none")
_NO_ANSWER = "it did not answer in time"


class DeliveryError(Exception):
    """A message was not delivered; the words say why, without secrets."""


@dataclass(frozen=True)
class Channel:
    """Where alerts go: its name, its address, and what sends a message."""

    name: str
    words: str
    send: Callable[[Message, float], None]

    def deliver(self, message: Message) -> None:
        """Send a message, or give up after `VIAGGIO_ALERT_TIMEOUT` seconds.

        Raises:
            DeliveryError: It was not delivered, as far as anybody knows.
        """
        failed: list[Exception] = []
        try:
            seconds = number("TIMEOUT", 20)
        except AlertSettingError as error:
            raise DeliveryError(_in_words(error)) from None

        def send() -> None:
            try:
                self.send(message, seconds)
            except Exception as error:
                failed.append(error)

        # A socket's timeout is for each answer: a server that answers byte by byte outlasts it.
        # The second more lets a command that hangs be ended.
        thread = threading.Thread(target=send, daemon=True)
        thread.start()
        thread.join(seconds + 1)
        if thread.is_alive():
            raise DeliveryError(_NO_ANSWER)
        if failed:
            raise DeliveryError(_in_words(failed[0]))


def channels() -> list[Channel]:
    """The channels that are configured, whether or not their variables are complete."""
    found = []
    if host := _get("SMTP_HOST"):
        found.append(Channel("e-mail", f"by {host}", _send_mail))
    if url := _get("WEBHOOK_URL"):
        shape = _get("WEBHOOK_SHAPE") or "json"
        found.append(Channel("webhook", f"at {_host(url)}, shape {shape}", _post))
    if _get("COMMAND"):
        found.append(Channel("command", "", _run))
    return found


def _get(name: str) -> str:
    return os.environ.get(f"{PREFIX}{name}", "").strip()


def _needed(name: str) -> str:
    if not (value := _get(name)):
        raise DeliveryError(f"set {PREFIX}{name}")
    return value


def _choice(name: str, choices: tuple[str, ...]) -> str:
    """The value of a variable; the first of the choices if it is not set."""
    value = _get(name).lower() or choices[0]
    if value not in choices:
        raise DeliveryError(f"{PREFIX}{name} must be one of {', '.join(choices)}")
    return value


def _host(url: str) -> str:
    """The host of an address, which may hold a secret anywhere else."""
    try:
        return urlsplit(url).hostname or "no host"
    except ValueError:
        return "no host"


def _send_mail(message: Message, seconds: float) -> None:
    security = _choice("SMTP_SECURITY", SECURITIES)
    user, password = _get("SMTP_USER"), _get("SMTP_PASSWORD")
    if security == "none" and password:
        raise DeliveryError(
            f"no password is sent without encryption: unset {PREFIX}SMTP_PASSWORD or change "
            f"{PREFIX}SMTP_SECURITY"
        )
    host, port = _get("SMTP_HOST"), int(number("SMTP_PORT", 465 if security == "tls" else 587))
    letter = EmailMessage()
    letter["Subject"] = message.title
    letter["From"] = _needed("MAIL_FROM")
    letter["To"] = _needed("MAIL_TO")
    letter["Date"] = formatdate()
    letter["Message-ID"] = make_msgid(domain="viaggio.invalid")
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(message.text)
    context = ssl.create_default_context()
    smtp: smtplib.SMTP = (
        smtplib.SMTP_SSL(host, port, timeout=seconds, context=context)
        if security == "tls"
        else smtplib.SMTP(host, port, timeout=seconds)
    )
    with closing(smtp):
        if security == "starttls":
            smtp.starttls(context=context)
        if user:
            smtp.login(user, password)
        # If only some of the addresses are refused, the others have it: it is not sent again.
        smtp.send_message(letter)
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected POST would become a GET without the alert."""

    def redirect_request(  # noqa: PLR0917 -- as it is called
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        return None


def _post(message: Message, seconds: float) -> None:
    url = _get("WEBHOOK_URL")
    if not url.lower().startswith(("https://", "http://")):
        raise DeliveryError(f"{PREFIX}WEBHOOK_URL must begin with https://")
    bodies = {"json": message.as_json, "slack": message.for_slack, "teams": message.for_teams}
    body = bodies[_choice("WEBHOOK_SHAPE", SHAPES)]()
    request = urllib.request.Request(  # noqa: S310 -- the scheme is checked
        url,
        json.dumps(body).encode(),
        {"Content-Type": "application/json", "User-Agent": "viaggio"},
        method="POST",
    )
    try:
        urllib.request.build_opener(_NoRedirect).open(request, timeout=seconds).close()
    except urllib.error.HTTPError as error:
        error.close()
        raise


def _run(message: Message, seconds: float) -> None:
    try:
        command = shlex.split(_get("COMMAND"))
    except ValueError as error:
        raise DeliveryError(f"{PREFIX}COMMAND cannot be read: {error}") from None
    # The salt and the tokens of sources are no concern of the command.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("VIAGGIO_")}
    done = subprocess.run(
        command,
        input=json.dumps(message.as_json()).encode(),
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=seconds,
        check=False,
    )
    if done.returncode:
        raise DeliveryError(f"the command ended with {done.returncode}")


# The first kind of error that fits says what went wrong, without what a server answered.
_WORDS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (smtplib.SMTPAuthenticationError, "the server refuses the user or the password ({code})"),
    (smtplib.SMTPNotSupportedError, "the server offers no STARTTLS, or no login it could use"),
    (smtplib.SMTPRecipientsRefused, "the server refuses all addresses"),
    (smtplib.SMTPResponseException, "the server answers {code}"),
    (urllib.error.HTTPError, "the server answers {code}"),
    ((TimeoutError, subprocess.TimeoutExpired), _NO_ANSWER),
    (ssl.SSLError, "no secure connection ({reason})"),
    ((FileNotFoundError, PermissionError), "the command cannot be started ({strerror})"),
    (OSError, "no connection ({strerror})"),
    ((HTTPException, ValueError), "an address or an answer cannot be read"),
)


def _in_words(error: Exception) -> str:
    """What went wrong, without what a server answered or a variable holds."""
    if isinstance(error, DeliveryError | AlertSettingError):
        return str(error).rstrip(".")
    if type(error) is urllib.error.URLError and isinstance(error.reason, Exception):
        return _in_words(error.reason)
    if isinstance(error.__context__, TimeoutError):  # which smtplib takes for a closed connection
        return _NO_ANSWER
    words = next((words for kinds, words in _WORDS if isinstance(error, kinds)), "")
    return (
        words.format(
            code=getattr(error, "smtp_code", getattr(error, "code", "")),
            reason=getattr(error, "reason", ""),
            strerror=getattr(error, "strerror", None) or type(error).__name__,
        )
        or type(error).__name__
    )
