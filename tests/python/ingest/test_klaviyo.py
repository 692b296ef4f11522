"""Klaviyo: pages of JSON:API, one metric after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.python.ingest.conftest import Place
from tests.python.ingest.vendor import Reply, Request, Vendor, serve

TOKEN = "pk_secret"  # noqa: S105 -- of no account
METRICS = {"M1": "Received Email", "M2": "Opened Email", "M3": "Placed Order",
           "M4": "Unsubscribed from Email Marketing"}  # fmt: skip
PAGE = 2


def event(number: int, metric: str, moment: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "event",
        "id": f"E{number}",
        "attributes": {"datetime": moment, "event_properties": properties},
        "relationships": {
            "profile": {"data": {"type": "profile", "id": f"P{number}"}},
            "metric": {"data": {"type": "metric", "id": metric}},
        },
    }


class Mail:
    """Klaviyo's campaigns and events."""

    def __init__(self) -> None:
        self.url = ""
        self.events = [
            event(1, "M1", "2025-03-01T10:00:00+00:00", **{"$message": "C1"}),
            event(
                2,
                "M1",
                "2025-03-01T10:00:01+00:00",
                **{
                    "$message": "F1",
                    "$flow": "W1",
                    "Campaign Name": "Benvenuto",
                    "Subject": "Ciao",
                },
            ),
            event(3, "M1", "2025-03-01T10:00:02+00:00", **{"$message": "C1"}),
            event(4, "M2", "2025-03-01T11:00:00+00:00", **{"$message": "C1", "machine_open": True}),
            event(5, "M3", "2025-03-01T12:00:00+00:00", value=10),
            event(6, "M4", "2025-03-01T13:00:00+00:00"),
        ]
        self.campaigns = [
            {
                "type": "campaign",
                "id": "C1",
                "attributes": {
                    "name": "Primavera",
                    "send_time": "2025-03-01T10:00:00+00:00",
                    "updated_at": "2025-03-01T10:00:00+00:00",
                },
                "relationships": {
                    "campaign-messages": {"data": [{"type": "campaign-message", "id": "G1"}]}
                },
            }
        ]

    def __call__(self, request: Request) -> Reply:
        if request.headers.get("authorization") != f"Klaviyo-API-Key {TOKEN}":
            return Reply({"errors": [{"detail": "anna@example.com"}]}, 401)
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", request.headers["revision"])
        kind = request.path.rpartition("/")[2]
        if kind == "metrics":
            metrics = [{"id": key, "attributes": {"name": name}} for key, name in METRICS.items()]
            return Reply({"data": metrics, "links": {"next": None}})
        condition = request.params["filter"]
        since = re.search(r"greater-or-equal\(\w+,([^)]*)\)", condition)
        earliest = datetime.fromisoformat(since[1] if since else "1970-01-01T00:00:00Z")
        if kind == "campaigns":
            assert "equals(messages.channel,'email')" in condition
            found = [
                each
                for each in self.campaigns
                if datetime.fromisoformat(each["attributes"]["updated_at"]) >= earliest
            ]
            message = {"definition": {"channel": "email", "content": {"subject": "Sconti"}}}
            included = [{"type": "campaign-message", "id": "G1", "attributes": message}]
        else:
            metric = re.search(r"equals\(metric_id,'(\w+)'\)", condition)
            assert metric is not None
            found = [
                each
                for each in self.events
                if each["relationships"]["metric"]["data"]["id"] == metric[1]
                and datetime.fromisoformat(each["attributes"]["datetime"]) >= earliest
            ]
            included = [
                {
                    "type": "profile",
                    "id": f"P{each['id'][1:]}",
                    "attributes": {"email": f"anna{each['id'][1:]}@example.com"},
                }
                for each in found
            ]
        first = int(request.params.get("page[cursor]", "0"))
        rest = found[first + PAGE :]
        following = urlencode({**request.params, "page[cursor]": first + PAGE})
        links = {"next": f"{self.url}{request.path}?{following}" if rest else None}
        page = found[first : first + PAGE]
        return Reply({"data": page, "included": included, "links": links})


@pytest.fixture
def mail() -> Mail:
    return Mail()


@pytest.fixture
def klaviyo(place: Place, mail: Mail) -> Iterator[Vendor]:
    with serve(mail) as vendor:
        mail.url = vendor.url
        place.set(KLAVIYO_URL=vendor.url, KLAVIYO_TOKEN=TOKEN)
        yield vendor


def test_events_of_e_mails_are_pulled_and_no_others(place: Place, klaviyo: Vendor) -> None:
    pulled = place.pull("klaviyo")

    assert pulled.code == 0
    columns = ("id", "type", "campaign_id", "recipient", "filtered_event")
    assert [tuple(row[each] for each in columns) for row in pulled.rows("email/event")] == [
        ("E1", "DELIVERED", "C1", "anna1@example.com", None),
        ("E2", "DELIVERED", "F1", "anna2@example.com", None),
        ("E3", "DELIVERED", "C1", "anna3@example.com", None),
        ("E4", "OPEN", "C1", "anna4@example.com", "true"),
        ("E6", "UNSUBSCRIBE", "no_message", "anna6@example.com", None),
    ]
    columns = ("id", "name", "subject", "type", "workflow_id", "sent_at")
    assert [tuple(row[each] for each in columns) for row in pulled.rows("email/campaign")] == [
        ("C1", "Primavera", "Sconti", None, None, "2025-03-01T10:00:00+00:00"),
        ("F1", "Benvenuto", "Ciao", "automation", "W1", None),
    ]
    assert place.lands()


def test_a_metric_behind_the_newest_event_loses_nothing(
    place: Place, mail: Mail, klaviyo: Vendor
) -> None:
    """Metrics are asked one by one, and all of them since the same moment."""
    place.pull("klaviyo")
    mail.events += [
        event(7, "M4", "2025-03-02T10:00:00+00:00", **{"$message": "C1"}),
        event(8, "M1", "2025-03-02T09:00:00+00:00", **{"$message": "C1"}),
    ]

    assert place.pull("klaviyo").ids("email/event") == ["E7", "E8"]
    assert place.pull("klaviyo").files == []
