"""Stripe's API: charges and refunds, as payments of orders.

Stripe lists by creation only, and a bank debit may be pending for two weeks. So each pull reads
the last two weeks again; landing keeps the newest version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator

from ingest.feeds import Feed, Record, Row, paged
from ingest.rest import Page, connect, listed, replies

PENDING_SECONDS = 14 * 24 * 3600
STATUS = {"succeeded": "success", "failed": "failure", "canceled": "failure"}
# Currencies without cents, and those with a thousandth; amounts are in the smallest unit.
NO_CENTS = frozenset(
    "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF".split()  # noqa: SIM905
)
THOUSANDTHS = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))


def feeds(settings: dict[str, str], stack: ExitStack) -> list[Feed]:
    """Charges and refunds."""
    client = connect(
        stack,
        settings["VIAGGIO_STRIPE_URL"],
        ("Authorization", f"Bearer {settings['VIAGGIO_STRIPE_TOKEN']}"),
    )

    def pages(name: str, **fixed: str) -> Callable[[str | None], Iterator[Page]]:
        def read(since: str | None) -> Iterator[Page]:
            params: dict[str, Any] = {"limit": 100, **fixed}
            if since:
                params["created[gte]"] = int(datetime.fromisoformat(since).timestamp())
            after = JSONResponseCursorPaginator(
                "data[-1].id", "starting_after", has_more_path="has_more"
            )
            for reply in replies(client, f"/v1/{name}", after, params=params):
                yield listed(reply, "data", f"/v1/{name}")

        return read

    def feed(name: str, mapper: Callable[[Record], Iterator[Row]], **fixed: str) -> Feed:
        records = paged(name, pages(name, **fixed), _created, lag=PENDING_SECONDS)
        return Feed(name, records, {"store.transaction": mapper})

    return [feed("charges", charge), feed("refunds", refund, **{"expand[]": "data.charge"})]


def _created(record: Record) -> object:
    return record["created"]


def charge(record: Record) -> Iterator[Row]:
    """A payment with a result; the order is the one its metadata name."""
    yield from _payment(record, "sale" if record["captured"] else "authorization", record)


def refund(record: Record) -> Iterator[Row]:
    yield from _payment(record, "refund", record.get("charge") or {})


def _payment(record: Record, kind: str, charged: Record) -> Iterator[Row]:
    if record["status"] in STATUS:
        currency = record["currency"].upper()
        yield {
            "id": record["id"],
            "order_id": (charged.get("metadata") or {}).get("order_id"),
            "checkout_id": record.get("payment_intent"),
            "created_at": datetime.fromtimestamp(record["created"], UTC),
            "kind": kind,
            "gateway": "stripe",
            "amount": amount(record["amount"], currency),
            "currency": currency,
            "status": STATUS[record["status"]],
            "error_code": record.get("failure_code") or record.get("failure_reason"),
        }


def amount(units: int, currency: str) -> Decimal:
    """An amount in its currency, from its smallest units."""
    digits = 0 if currency in NO_CENTS else 3 if currency in THOUSANDTHS else 2
    return Decimal(units).scaleb(-digits)
