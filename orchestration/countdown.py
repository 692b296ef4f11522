"""How far dbt is: on a terminal one line that is rewritten, elsewhere a line now and then."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from dagster_dbt.core.dbt_cli_event import DbtCliEventMessage

# Lines of a log: one for each tenth of the tables, but none within so many seconds of the last.
TENTHS, PATIENCE = 10, 10.0
# What dbt says when a node ends.
_TABLES = {"LogModelResult", "LogSeedResult", "LogSnapshotResult"}
_ENDS = _TABLES | {"LogTestResult"}


class Countdown:
    """Counts the tables that dbt has built, and the time left by what each node took before.

    Args:
        tables: How many there are to build.
        kept: File with the seconds that each node took in earlier runs.
        say: Takes a line for a log.
        terminal: Where the line is rewritten; without one, `say` is called.
        clock: Seconds.
    """

    def __init__(
        self,
        tables: int,
        kept: Path,
        say: Callable[[str], object],
        terminal: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tables, self._kept, self._say, self._terminal = tables, kept, say, terminal
        self._clock = clock
        self._earlier = _read(kept)
        self._took: dict[str, float] = {}
        self._built = self._tenth = 0
        self._began = self._said = clock()
        self._now = ""

    def watch(self, events: Iterator[DbtCliEventMessage]) -> Iterator[DbtCliEventMessage]:
        """Pass dbt's events on; afterwards, keep what each node took."""
        try:
            for event in events:
                self.see(event.raw_event)
                yield event
        finally:
            self._write("")
            self._kept.parent.mkdir(exist_ok=True)
            self._kept.write_text(json.dumps(self._earlier | self._took), encoding="utf-8")

    def see(self, event: Mapping[str, Any]) -> None:
        """Take an event of dbt into account."""
        name, data = event["info"]["name"], event["data"]
        node = data.get("node_info", {})
        if name == "LogStartLine":
            if node.get("resource_type") != "test":
                self._now = node.get("node_name", "")
        elif name in _ENDS:
            self._took[node["unique_id"]] = float(data["execution_time"])
            self._built += name in _TABLES
        else:
            return
        if self._terminal:
            self._write(f"{self.line()}: {self._now}")
        elif self._is_time():
            self._say(self.line())

    def line(self) -> str:
        """How far dbt is, and how long it will take as far as earlier runs tell."""
        left = self.seconds_left()
        about = f", about {_in_words(left)} left" if left is not None else ""
        return f"dbt: {self._built} of {self._tables} tables{about}"

    def seconds_left(self) -> float | None:
        """What is left of the earlier seconds, at the pace of this run; none without earlier."""
        done = sum(self._earlier.get(node, 0.0) for node in self._took)
        if not done:
            return None
        rest = sum(self._earlier.values()) - done
        return (self._clock() - self._began) * rest / done

    def _is_time(self) -> bool:
        tenth = TENTHS * self._built // max(self._tables, 1)
        if tenth == self._tenth or self._clock() - self._said < PATIENCE:
            return False
        self._tenth, self._said = tenth, self._clock()
        return True

    def _write(self, line: str) -> None:
        if self._terminal:
            width = shutil.get_terminal_size().columns - 1
            self._terminal.write(f"\r{line[:width]:{width}}" if line else f"\r{'':{width}}\r")
            self._terminal.flush()


def _read(kept: Path) -> dict[str, float]:
    """What was kept; nothing where the file is missing or damaged, as it is only a help."""
    try:
        return {str(node): float(seconds) for node, seconds in json.loads(kept.read_text()).items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _in_words(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{max(seconds, 1):.0f} s"
