"""Looks for causes and sends what is new. Nothing here stops a run."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from viaggio.alerts.causes import FINDERS, RUN_FAILED, AlertSettingError, Cause, cause
from viaggio.alerts.channels import Channel, DeliveryError, channels
from viaggio.alerts.message import Alert, Message
from viaggio.alerts.state import State, locked
from viaggio.workspace.paths import DataDir


@dataclass(frozen=True)
class RunEnd:
    """How a run of a job ended; `reason` says why if it failed."""

    job: str
    failed: bool
    reason: str = ""


@dataclass(frozen=True)
class Looked:
    """What there was to say: open causes, and what did not work, in words."""

    open: list[Alert]
    problems: list[str]


def look(data_dir: DataDir, end: RunEnd | None = None, now: datetime | None = None) -> Looked:
    """Look for causes, send each channel what is new to it, and record what was sent.

    Args:
        data_dir: Where to look.
        end: How a run ended that has just ended.
        now: The present moment in UTC, without zone.
    """
    moment = now or datetime.now(UTC).replace(tzinfo=None)
    with locked(data_dir):
        found, judged, problems = _find(data_dir, end, moment)
        state = State.read(data_dir)
        state.update(found, judged, _iso(moment))
        configured = channels()
        for channel in configured:
            if unsent := state.unsent(channel.name):
                if problem := _send(channel, Message(unsent, _iso(moment))):
                    problems.append(f"{problem} It is tried again with the next run.")
                else:
                    state.mark_sent(channel.name, unsent)
        state.forget([channel.name for channel in configured])
        try:
            state.write(data_dir)
        except OSError as error:
            problems.append(
                f"{data_dir.alerts} cannot be written ({error.strerror}): these alerts will be "
                "sent again."
            )
    return Looked(state.open(), problems)


def _find(
    data_dir: DataDir, end: RunEnd | None, moment: datetime
) -> tuple[list[Cause], set[str], list[str]]:
    """Causes, the kinds and keys that were looked for, and what could not be judged."""
    found: list[Cause] = []
    judged: set[str] = set()
    problems: list[str] = []
    if end:
        why = end.reason or "it gave no reason."
        failure = cause(RUN_FAILED, end.job, f"The job {end.job} failed: {why}")
        judged.add(failure.key)
        found += [failure] if end.failed else []
    for kind, find in FINDERS.items():
        try:
            found += find(data_dir, moment)
            judged.add(kind)
        except AlertSettingError as error:
            problems.append(str(error))
        except Exception as error:  # whatever is damaged, the other kinds are judged
            problems.append(f"Alerts `{kind}` cannot be judged ({type(error).__name__}).")
    return found, judged, problems


def send_test() -> list[tuple[Channel, str]]:
    """Send each channel a test; returns with each channel what went wrong, empty if nothing did."""
    message = Message([], _iso(datetime.now(UTC).replace(tzinfo=None)))
    return [(channel, _send(channel, message)) for channel in channels()]


def after_run(
    data_dir: DataDir, end: RunEnd | None, say: Callable[[str], object] | None = None
) -> None:
    """Look and send at the end of a run, or by the clock; its own problems are only printed.

    Args:
        data_dir: Where to look.
        end: How the run ended; none by the clock.
        say: Takes what did not work; by default it is printed as an error.
    """
    try:
        problems = look(data_dir, end).problems
    except Exception as error:  # an alert never stops a run
        problems = [f"Alerts could not be sent ({type(error).__name__}). Run `viaggio alerts`."]
    for problem in problems:
        (say or _print)(problem)


def _send(channel: Channel, message: Message) -> str:
    """Send a message; returns what went wrong, if anything did."""
    try:
        channel.deliver(message)
    except DeliveryError as error:
        return f"No alert by {channel.name}: {error}."
    return ""


def _print(text: str) -> None:
    print(text, file=sys.stderr)


def _iso(moment: datetime) -> str:
    return f"{moment.isoformat(timespec='seconds')}Z"
