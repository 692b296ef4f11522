"""Shopify's Admin REST API: pages by link, records since `updated_at_min`."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from tests.python.ingest.vendor import Reply, Request

TOKEN = "shpat_secret"  # noqa: S105 -- of no shop
PAGE = 2


def order(number: int, updated_at: str, **others: Any) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"#{number}",
        "email": f"anna{number}@example.com",
        "customer": {"id": 900 + number, "email": f"anna{number}@example.com"},
        "created_at": "2025-03-01T10:00:00+01:00",
        "updated_at": updated_at,
        "cancelled_at": None,
        "currency": "EUR",
        "subtotal_price": "100.00",
        "total_discounts": "0.00",
        "total_tax": "18.03",
        "total_price": "104.90",
        "total_shipping_price_set": {"shop_money": {"amount": "4.90", "currency_code": "EUR"}},
        "taxes_included": True,
        "source_name": "web",
        "discount_codes": [{"code": "CIAO", "amount": "1.00", "type": "fixed_amount"}],
        "payment_gateway_names": ["paypal"],
        "financial_status": "paid",
        "test": False,
        "line_items": [
            {
                "id": number * 10,
                "product_id": 7,
                "title": "Scarpa",
                "quantity": 2,
                "price": "50.00",
                "total_discount": "0.00",
                "gift_card": False,
            }
        ],
        "refunds": [
            {
                "id": number * 100,
                "created_at": "2025-03-04T09:00:00+01:00",
                "note": "size",
                "refund_line_items": [
                    {
                        "id": number * 1000,
                        "line_item_id": number * 10,
                        "quantity": 1,
                        "subtotal": 50.0,
                        "location_id": None,
                    }
                ],
            }
        ],
        "fulfillments": [
            {
                "id": number * 10000,
                "created_at": "2025-03-02T09:00:00+01:00",
                "status": "success",
                "location_id": 3,
            }
        ],
        **others,
    }


class Shop:
    """The shop's records by kind; `url` is where it answers."""

    def __init__(self) -> None:
        self.url = ""
        self.records: dict[str, list[dict[str, Any]]] = {
            "orders": [
                order(1, "2025-03-01T10:00:00+01:00"),
                order(2, "2025-03-02T10:00:00+01:00"),
                order(3, "2025-03-03T10:00:00+01:00"),
            ],
            "customers": [],
            "products": [],
            "checkouts": [],
            "locations": [],
        }

    def __call__(self, request: Request) -> Reply:
        if request.headers.get("x-shopify-access-token") != TOKEN:
            return Reply({"errors": "[API] Invalid API key or access token"}, 401)
        kind = request.path.rpartition("/")[2].removesuffix(".json")
        since = request.params.get("updated_at_min", "1970-01-01T00:00:00Z")
        first = int(request.params.get("page_info", "0"))
        found = [
            each
            for each in self.records[kind]
            if datetime.fromisoformat(each["updated_at"]) >= datetime.fromisoformat(since)
        ]
        rest = found[first + PAGE :]
        following = urlencode({"page_info": first + PAGE, "updated_at_min": since})
        link = f'<{self.url}{request.path}?{following}>; rel="next"'
        return Reply({kind: found[first : first + PAGE]}, headers={"Link": link} if rest else {})
