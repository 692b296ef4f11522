"""Klaviyo's API: e-mail campaigns, and what recipients did with each message."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.paginators import JSONLinkPaginator

from ingest.feeds import Feed, Record, Row, paged, seconds
from ingest.rest import Page, connect, listed, replies

REVISION = "2025-04-15"
# Klaviyo's metrics and the contract's types. Klaviyo records a message when it is delivered.
TYPES = {
    "Received Email": "DELIVERED",
    "Opened Email": "OPEN",
    "Clicked Email": "CLICK",
    "Bounced Email": "BOUNCE",
    "Unsubscribed from Email Marketing": "UNSUBSCRIBE",
    "Unsubscribed": "UNSUBSCRIBE",
    "Marked Email as Spam": "SPAMREPORT",
}
# The campaign of an event that no message led to, such as an unsubscription on the site.
NO_MESSAGE = "no_message"


def feeds(settings: dict[str, str], stack: ExitStack) -> list[Feed]:
    """Campaigns, and events of e-mails."""
    client = connect(
        stack,
        settings["VIAGGIO_KLAVIYO_URL"],
        ("Authorization", f"Klaviyo-API-Key {settings['VIAGGIO_KLAVIYO_TOKEN']}"),
        revision=REVISION,
    )
    return [
        Feed(
            "campaigns",
            paged("campaigns", lambda since: _campaigns(client, since), _updated),
            {"email.campaign": campaign},
        ),
        Feed(
            "events",
            paged("events", lambda since: _events(client, since), _happened),
            {"email.event": event, "email.campaign": flow_message},
        ),
    ]


def _updated(record: Record) -> object:
    return record["attributes"]["updated_at"]


def _happened(record: Record) -> object:
    return record["attributes"]["datetime"]


def _pages(client: RESTClient, path: str, **params: Any) -> Iterator[dict[str, Any]]:
    return replies(client, path, JSONLinkPaginator("links.next"), params=params)


def _included(reply: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """Attributes of the objects of a kind that came with a page, by id."""
    found = (each for each in reply.get("included") or [] if each["type"] == kind)
    return {each["id"]: each["attributes"] for each in found}


def _campaigns(client: RESTClient, since: str | None) -> Iterator[Page]:
    changed = f",greater-or-equal(updated_at,{seconds(since)})" if since else ""
    params = {
        "filter": f"equals(messages.channel,'email'){changed}",
        "include": "campaign-messages",
    }
    for reply in _pages(client, "/api/campaigns", **params):
        messages = _included(reply, "campaign-message")
        yield [
            {**each, "message": messages.get(_first(each, "campaign-messages"), {})}
            for each in listed(reply, "data", "/api/campaigns")
        ]


def _first(record: Record, relation: str) -> str:
    related = ((record.get("relationships") or {}).get(relation) or {}).get("data") or [{}]
    return (related[0] if isinstance(related, list) else related).get("id", "")


def _events(client: RESTClient, since: str | None) -> Iterator[Page]:
    """One metric after the other: Klaviyo filters by one at a time."""
    metrics = [
        (metric["id"], TYPES[metric["attributes"]["name"]])
        for reply in _pages(client, "/api/metrics")
        for metric in listed(reply, "data", "/api/metrics")
        if metric["attributes"]["name"] in TYPES
    ]
    for metric, kind in metrics:
        after = f",greater-or-equal(datetime,{seconds(since)})" if since else ""
        params = {
            "filter": f"equals(metric_id,'{metric}'){after}",
            "include": "profile",
            "fields[profile]": "email",
            "sort": "datetime",
        }
        for reply in _pages(client, "/api/events", **params):
            profiles = _included(reply, "profile")
            yield [
                {**each, "type": kind, "profile": profiles.get(_first(each, "profile"), {})}
                for each in listed(reply, "data", "/api/events")
            ]


def campaign(record: Record) -> Iterator[Row]:
    """Klaviyo does not say whether a campaign is a newsletter or a promotion."""
    attributes, message = record["attributes"], record["message"]
    content = message.get("content") or (message.get("definition") or {}).get("content") or {}
    yield {
        "id": record["id"],
        "name": attributes["name"],
        "subject": content.get("subject"),
        "sent_at": attributes.get("send_time"),
    }


def event(record: Record) -> Iterator[Row]:
    properties = record["attributes"]["event_properties"]
    yield {
        "id": record["id"],
        "type": record["type"],
        "created": record["attributes"]["datetime"],
        "campaign_id": properties.get("$message") or NO_MESSAGE,
        "recipient": record["profile"].get("email"),
        "url": properties.get("URL"),
        "filtered_event": properties.get("machine_open"),
    }


def flow_message(record: Record) -> Iterator[Row]:
    """The message of a flow, which is no campaign to Klaviyo; named by its deliveries."""
    properties = record["attributes"]["event_properties"]
    if record["type"] == "DELIVERED" and properties.get("$flow") and properties.get("$message"):
        yield {
            "id": properties["$message"],
            "name": properties.get("Campaign Name"),
            "subject": properties.get("Subject"),
            "type": "automation",
            "workflow_id": properties["$flow"],
        }
