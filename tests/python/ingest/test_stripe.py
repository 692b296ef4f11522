"""Stripe: newest first, pages by the last id, and payments that were pending."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from ingest.stripe import amount
from tests.python.ingest.conftest import Place
from tests.python.ingest.vendor import Reply, Request, Vendor, serve

TOKEN = "rk_secret"  # noqa: S105 -- of no account
PAGE = 2
DAY = 24 * 3600
MARCH = int(datetime(2025, 3, 1, tzinfo=UTC).timestamp())


def charge(number: int, created: int, status: str = "succeeded", **others: Any) -> dict[str, Any]:
    return {
        "id": f"ch_{number}",
        "created": created,
        "status": status,
        "captured": True,
        "amount": 1050,
        "currency": "eur",
        "metadata": {"order_id": str(number)},
        "payment_intent": f"pi_{number}",
        "failure_code": None,
        "billing_details": {"email": "anna@example.com"},
        **others,
    }


class Bank:
    """Stripe's charges and refunds."""

    def __init__(self) -> None:
        self.records: dict[str, list[dict[str, Any]]] = {
            "charges": [charge(number, MARCH + number * DAY) for number in range(1, 6)],
            "refunds": [],
        }

    def __call__(self, request: Request) -> Reply:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Reply({"error": {"message": "anna@example.com"}}, 401)
        kind = request.path.rpartition("/")[2]
        assert kind != "refunds" or request.params["expand[]"] == "data.charge"
        since = int(request.params.get("created[gte]", "0"))
        found = [each for each in self.records[kind] if each["created"] >= since]
        found.sort(key=lambda each: each["created"], reverse=True)
        ids = [each["id"] for each in found]
        after = request.params.get("starting_after")
        rest = found[ids.index(after) + 1 :] if after else found
        page, has_more = rest[:PAGE], len(rest) > PAGE
        return Reply({"object": "list", "data": page, "has_more": has_more})


@pytest.fixture
def bank() -> Bank:
    return Bank()


@pytest.fixture
def stripe(place: Place, bank: Bank) -> Iterator[Vendor]:
    with serve(bank) as vendor:
        place.set(STRIPE_URL=vendor.url, STRIPE_TOKEN=TOKEN)
        yield vendor


def test_charges_and_refunds_are_payments_of_orders(
    place: Place, bank: Bank, stripe: Vendor
) -> None:
    bank.records["charges"][1] |= {"status": "failed", "failure_code": "card_declined"}
    refund = {
        "id": "re_1",
        "created": MARCH + 9 * DAY,
        "status": "succeeded",
        "amount": 500,
        "currency": "eur",
        "payment_intent": "pi_1",
        "charge": charge(1, MARCH),
    }
    bank.records["refunds"] = [refund]

    pulled = place.pull("stripe")

    assert pulled.code == 0
    columns = ("id", "order_id", "kind", "amount", "currency", "status", "error_code")
    assert [tuple(row[each] for each in columns) for row in pulled.rows("store/transaction")] == [
        ("ch_1", "1", "sale", "10.50", "EUR", "success", None),
        ("ch_2", "2", "sale", "10.50", "EUR", "failure", "card_declined"),
        ("ch_3", "3", "sale", "10.50", "EUR", "success", None),
        ("ch_4", "4", "sale", "10.50", "EUR", "success", None),
        ("ch_5", "5", "sale", "10.50", "EUR", "success", None),
        ("re_1", "1", "refund", "5.00", "EUR", "success", None),
    ]
    assert pulled.rows("store/transaction")[0]["created_at"] == "2025-03-02T00:00:00+00:00"
    assert place.lands()


def test_a_pending_payment_comes_when_it_has_a_result(
    place: Place, bank: Bank, stripe: Vendor
) -> None:
    bank.records["charges"] += [
        charge(6, MARCH + 6 * DAY, "pending"),
        charge(7, MARCH + 15 * DAY),
    ]
    first = place.pull("stripe")
    bank.records["charges"][-2]["status"] = "succeeded"

    second = place.pull("stripe")

    assert "ch_6" not in first.ids("store/transaction")
    assert "ch_6" in second.ids("store/transaction")
    # Two weeks before the newest, and no more.
    assert "ch_1" in second.ids("store/transaction")
    assert stripe.asked[-2].params["created[gte]"] == str(MARCH + DAY)


@pytest.mark.parametrize(
    ("units", "currency", "expected"),
    [(1050, "EUR", "10.50"), (1050, "JPY", "1050"), (1050, "KWD", "1.050"), (5, "EUR", "0.05")],
)
def test_amounts_are_in_their_currency(units: int, currency: str, expected: str) -> None:
    assert str(amount(units, currency)) == str(Decimal(expected)) == expected
