"""HubSpot: searches by id, contacts of objects, and merges."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingest import hubspot
from tests.python.ingest.conftest import Place
from tests.python.ingest.vendor import Reply, Request, Vendor, serve

TOKEN = "pat-secret"  # noqa: S105 -- of no account
MODIFIED = {"lastmodifieddate", "hs_lastmodifieddate"}


def record(number: int, updated_at: str, **properties: Any) -> dict[str, Any]:
    """An object as a search returns it."""
    return {
        "id": str(number),
        "properties": {"hs_object_id": str(number), **properties},
        "createdAt": "2025-03-01T09:00:00.000Z",
        "updatedAt": updated_at,
        "archived": False,
    }


class Crm:
    """HubSpot's objects by kind, and the contacts of each."""

    def __init__(self) -> None:
        self.records: dict[str, list[dict[str, Any]]] = {}
        self.contacts: dict[str, list[int]] = {}

    def __call__(self, request: Request) -> Reply:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Reply({"status": "error", "message": "anna@example.com"}, 401)
        parts = request.path.split("/")
        if parts[2:4] == ["v4", "associations"]:
            ids = [each["id"] for each in request.body["inputs"]]
            results = [
                {"from": {"id": each}, "to": [{"toObjectId": to} for to in self.contacts[each]]}
                for each in ids
                if each in self.contacts
            ]
            # 207: some have no contacts.
            return Reply({"status": "COMPLETE", "results": results}, 200)
        (group,) = request.body["filterGroups"]
        found = [
            each
            for each in self.records.get(parts[4], [])
            if all(self.passes(each, condition) for condition in group["filters"])
        ]
        found.sort(key=lambda each: int(each["id"]))
        wanted = {"hs_object_id", *request.body["properties"]}
        page = [
            {**each, "properties": {k: v for k, v in each["properties"].items() if k in wanted}}
            for each in found[: request.body["limit"]]
        ]
        return Reply({"total": len(found), "results": page})

    @staticmethod
    def passes(each: dict[str, Any], condition: dict[str, str]) -> bool:
        value = int(condition["value"])
        if condition["propertyName"] in MODIFIED:
            moment = datetime.fromisoformat(each["updatedAt"])
            actual = int(moment.timestamp() * 1000)
        else:
            assert condition["propertyName"] == "hs_object_id"
            actual = int(each["id"])
        operators = {"GT": actual > value, "GTE": actual >= value, "LT": actual < value}
        return operators[condition["operator"]]


@pytest.fixture
def crm() -> Crm:
    return Crm()


@pytest.fixture
def vendor(place: Place, crm: Crm) -> Iterator[Vendor]:
    with serve(crm) as vendor:
        place.set(HUBSPOT_URL=vendor.url, HUBSPOT_TOKEN=TOKEN)
        only(place, "contacts")
        yield vendor


FEEDS = {
    "contacts",
    "deals",
    "tickets",
    "feedback_submissions",
    "calls",
    "emails",
    "meetings",
    "notes",
    "communications",
}


def only(place: Place, *feeds: str) -> None:
    place.set(INGEST_WITHOUT=",".join(f"hubspot.{feed}" for feed in FEEDS.difference(feeds)))


