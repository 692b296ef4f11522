"""A shop with GA4 alone gets its orders from GA4, until its own records arrive."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.python.parity.conftest import build, new_data_dir
from viaggio.landing.load import land
from viaggio.workspace.paths import DataDir

pytestmark = pytest.mark.slow

PRICES = {"VASE": 40.0, "LAMP": 90.0}
# What each visitor bought: transaction, products, revenue as the tag sends it, shipping.
BOUGHT: dict[str, tuple[str, list[str], float | None, float | None]] = {
    "ada": ("W1", ["VASE"], 40.0, 5.0),
    "bea": ("W2", ["LAMP", "VASE"], 136.9, None),
    "cleo": ("W3", ["LAMP"], 95.0, 5.0),
    "dino": ("(not set)", ["VASE"], 40.0, None),
    "ezio": ("W4", ["VASE"], 0.0, None),
    "fosca": ("W5", ["VASE"], None, None),
}
GOODS = {"W1": "40.00", "W2": "130.00", "W3": "90.00", "W4": "0.00", "W5": "0.00"}

# The net revenue of all orders, as each mart has it; of attribution, as each of its models has it.
TOTALS = """
    select sum(net_revenue) from marts.fct_orders
    union all
    select sum(revenue) from marts.fct_attribution group by model
    union all
    select sum(net_revenue) from marts.fct_journeys
    union all
    select sum(net_revenue) from marts.mart_purchase_modes
    union all
    select sum(net_revenue) from marts.dim_persons
    union all
    select sum(revenue) from marts.mart_channel_attribution group by model
"""


def events(visitor: str, begun_at: datetime) -> Iterator[dict[str, Any]]:
    """A visit that comes from a search and buys; the thank-you page is loaded twice."""
    transaction, products, revenue, shipping = BOUGHT[visitor]
    items = [{"item_id": name, "price": PRICES[name], "quantity": 1} for name in products]
    names = ["page_view", "view_item", "add_to_cart", "begin_checkout", "purchase", "purchase"]
    for minute, name in enumerate(names):
        at = begun_at + timedelta(minutes=minute)
        texts = {"page_location": f"https://shop.example/{name}", "currency": "EUR"}
        if name == "page_view":
            texts |= {"source": "google", "medium": "organic"}
        row: dict[str, Any] = {
            "event_date": at.strftime("%Y%m%d"),
            "event_timestamp": int(at.timestamp()) * 1_000_000,
            "event_name": name,
            "stream_id": "1",
            "platform": "WEB",
            "user_pseudo_id": visitor,
            "event_params": [
                {"key": "ga_session_id", "value": {"int_value": int(begun_at.timestamp())}},
                *({"key": key, "value": {"string_value": text}} for key, text in texts.items()),
            ],
            "items": items,
        }
        if name == "purchase":
            row["ecommerce"] = {
                "transaction_id": transaction,
                "purchase_revenue": revenue,
                "shipping_value": shipping,
            }
        yield row


def drop_day(data_dir: DataDir) -> None:
    """One day of GA4, and nothing else."""
    noon = datetime(2025, 6, 2, 10, tzinfo=UTC)
    rows = [
        row
        for hour, visitor in enumerate(BOUGHT)
        for row in events(visitor, noon + timedelta(hours=hour / 2))
    ]
    file = data_dir.landing / "ga4" / "event" / "events_20250602.jsonl"
    file.parent.mkdir(parents=True)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    land(data_dir)


def drop_orders(data_dir: DataDir) -> None:
    """The shop's record of one of the orders, for less, and of one on the next day."""
    file = data_dir.landing / "store" / "order" / "orders.csv"
    file.parent.mkdir(parents=True)
    file.write_text(
        "id,created_at,currency,subtotal_price,total_shipping,total_tax,total_price,source_name\n"
        "W2,2025-06-02T10:33:00Z,EUR,100.00,6.90,0,106.90,web\n"
        "S9,2025-06-03T10:00:00Z,EUR,10.00,0,0,10.00,web\n",
        encoding="utf-8",
    )
    land(data_dir)


def query(data_dir: DataDir, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(data_dir.warehouse), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_ga4_alone_brings_orders_until_the_shop_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data_dir = new_data_dir(tmp_path, monkeypatch)
    drop_day(data_dir)
    build(data_dir, "ci", "first")

    orders = query(data_dir, "select order_id, net_revenue, order_source from marts.fct_orders")
    assert sorted(orders) == [(name, Decimal(goods), "ga4") for name, goods in GOODS.items()]
    assert set(query(data_dir, TOTALS)) == {(Decimal("260.00"),)}
    assert query(
        data_dir,
        "select outcome, events, transactions, events_without_revenue, revenue "
        "from marts.mart_web_purchases order by outcome",
    ) == [
        ("ga4_order", 5, 5, 2, Decimal("271.90")),
        ("repeated", 5, 5, 2, Decimal("271.90")),
        ("without_transaction", 2, 0, 0, Decimal("80.00")),
    ]
    # The journey of each order is that of its visitor.
    assert query(
        data_dir,
        "select order_id, path, session_count from marts.fct_journeys "
        "where outcome = 'converted' order by order_id",
    ) == [(name, "Organic Search", 1) for name in GOODS]
    assert query(
        data_dir,
        "select step, sessions_with_step from marts.mart_checkout_funnel "
        "where step in ('cart', 'checkout', 'purchase') order by step_number",
    ) == [("cart", 6), ("checkout", 6), ("purchase", 6)]

    drop_orders(data_dir)
    build(data_dir, "ci", "second")
    orders = query(data_dir, "select order_id, net_revenue, order_source from marts.fct_orders")
    assert sorted(orders) == [
        ("S9", Decimal("10.00"), "store"),
        ("W2", Decimal("100.00"), "store"),
    ]
    assert set(query(data_dir, TOTALS)) == {(Decimal("110.00"),)}
    touchpoints = "select count(*) from marts.fct_touchpoints where touchpoint_type = 'order'"
    assert query(data_dir, touchpoints) == [(2,)]
    assert query(data_dir, "select path from marts.fct_journeys where order_id = 'W2'") == [
        ("Organic Search",)
    ]
    assert query(
        data_dir,
        "select outcome, sum(events), sum(net_revenue) from marts.mart_web_purchases "
        "group by outcome order by outcome",
    ) == [
        ("repeated", 5, Decimal("0.00")),
        ("shop_order", 1, Decimal("100.00")),
        ("unknown_order", 4, Decimal("0.00")),
        ("without_transaction", 2, Decimal("0.00")),
    ]
