"""Shopify's Admin REST API: what changed since the last pull, page by page.

Orders bring their lines, refunds and fulfilments along.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

from dlt.sources.helpers.rest_client.paginators import HeaderLinkPaginator

from ingest.feeds import Feed, Mapper, Record, Row, paged, seconds
from ingest.rest import Page, connect, listed, replies

VERSION = "2026-07"


def feeds(settings: dict[str, str], stack: ExitStack) -> list[Feed]:
    """Orders, customers, products, abandoned checkouts and locations."""
    client = connect(
        stack,
        settings["VIAGGIO_SHOPIFY_URL"],
        ("X-Shopify-Access-Token", settings["VIAGGIO_SHOPIFY_TOKEN"]),
    )

    def pages(name: str, **fixed: str) -> Callable[[str | None], Iterator[Page]]:
        def read(since: str | None) -> Iterator[Page]:
            path = f"/admin/api/{VERSION}/{name}.json"
            changed = {"updated_at_min": seconds(since)} if since else {}
            params = {"limit": 250, **fixed, **changed}
            for reply in replies(client, path, HeaderLinkPaginator(), params=params):
                yield listed(reply, name, path)

        return read

    def feed(name: str, tables: dict[str, Mapper], **fixed: str) -> Feed:
        return Feed(name, paged(name, pages(name, **fixed), _changed), tables)

    return [
        feed(
            "orders",
            {
                "store.order": order,
                "store.order_line": order_lines,
                "store.refund_line": refund_lines,
                "store.fulfillment": fulfillments,
            },
            status="any",
        ),
        feed("customers", {"store.customer": customer}),
        feed("products", {"store.product": product}),
        feed("checkouts", {"store.abandoned_checkout": abandoned_checkout}, status="any"),
        feed("locations", {"store.location": location}),
    ]


def _changed(record: Record) -> object:
    return record["updated_at"]


def _shop_money(amounts: dict[str, Any] | None) -> str | None:
    return amounts["shop_money"]["amount"] if amounts else None


def _customer_id(record: Record) -> int | None:
    return (record.get("customer") or {}).get("id")


def _joined(values: list[Any]) -> str | None:
    return ",".join(map(str, values)) or None


def order(record: Record) -> Iterator[Row]:
    yield {
        **record,
        "customer_id": _customer_id(record),
        "total_shipping": _shop_money(record.get("total_shipping_price_set")),
        "total_duties": _shop_money(record.get("original_total_duties_set")),
        "total_tip": record.get("total_tip_received"),
        "staff_id": record.get("user_id"),
        "discount_codes": _joined([each["code"] for each in record.get("discount_codes") or []]),
        "payment_method": _joined(record.get("payment_gateway_names") or []),
    }


def order_lines(record: Record) -> Iterator[Row]:
    for line in record["line_items"]:
        yield {**line, "order_id": record["id"]}


def refund_lines(record: Record) -> Iterator[Row]:
    for refund in record.get("refunds") or []:
        for line in refund["refund_line_items"]:
            yield {
                **line,
                "refund_id": refund["id"],
                "order_id": record["id"],
                "order_line_id": line["line_item_id"],
                "created_at": refund["created_at"],
                "reason": refund.get("note"),
            }


def fulfillments(record: Record) -> Iterator[Row]:
    for fulfillment in record.get("fulfillments") or []:
        yield {**fulfillment, "order_id": record["id"]}


def customer(record: Record) -> Iterator[Row]:
    consent = record.get("email_marketing_consent")
    yield {**record, "accepts_marketing": consent and consent["state"] == "subscribed"}


def product(record: Record) -> Iterator[Row]:
    """Shopify keeps prices on variants: the first one's is the product's."""
    variants = record.get("variants") or [{}]
    yield {**record, "price": variants[0].get("price")}


def abandoned_checkout(record: Record) -> Iterator[Row]:
    shipping = record.get("shipping_lines") or [{}]
    lines = record.get("line_items") or []
    yield {
        **record,
        "customer_id": _customer_id(record),
        "shipping_price": shipping[0].get("price"),
        "line_product_ids": _joined([each["product_id"] for each in lines]),
    }


def location(record: Record) -> Iterator[Row]:
    """`created_at`, when the place was set up in Shopify, is the nearest there is."""
    yield {**record, "province": record.get("province_code"), "opened_at": record["created_at"]}
