"""Rows of every raw table whose texts all hold canaries: made-up addresses, numbers and names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb

from viaggio.workspace.contract import EPOCH_MICROSECONDS, Column, Contract, RawTable

# Texts that are codes: tools choose them from a list of their own, nobody types them. (Columns with
# accepted values are codes too, and names ending in id are keys.)
CODES = {
    ("ads", "campaign_day"): {"platform", "currency"},
    ("crm", "contact"): {
        "property_lifecyclestage",
        "property_hs_lead_status",
        "property_hs_analytics_source",
    },
    ("crm", "deal"): {"property_dealstage"},
    ("crm", "ticket"): {"property_hs_ticket_priority", "property_source_type"},
    ("crm", "feedback_submission"): {"touchpoint_type"},
    ("email", "campaign_report"): {"tool", "currency"},
    ("email", "event"): {"user_agent"},
    ("ga4", "event"): {
        "event_date",
        "event_name",
        "platform",
        "privacy_info",
        "device",
        "geo",
        "ecommerce",
    },
    ("reference", "exchange_rate"): {"currency"},
    ("reviews", "review"): {"platform", "language"},
    ("search_console", "query_day"): {"country", "device"},
    ("social", "interaction"): {"network"},
    ("store", "order"): {"name", "currency", "payment_method", "financial_status"},
    ("store", "fulfillment"): {"status"},
    ("store", "transaction"): {"kind", "gateway", "currency"},
    ("store", "abandoned_checkout"): {"currency", "last_step"},
    ("store", "location"): {"province", "country_code"},
    ("store", "loyalty_event"): {"tier"},
}
# What the build needs to be a real code: days, money, and the consent to carry identifiers.
FIXED = {"event_date": "20250105", "currency": "EUR", "language": "it", "analytics_storage": "Yes"}
PARAMETERS = [
    *("page_location", "page_title", "page_referrer", "source", "medium", "campaign", "term"),
    *("content", "gclid", "traffic_type", "search_term", "transaction_id", "coupon", "item_id"),
    *("payment_type", "shipping_tier", "link_url", "form_id", "method", "content_type"),
    "video_title",
]
WRITTEN = ("plain", "encoded", "upper")
TOKENS = "zqcanary|zqname|zqhandle|(?:39|[^0-9a-f]|^)347900[0-9]{4}|203[.]0[.]113[.]"


@dataclass
class Canaries:
    """Gives a new canary each time, and remembers what was given."""

    numbers: Iterator[int]
    emails: list[str]
    phones: list[str]

    def email(self, written: str) -> str:
        email = f"zqcanary{next(self.numbers)}@secret.example"
        self.emails.append(email)
        return {"plain": email, "encoded": quote(email), "upper": email.upper()}[written]

    def phone(self, written: str) -> str:
        phone = f"+39347900{next(self.numbers):04}"
        self.phones.append(phone)
        return quote(phone) if written == "encoded" else phone

    def text(self, kind: str | None, written: str) -> str:
        """What somebody may have put into a column of this kind."""
        number = next(self.numbers)
        by_kind = {
            "name": lambda: f"Zqname{number}",
            "handle": lambda: f"@zqhandle{number}",
            "ip": lambda: f"203.0.113.{number % 250}",
            "phone": lambda: self.phone(written),
            "email": lambda: self.email(written),
            "identifier": lambda: self.phone(written) if number % 2 else self.email(written),
            "url": lambda: (
                f"https://www.casalume.example/grazie?email={self.email('encoded')}"
                f"&utm_term={self.email(written)}&tel={self.phone('encoded')}"
            ),
        }
        if kind in by_kind:
            return by_kind[kind]()
        return f"Scrivi a {self.email(written)}, chiama {self.phone(written)} (ordine {number})"


def plant(contract: Contract, landing: Path) -> Canaries:
    """Drop a file into the folder of each raw table; columns nobody knows hold canaries too."""
    canaries = Canaries(count(1), [], [])
    for table in contract.tables.values():
        folder = landing / table.source / table.name
        folder.mkdir(parents=True, exist_ok=True)
        lines = [json.dumps(_row(table, written, canaries)) for written in WRITTEN]
        (folder / "planted.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return canaries


def _row(table: RawTable, written: str, canaries: Canaries) -> dict[str, Any]:
    row = {column.name: _value(column, written, canaries) for column in table.columns}
    return {**row, "note_of_the_shop": canaries.text("text", written)}


def _value(column: Column, written: str, canaries: Canaries) -> Any:
    if column.unit == EPOCH_MICROSECONDS:
        return int(_moment(written).timestamp() * 1_000_000)
    if column.name == "event_params":
        return [
            {"key": key, "value": {"string_value": canaries.text(_kind(key), written)}}
            for key in PARAMETERS
        ]
    if column.accepted_values:
        return column.accepted_values[0]
    kind = "email" if column.name == "user_id" else column.pii
    return _of_type(column.type, column.name, written, canaries, kind)


def _of_type(
    of: duckdb.DuckDBPyType, name: str, written: str, canaries: Canaries, kind: str | None = None
) -> Any:
    if name in FIXED:
        return FIXED[name]
    if of.id == "list":
        (_, element), *_ = of.children
        return [_of_type(element, name, written, canaries)]
    if of.id == "struct":
        return {field: _of_type(part, field, written, canaries) for field, part in of.children}
    plain = {
        "varchar": lambda: canaries.text(kind or _kind(name), written),
        "date": lambda: f"{_moment(written):%Y-%m-%d}",
        "boolean": lambda: True,
    }
    if of.id.startswith("timestamp"):
        return _moment(written).isoformat()
    return plain.get(of.id, lambda: 1)()


def _kind(name: str) -> str:
    """What a text is that the contract says nothing of by itself."""
    if name in ("page_location", "page_referrer", "link_url"):
        return "url"
    return "identifier" if re.search(r"(^|_)ids?$|clid$", name) else "label"


def _moment(written: str) -> datetime:
    return datetime(2025, 1, 5, 10, WRITTEN.index(written), tzinfo=UTC)
