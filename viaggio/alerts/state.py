"""What was sent about each cause: `alerts.json` in the data directory."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Collection, Generator, Iterable
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace

from viaggio.alerts.causes import TITLES, Cause
from viaggio.alerts.message import OPEN, OVER, Alert
from viaggio.workspace.disk import flush
from viaggio.workspace.paths import DataDir


@dataclass
class Entry:
    """A cause, whether it is open or over, since when, and the state each channel sent last."""

    alert: Alert
    sent: dict[str, str] = field(default_factory=dict)


class State:
    """All causes that are open, or of which a channel does not know yet that they are over."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries = {entry.alert.key: entry for entry in entries}

    @classmethod
    def read(cls, data_dir: DataDir) -> State:
        """The state as it was written; an empty one if there is none, or if it is damaged.

        Then every open alert is sent once more.
        """
        try:
            content = json.loads(data_dir.alerts.read_text(encoding="utf-8"))
            entries = [Entry(Alert(**each["alert"]), each["sent"]) for each in content]
        except (OSError, ValueError, KeyError, TypeError):
            return cls()
        return cls(entry for entry in entries if entry.alert.kind in TITLES)

    def write(self, data_dir: DataDir) -> None:
        """Write the state; a reader sees the old one or the new one.

        Raises:
            OSError: It cannot be written.
        """
        unfinished = data_dir.alerts.with_suffix(".tmp")
        content = [asdict(entry) for entry in self.entries.values()]
        unfinished.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        flush(unfinished)
        unfinished.replace(data_dir.alerts)

    def update(self, found: Iterable[Cause], judged: Collection[str], now: str) -> None:
        """Open the causes that were found, and end those that are no more.

        Args:
            found: Causes that there are.
            judged: Kinds, and keys of causes, that were looked for. Others stay as they are.
            now: The moment in UTC, ISO.
        """
        causes = {each.key: each for each in found}
        for key, each in causes.items():
            entry = self.entries.setdefault(key, Entry(Alert(key, each.kind, OVER, each.text, now)))
            is_new = entry.alert.state == OVER
            since = now if is_new else entry.alert.since
            entry.alert = replace(entry.alert, state=OPEN, text=each.text, since=since)
        for key, entry in self.entries.items():
            is_judged = key in judged or entry.alert.kind in judged
            if entry.alert.state == OPEN and is_judged and key not in causes:
                entry.alert = replace(entry.alert, state=OVER, since=now)

    def open(self) -> list[Alert]:
        return [entry.alert for entry in self.entries.values() if entry.alert.state == OPEN]

    def unsent(self, channel: str) -> list[Alert]:
        """What a channel must still send, open causes first."""
        alerts = [
            entry.alert
            for entry in self.entries.values()
            if entry.sent.get(channel) != entry.alert.state
        ]
        return sorted(alerts, key=lambda alert: (alert.state == OVER, alert.kind, alert.key))

    def mark_sent(self, channel: str, alerts: Iterable[Alert]) -> None:
        for alert in alerts:
            self.entries[alert.key].sent[channel] = alert.state

    def forget(self, channels: Collection[str]) -> None:
        """Drop causes that are over once each of the channels knows."""
        self.entries = {
            key: entry
            for key, entry in self.entries.items()
            if entry.alert.state == OPEN
            or any(entry.sent.get(channel) != OVER for channel in channels)
        }


@contextmanager
def locked(data_dir: DataDir) -> Generator[None, None, None]:
    """Wait until no other process sends alerts; on a disk that takes no file, go on without."""
    try:
        handle = data_dir.alerts.with_suffix(".lock").open("a")
    except OSError:
        yield
        return
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
