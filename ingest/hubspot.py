"""HubSpot's CRM API: objects changed since the last pull, and the contacts they belong to.

A search returns at most 10,000 objects, so each page asks for the ids after the last one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from dlt.sources.helpers.rest_client import RESTClient

from ingest.feeds import Feed, Mapper, Record, Row, contract, paged, utc
from ingest.rest import Page, connect, listed, replies

PAGE = 200
# HubSpot's names for properties that the contract names otherwise.
PROPERTIES = {"twitter": "twitterhandle"}


def feeds(settings: dict[str, str], stack: ExitStack) -> list[Feed]:
    """Contacts with their merges, deals, tickets, survey answers and engagements."""
    client = connect(
        stack,
        settings["VIAGGIO_HUBSPOT_URL"],
        ("Authorization", f"Bearer {settings['VIAGGIO_HUBSPOT_TOKEN']}"),
    )

    def feed(name: str, tables: dict[str, Mapper], properties: list[str]) -> Feed:
        return Feed(name, paged(name, _changes(client, name, properties), _changed), tables)

    def engagements(name: str, mapper: Mapper, properties: list[str]) -> Feed:
        tables = {"crm.engagement": mapper, "crm.engagement_contact": engagement_contacts}
        return feed(name, tables, ["hs_timestamp", "hubspot_owner_id", *properties])

    return [
        feed(
            "contacts",
            {"crm.contact": contact, "crm.contact_merge_audit": merges},
            [*_properties("contact"), "hs_calculated_merged_vids"],
        ),
        feed("deals", {"crm.deal": deal}, [*_properties("deal"), "order_id"]),
        feed("tickets", {"crm.ticket": ticket}, [*_properties("ticket"), "order_id"]),
        feed(
            "feedback_submissions",
            {"crm.feedback_submission": feedback_submission},
            ["hs_survey_type", "hs_value", "hs_content", "hs_submission_timestamp"],
        ),
        engagements(
            "calls",
            call,
            ["hs_call_direction", "hs_call_duration", "hs_call_disposition", "hs_call_body"],
        ),
        engagements("emails", email, ["hs_email_direction", "hs_email_text"]),
        engagements("meetings", meeting, ["hs_meeting_outcome", "hs_meeting_body"]),
        engagements("notes", note, ["hs_note_body"]),
        engagements(
            "communications",
            communication,
            ["hs_communication_channel_type", "hs_communication_body"],
        ),
    ]


def _properties(table: str) -> list[str]:
    """HubSpot's properties that the contract's columns `property_...` hold."""
    columns = (column.name for column in contract().tables["crm", table].columns)
    names = (name.removeprefix("property_") for name in columns if name.startswith("property_"))
    return [PROPERTIES.get(name, name) for name in names]


def _changed(record: Record) -> object:
    return record["updatedAt"]


def _changes(
    client: RESTClient, kind: str, properties: list[str]
) -> Callable[[str | None], Iterator[Page]]:
    """Objects of a kind with the ids of their contacts as `contacts`."""
    modified = "lastmodifieddate" if kind == "contacts" else "hs_lastmodifieddate"

    def read(since: str | None) -> Iterator[Page]:
        path = f"/crm/v3/objects/{kind}/search"
        last = "0"
        while True:
            filters = [_filter("hs_object_id", "GT", last)]
            if since:
                start = int(datetime.fromisoformat(since).timestamp() * 1000)
                filters.append(_filter(modified, "GTE", str(start)))
            query = {
                "filterGroups": [{"filters": filters}],
                "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
                "properties": properties,
                "limit": PAGE,
            }
            [reply] = replies(client, path, method="POST", json=query)
            page = listed(reply, "results", path)
            if page:
                yield page if kind == "contacts" else _with_contacts(client, kind, page)
                last = page[-1]["id"]
            if len(page) < PAGE:
                return

    return read


def _filter(name: str, operator: str, value: str) -> dict[str, str]:
    return {"propertyName": name, "operator": operator, "value": value}


def _with_contacts(client: RESTClient, kind: str, page: Page) -> Page:
    path = f"/crm/v4/associations/{kind}/contacts/batch/read"
    query = {"inputs": [{"id": each["id"]} for each in page]}
    [reply] = replies(client, path, method="POST", json=query)
    contacts: dict[str, list[int]] = {}
    for found in listed(reply, "results", path):
        ids = (int(each["toObjectId"]) for each in found["to"])
        contacts[str(found["from"]["id"])] = sorted(ids)
    return [{**each, "contacts": contacts.get(each["id"], [])} for each in page]


def _contract_names(record: Record) -> dict[str, Any]:
    return {f"property_{name}": value for name, value in record["properties"].items()}


def _lowest_contact(record: Record) -> int | None:
    return next(iter(record["contacts"]), None)


def contact(record: Record) -> Iterator[Row]:
    yield {
        **_contract_names(record),
        "id": record["id"],
        "property_twitter": record["properties"].get("twitterhandle"),
        "is_deleted": record["archived"],
    }


def merges(record: Record) -> Iterator[Row]:
    """`hs_calculated_merged_vids` is `<contact>:<moment>;...` of all that were merged."""
    merged = record["properties"].get("hs_calculated_merged_vids") or ""
    for each in filter(None, merged.split(";")):
        vid, _, moment = each.partition(":")
        yield {
            "canonical_vid": record["id"],
            "vid_to_merge": vid,
            "timestamp": utc(int(moment)),
        }


def deal(record: Record) -> Iterator[Row]:
    yield {
        **_contract_names(record),
        "deal_id": record["id"],
        "contact_id": _lowest_contact(record),
    }


def ticket(record: Record) -> Iterator[Row]:
    yield {
        **_contract_names(record),
        "id": record["id"],
        "contact_id": _lowest_contact(record),
        "order_id": record["properties"].get("order_id"),
    }


def feedback_submission(record: Record) -> Iterator[Row]:
    said = record["properties"]
    yield {
        "id": record["id"],
        "contact_id": _lowest_contact(record),
        "survey_type": said["hs_survey_type"],
        "value": said["hs_value"],
        "content": said.get("hs_content"),
        "submitted_at": said["hs_submission_timestamp"],
    }


def engagement_contacts(record: Record) -> Iterator[Row]:
    for each in record["contacts"]:
        yield {"engagement_id": record["id"], "contact_id": each}


def _engagement(record: Record, kind: str, **columns: Any) -> Row:
    properties = record["properties"]
    return {
        "engagement_id": record["id"],
        "type": kind,
        "occurred_at": properties["hs_timestamp"],
        "owner_id": properties.get("hubspot_owner_id"),
        **columns,
    }


def call(record: Record) -> Iterator[Row]:
    said = record["properties"]
    yield _engagement(
        record,
        "CALL",
        direction=said.get("hs_call_direction"),
        duration_ms=said.get("hs_call_duration"),
        outcome=said.get("hs_call_disposition"),
        body=said.get("hs_call_body"),
    )


def email(record: Record) -> Iterator[Row]:
    said = record["properties"]
    incoming = said.get("hs_email_direction") == "INCOMING_EMAIL"
    yield _engagement(
        record,
        "INCOMING_EMAIL" if incoming else "EMAIL",
        direction="INBOUND" if incoming else "OUTBOUND",
        body=said.get("hs_email_text"),
    )


def meeting(record: Record) -> Iterator[Row]:
    said = record["properties"]
    outcome, body = said.get("hs_meeting_outcome"), said.get("hs_meeting_body")
    yield _engagement(record, "MEETING", outcome=outcome, body=body)


def note(record: Record) -> Iterator[Row]:
    yield _engagement(record, "NOTE", body=record["properties"].get("hs_note_body"))


def communication(record: Record) -> Iterator[Row]:
    """The channel passes as it is: SMS and WHATS_APP are the contract's words."""
    said = record["properties"]
    body = said.get("hs_communication_body")
    yield _engagement(record, str(said["hs_communication_channel_type"]), body=body)