def test_every_object_is_pulled_whatever_the_limit_of_a_search(
    place: Place, crm: Crm, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All changed in the same millisecond, as after an import."""
    monkeypatch.setattr(hubspot, "PAGE", 3)
    crm.records["contacts"] = [
        record(number, "2025-03-02T10:00:00.123Z") for number in (5, 40, 7, 300, 12, 9, 1)
    ]

    pulled = place.pull("hubspot")

    assert pulled.code == 0
    assert sorted(map(int, pulled.ids("crm/contact"))) == [1, 5, 7, 9, 12, 40, 300]
    searches = [each for each in vendor.asked if each.path.endswith("/contacts/search")]
    assert len(searches) == 3


def test_a_contact_keeps_the_contract_s_names(place: Place, crm: Crm, vendor: Vendor) -> None:
    crm.records["contacts"] = [
        record(
            1,
            "2025-03-02T10:00:00.123Z",
            email="anna@example.com",
            createdate="2025-03-01T09:00:00.000Z",
            lastmodifieddate="2025-03-02T10:00:00.123Z",
            lifecyclestage="customer",
            twitterhandle="anna",
            hs_email_optout="true",
            hs_calculated_merged_vids="7:1740900000000;8:1740900001000",
        )
    ]

    pulled = place.pull("hubspot")

    (contact,) = pulled.rows("crm/contact")
    assert {name: value for name, value in contact.items() if value} == {
        "id": "1",
        "property_email": "anna@example.com",
        "property_createdate": "2025-03-01T09:00:00.000Z",
        "property_lastmodifieddate": "2025-03-02T10:00:00.123Z",
        "property_lifecyclestage": "customer",
        "property_twitter": "anna",
        "property_hs_email_optout": "true",
        "is_deleted": "false",
    }
    assert [tuple(row.values()) for row in pulled.rows("crm/contact_merge_audit")] == [
        ("1", "7", "2025-03-02T07:20:00.000000Z"),
        ("1", "8", "2025-03-02T07:20:01.000000Z"),
    ]
    assert place.lands()


def test_other_objects_bring_their_contacts(place: Place, crm: Crm, vendor: Vendor) -> None:
    only(place, *FEEDS)
    moment = "2025-03-02T10:00:00.000Z"
    crm.contacts = {"1": [22, 3], "2": [4], "3": [5], "4": [6, 7]}
    crm.records = {
        "deals": [record(1, moment, amount="10.50", dealstage="closedwon", createdate=moment)],
        "tickets": [record(2, moment, subject="Reso", createdate=moment, order_id="77")],
        "feedback_submissions": [
            record(
                3,
                moment,
                hs_survey_type="NPS",
                hs_value="9",
                hs_content="Bene",
                hs_submission_timestamp=moment,
            )
        ],
        "calls": [
            record(
                4,
                moment,
                hs_timestamp=moment,
                hs_call_direction="INBOUND",
                hs_call_duration="60000",
                hubspot_owner_id="8",
            )
        ],
        "emails": [
            record(5, moment, hs_timestamp=moment, hs_email_direction="INCOMING_EMAIL"),
            record(6, moment, hs_timestamp=moment, hs_email_direction="EMAIL"),
        ],
        "meetings": [record(7, moment, hs_timestamp=moment, hs_meeting_outcome="COMPLETED")],
        "notes": [record(8, moment, hs_timestamp=moment, hs_note_body="Richiamare")],
        "communications": [
            record(9, moment, hs_timestamp=moment, hs_communication_channel_type="WHATS_APP")
        ],
    }

    pulled = place.pull("hubspot")

    (deal,) = pulled.rows("crm/deal")
    assert (deal["deal_id"], deal["contact_id"], deal["property_amount"]) == ("1", "3", "10.50")
    (ticket,) = pulled.rows("crm/ticket")
    assert (ticket["contact_id"], ticket["property_subject"], ticket["order_id"]) == (
        "4",
        "Reso",
        "77",
    )
    (answer,) = pulled.rows("crm/feedback_submission")
    assert (answer["contact_id"], answer["survey_type"], answer["value"]) == ("5", "NPS", "9")
    engagements = pulled.rows("crm/engagement")
    assert {(each["engagement_id"], each["type"], each["direction"]) for each in engagements} == {
        ("4", "CALL", "INBOUND"),
        ("5", "INCOMING_EMAIL", "INBOUND"),
        ("6", "EMAIL", "OUTBOUND"),
        ("7", "MEETING", None),
        ("8", "NOTE", None),
        ("9", "WHATS_APP", None),
    }
    assert [tuple(row.values()) for row in pulled.rows("crm/engagement_contact")] == [
        ("4", "6"),
        ("4", "7"),
    ]
    assert place.lands()


def test_what_changed_in_the_last_minute_waits_for_the_next_pull(
    place: Place, crm: Crm, vendor: Vendor
) -> None:
    now = datetime.now(UTC)
    crm.records["contacts"] = [
        record(1, (now - timedelta(hours=1)).isoformat()),
        record(2, (now - timedelta(seconds=5)).isoformat()),
    ]

    first = place.pull("hubspot")
    crm.records["contacts"][1]["updatedAt"] = (now - timedelta(minutes=2)).isoformat()
    second = place.pull("hubspot")

    assert (first.ids("crm/contact"), second.ids("crm/contact")) == (["1"], ["2"])


def test_a_token_without_a_right_costs_one_feed(place: Place, crm: Crm, vendor: Vendor) -> None:
    only(place, "contacts", "feedback_submissions")
    crm.records["contacts"] = [record(1, "2025-03-02T10:00:00.123Z")]

    def refusing(request: Request) -> Reply:
        return Reply({}, 403) if "feedback" in request.path else crm(request)

    vendor.api = refusing
    failed = place.pull("hubspot")
    only(place, "contacts")
    following = place.pull("hubspot")

    assert (failed.code, failed.ids("crm/contact")) == (1, ["1"])
    assert "VIAGGIO_INGEST_WITHOUT=hubspot.feedback_submissions" in failed.output
    assert following.code == 0
