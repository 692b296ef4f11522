"""Persons with nine kinds of identifier in every place where a shop may keep them."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

STREAM = "2100450001"
TILL = "7999999999999"
HOUSEHOLD_PHONE = "+390299988877"
SHARED_COOKIE = "5550001112.1735600000"
FIRST = datetime(2025, 1, 5, 9, 0, tzinfo=UTC)
Rows = dict[tuple[str, str], list[dict[str, Any]]]


@dataclass(frozen=True)
class Planted:
    """A person, by number."""

    number: int

    @property
    def email(self) -> str:
        return f"zqperson{self.number}x@planted.example"

    @property
    def phone(self) -> str:
        return f"+39347911{self.number:04}"

    @property
    def customer(self) -> str:
        return f"771100{self.number:07}"

    @property
    def contact(self) -> str:
        return f"772200{self.number:06}"

    @property
    def cookie(self) -> str:
        return f"77330{self.number:05}.1735689600"

    @property
    def card(self) -> str:
        return f"774400{self.number:07}"

    @property
    def handle(self) -> str:
        return f"zqhandle{self.number}x"

    @property
    def name(self) -> str:
        return f"Zqname{self.number}x"

    @property
    def order(self) -> str:
        return f"775500{self.number:07}"

    @property
    def values(self) -> dict[str, str]:
        """What must be found nowhere, by kind."""
        return {
            "email": self.email,
            "phone": self.phone,
            "customer": self.customer,
            "contact": self.contact,
            "device": self.cookie,
            "loyalty_card": self.card,
            "handle": self.handle,
            "name": self.name,
            "order": self.order,
        }

    def needles(self, salt: str) -> dict[bytes, str]:
        """Every form in which a value may lie somewhere, each with its kind."""
        found: dict[bytes, str] = {}
        for kind, value in self.values.items():
            plain = {value, value.removeprefix("+"), value.removeprefix("+39")}
            for text in plain:
                forms = {text, text.upper(), text.lower(), quote(text, safe="")}
                forms |= {form for start in range(3) for form in [_base64(text, start)]}
                found |= {form.encode(): kind for form in forms}
            hashed = hashlib.sha256((salt + value).encode()).hexdigest()
            keys = {
                "email": [f"email|{hashed}"],
                "phone": [f"phone|{hashed}"],
                "handle": [f"handle|instagram|{hashed}"],
                "device": [f"device|{STREAM}|{value}"],
            }.get(kind, [f"{kind}|{value}"])
            digests = [hashed, hashlib.sha256(value.encode()).hexdigest()]
            digests += [
                hashlib.new("md5", key.encode(), usedforsecurity=False).hexdigest()
                for key in (*keys, value)
            ]
            found |= {digest.encode(): f"hash of {kind}" for digest in digests}
        return found

    def rows(self) -> Rows:
        """Rows of raw tables that name the person."""
        rows: Rows = defaultdict(list)
        rows["crm", "contact"].append(
            {
                "id": self.contact, "property_email": self.email, "property_phone": self.phone,
                "property_firstname": self.name, "property_loyalty_card": self.card,
                "property_ga_client_id": self.cookie, "property_instagram": f"@{self.handle}",
                "property_createdate": _at(0), "property_lastmodifieddate": _at(0),
                "property_marketing_consent_at": _at(0), "note_of_the_shop": self.name,
            }
        )  # fmt: skip
        rows["store", "customer"].append(
            {
                "id": self.customer, "email": self.email.upper(), "phone": self.phone,
                "first_name": self.name, "created_at": _at(0), "accepts_marketing": True,
                "loyalty_card": self.card,
            }
        )  # fmt: skip
        rows["store", "order"].append(
            {
                "id": self.order, "name": f"#{self.order}", "email": f" {self.email} ",
                "phone": self.phone.removeprefix("+39"), "customer_id": self.customer,
                "created_at": _at(60), "updated_at": _at(61), "currency": "EUR",
                "subtotal_price": 100, "total_price": 100, "total_tax": 18, "source_name": "web",
                "loyalty_card": self.card, "test": False,
                "landing_site": f"/?email={quote(self.email)}",
            }
        )  # fmt: skip
        rows["store", "order_line"].append(
            {
                "id": f"{self.order}-1", "order_id": self.order, "product_id": "P0101",
                "title": "Casseruola", "quantity": 1, "price": 100, "total_discount": 0,
            }
        )  # fmt: skip
        rows["store", "transaction"].append(
            {
                "id": f"T{self.order}", "order_id": self.order, "created_at": _at(60),
                "kind": "sale", "gateway": "card", "amount": 100, "currency": "EUR",
                "status": "success",
            }
        )  # fmt: skip
        rows["store", "fulfillment"].append(
            {"id": f"F{self.order}", "order_id": self.order, "created_at": _at(120),
             "location_id": "L90", "method": "SHIPPING", "status": "success"}
        )  # fmt: skip
        rows["store", "loyalty_event"].append(
            {"id": f"{self.card}-1", "loyalty_card": self.card, "occurred_at": _at(61),
             "kind": "earn", "points": 100, "order_id": self.order}
        )  # fmt: skip
        rows["store", "visit"].append(
            {"id": f"V88{self.number:06}", "location_id": "L01", "entered_at": _at(300),
             "left_at": _at(320), "loyalty_card": self.card, "email": self.email,
             "source": "loyalty app"}
        )  # fmt: skip
        rows["store", "abandoned_checkout"].append(
            {"id": f"C88{self.number:06}", "email": self.email, "customer_id": self.customer,
             "created_at": _at(30), "currency": "EUR", "total_price": 50, "last_step": "payment"}
        )  # fmt: skip
        rows["crm", "ticket"].append(
            {"id": f"K{self.order}q", "contact_id": self.contact, "property_createdate": _at(400),
             "property_subject": f"Ordine {self.order}", "order_id": self.order,
             "property_content": f"Sono {self.name}, scrivetemi a {self.email} o {self.phone}"}
        )  # fmt: skip
        rows["crm", "engagement"].append(
            {"engagement_id": f"E88{self.number:06}", "type": "CALL", "occurred_at": _at(500),
             "direction": "INBOUND", "body": f"Chiama {self.name}, {self.phone}", "owner_id": "OW4"}
        )  # fmt: skip
        rows["crm", "engagement_contact"].append(
            {"engagement_id": f"E88{self.number:06}", "contact_id": self.contact}
        )
        rows["crm", "contact_form_submission"].append(
            {"contact_id": self.contact, "form_id": "newsletter", "timestamp": _at(10),
             "page_url": f"https://www.casalume.example/n?nome={self.name}&utm_source=google"}
        )  # fmt: skip
        rows["crm", "feedback_submission"].append(
            {"id": f"NPS{self.order}", "contact_id": self.contact, "survey_type": "NPS", "value": 9,
             "content": f"{self.name}: ottimo", "submitted_at": _at(700), "order_id": self.order}
        )  # fmt: skip
        rows["email", "event"] += [
            {"id": f"m88{self.number:06}-{kind}", "type": kind, "created": _at(minute),
             "campaign_id": "7000011", "recipient": self.email}
            for minute, kind in ((2, "SENT"), (3, "DELIVERED"), (9, "OPEN"))
        ]  # fmt: skip
        rows["reviews", "review"].append(
            {"id": f"RV{self.order}", "platform": "shop", "created_at": _at(800), "rating": 5,
             "rating_scale": 5, "title": self.name, "body": f"Consigliato! {self.name}",
             "language": "it", "product_id": "P0101", "order_id": self.order,
             "author_email": self.email, "author_name": self.name, "is_verified": True}
        )  # fmt: skip
        rows["social", "interaction"].append(
            {"id": f"SI88{self.number:06}", "network": "instagram", "kind": "comment",
             "occurred_at": _at(900), "author_handle": f"@{self.handle.upper()}",
             "post_id": "PO0", "body": f"bello! {self.name}"}
        )  # fmt: skip
        rows["ga4", "event"] += list(self._events())
        return rows

    def _events(self) -> Iterator[dict[str, Any]]:
        page = "https://www.casalume.example/"
        for minute, name, address, more in (
            (50, "session_start", f"{page}?utm_source=google&mail={quote(self.email)}", {}),
            (51, "page_view", f"{page}account/{self.customer}", {}),
            (52, "view_search_results", f"{page}cerca", {"search_term": f"{self.name}"}),
            (60, "purchase", f"{page}grazie?ordine={self.order}", {"transaction_id": self.order}),
        ):  # fmt: skip
            texts = {"page_location": address, "page_title": "Casa Lume", **more}
            moment = FIRST + timedelta(minutes=minute)
            yield {
                "event_date": f"{moment:%Y%m%d}",
                "event_timestamp": int(moment.timestamp() * 1_000_000) + self.number,
                "event_name": name,
                "event_params": [
                    {"key": "ga_session_id", "value": {"int_value": 1736000000 + self.number}},
                    *({"key": key, "value": {"string_value": text}} for key, text in texts.items()),
                ],
                "user_id": self.customer if name == "page_view" else None,
                "user_pseudo_id": self.cookie,
                "privacy_info": {"analytics_storage": "Yes"},
                "device": {"category": "mobile", "operating_system": "iOS"},
                "geo": {"country": "Italy", "city": "Milano"},
                "stream_id": STREAM,
                "platform": "WEB",
                "ecommerce": {"transaction_id": self.order, "purchase_revenue": 100.0}
                if name == "purchase" else None,
            }  # fmt: skip


def shared_rows(one: Planted, other: Planted) -> Rows:
    """What two persons have in common: a household's phone, a tablet; and the till's customer."""
    rows: Rows = defaultdict(list)
    for person, minute in ((one, 1000), (other, 1100)):
        rows["store", "order"].append(
            {
                "id": f"{person.order}9", "email": person.email, "phone": HOUSEHOLD_PHONE,
                "customer_id": person.customer, "created_at": _at(minute), "currency": "EUR",
                "total_price": 70, "source_name": "phone",
            }
        )  # fmt: skip
        moment = FIRST + timedelta(minutes=minute)
        rows["ga4", "event"].append(
            {
                "event_date": f"{moment:%Y%m%d}",
                "event_timestamp": int(moment.timestamp() * 1_000_000),
                "event_name": "page_view",
                "event_params": [
                    {"key": "ga_session_id", "value": {"int_value": 1737000000 + minute}},
                    {"key": "page_location",
                     "value": {"string_value": "https://www.casalume.example/"}},
                ],
                "user_id": person.customer, "user_pseudo_id": SHARED_COOKIE,
                "privacy_info": {"analytics_storage": "Yes"}, "stream_id": STREAM,
                "platform": "WEB",
            }
        )  # fmt: skip
    # The addresses on its orders show that the till's customer is nobody.
    walk_in = [f"walk-in-{number}@planted.example" for number in range(6)]
    rows["store", "order"] += [
        {"id": f"776600000000{number}", "customer_id": TILL, "email": email, "currency": "EUR",
         "created_at": _at(1200 + number), "total_price": 30, "source_name": "pos",
         "location_id": "L01"}
        for number, email in enumerate([one.email, *walk_in], start=1)
    ]  # fmt: skip
    return rows


def drop(landing: Path, persons: list[Planted], name: str = "planted") -> None:
    """Drop files with the persons' rows, one for each table; JSON lines, and CSV for two."""
    together: Rows = defaultdict(list)
    for rows in (*(person.rows() for person in persons), shared_rows(*persons[:2])):
        for table, some in rows.items():
            together[table] += some
    for (source, table), rows in together.items():
        folder = landing / source / table
        folder.mkdir(parents=True, exist_ok=True)
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    (landing / "store" / "customer" / f"{name}_refused.csv").write_text(
        f"numero;posta\n{persons[0].customer};{persons[0].email}\n1;nobody@planted.example\n",
        encoding="utf-8",
    )
    # One bad row among many good ones goes to the quarantine.
    good = [f"G{number},L01,2025-01-05 10:00:00" for number in range(150)]
    lines = ["id,location_id,entered_at,email", *(f"{row}," for row in good)]
    lines.append(f"B1,L01,at noon,{persons[0].email}")
    lines.append("B2,L01,at one,somebody@planted.example")
    good_csv = landing / "store" / "visit" / f"{name}_visits.csv"
    lines += [f"H{number},L01,2025-01-05 11:00:00," for number in range(150)]
    good_csv.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _at(minutes: int) -> str:
    return f"{FIRST + timedelta(minutes=minutes):%Y-%m-%d %H:%M:%S}"


def _base64(text: str, start: int) -> str:
    """The middle of the Base64 form of a text that begins `start` bytes into a group of three."""
    encoded = base64.b64encode(b"\0" * start + text.encode()).decode()
    first = (0, 2, 3)[start]
    whole = (start + len(text.encode())) // 3 * 4
    return encoded[first:whole]
