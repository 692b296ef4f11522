"""A message about causes, and the shapes it has for those who take it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from viaggio.alerts.causes import PREFIX, TITLES

OPEN, OVER = "open", "over"
# Chats refuse long messages (Teams above 28 kB); `viaggio alerts` lists the rest.
MAX_ALERTS = 20


@dataclass(frozen=True)
class Alert:
    """What is sent about a cause: it is open or over. `since` is when that began (UTC, ISO)."""

    key: str
    kind: str
    state: str
    text: str
    since: str

    @property
    def title(self) -> str:
        return TITLES[self.kind]

    @property
    def runbook(self) -> str:
        """Where the runbook says what to do."""
        page = os.environ.get(f"{PREFIX}RUNBOOK", "").strip() or "docs/runbook.md"
        return f"{page}#{self.title.lower().replace(' ', '-')}"

    @property
    def words(self) -> str:
        """The alert as people read it, on two lines."""
        if self.state == OVER:
            return f"Over: {self.title}. It was: {self.text}\n  {self.runbook}"
        return f"{self.title}: {self.text}\n  What to do: {self.runbook}"


@dataclass(frozen=True)
class Message:
    """What one channel sends at once; without alerts it is a test."""

    alerts: Sequence[Alert]
    sent_at: str

    @property
    def title(self) -> str:
        name = os.environ.get(f"{PREFIX}NAME", "").strip() or "Viaggio"
        return f"[{' '.join(name.split())}] {self._about()}"

    def _about(self) -> str:
        titles = Counter(
            f"over: {alert.title.lower()}" if alert.state == OVER else alert.title.lower()
            for alert in sorted(self.alerts, key=lambda alert: alert.state == OVER)
        )
        said = [f"{title} ({count})" if count > 1 else title for title, count in titles.items()]
        about = ", ".join(said) or "test of the alerts"
        return about[0].upper() + about[1:]

    @property
    def text(self) -> str:
        """Plain text, one alert after the other."""
        texts = [alert.words for alert in self.alerts[:MAX_ALERTS]]
        more = len(self.alerts) - len(texts)
        texts += [f"{more} more: `viaggio alerts` lists all that are open."] if more else []
        return "\n\n".join(texts) or "This is a test. Alerts of Viaggio arrive here."

    def as_json(self) -> dict[str, Any]:
        """All alerts, for programs."""
        return {
            "title": self.title,
            "text": self.text,
            "sent_at": self.sent_at,
            "alerts": [
                {
                    "key": alert.key,
                    "kind": alert.kind,
                    "state": alert.state,
                    "since": alert.since,
                    "text": alert.text,
                    "runbook": alert.runbook,
                }
                for alert in self.alerts
            ],
        }

    def for_slack(self) -> dict[str, Any]:
        """The text; the three characters that Slack reads as marks are escaped."""
        text = f"{self.title}\n{self.text}"
        for mark, escaped in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
            text = text.replace(mark, escaped)
        return {"text": text}

    def for_teams(self) -> dict[str, Any]:
        """An Adaptive Card, as a workflow that waits for a Teams webhook takes it."""
        lines = [
            {"type": "TextBlock", "text": self.title, "weight": "Bolder", "wrap": True},
            *(
                {"type": "TextBlock", "text": text, "wrap": True}
                for text in self.text.split("\n\n")
            ),
        ]
        card = {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "body": lines,
        }
        return {
            "type": "message",
            "attachments": [
                {
                    "contentType": "application/vnd.microsoft.card.adaptive",
                    "contentUrl": None,
                    "content": card,
                }
            ],
        }
