"""Shopify: pages, cursors and the tables an order becomes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.python.ingest.conftest import Place
from tests.python.ingest.shop import Shop, order
from tests.python.ingest.vendor import Reply, Request, Vendor

ORDER_TABLES = ["fulfillment", "order", "order_line", "refund_line"]


def test_an_order_becomes_rows_of_four_tables(place: Place, shopify: Vendor) -> None:
    pulled = place.pull("shopify")

    assert pulled.code == 0
    assert [file.parent.name for file in pulled.files] == ORDER_TABLES
    assert pulled.ids("store/order") == ["1", "2", "3"]
    first = {name: value for name, value in pulled.rows("store/order")[0].items() if value}
    assert first == {
        "id": "1",
        "name": "#1",
        "email": "anna1@example.com",
        "customer_id": "901",
        "created_at": "2025-03-01T10:00:00+01:00",
        "updated_at": "2025-03-01T10:00:00+01:00",
        "currency": "EUR",
        "subtotal_price": "100.00",
        "total_discounts": "0.00",
        "total_tax": "18.03",
        "total_shipping": "4.90",
        "taxes_included": "true",
        "total_price": "104.90",
        "source_name": "web",
        "discount_codes": "CIAO",
        "payment_method": "paypal",
        "financial_status": "paid",
        "test": "false",
    }
    line, refund = pulled.rows("store/order_line")[0], pulled.rows("store/refund_line")[0]
    assert (line["order_id"], line["quantity"], line["price"]) == ("1", "2", "50.00")
    assert (refund["order_id"], refund["order_line_id"], refund["reason"]) == ("1", "10", "size")
    assert refund["created_at"] == "2025-03-04T09:00:00+01:00"
    assert place.lands()


def test_the_other_records_become_rows_too(place: Place, shop: Shop, shopify: Vendor) -> None:
    moments = {"created_at": "2025-01-01T00:00:00Z", "updated_at": "2025-01-01T00:00:00Z"}
    shop.records = {
        "orders": [],
        "customers": [
            {"id": 1, "email_marketing_consent": {"state": "subscribed"}, **moments},
            {"id": 2, "email_marketing_consent": {"state": "unsubscribed"}, **moments},
            {"id": 3, "email_marketing_consent": None, **moments},
        ],
        "products": [{"id": 7, "title": "Scarpa", "variants": [{"price": "50.00"}], **moments}],
        "checkouts": [
            {
                "id": 5,
                "customer": {"id": 1},
                "total_price": "10.00",
                "shipping_lines": [{"price": "4.90"}],
                "line_items": [{"product_id": 7}, {"product_id": 8}],
                **moments,
            }
        ],
        "locations": [{"id": 3, "city": "Torino", "province_code": "TO", **moments}],
    }

    place.set(INGEST_WITHOUT="")

    pulled = place.pull("shopify")

    consent = [row["accepts_marketing"] for row in pulled.rows("store/customer")]
    assert consent == ["true", "false", None]
    assert [row["price"] for row in pulled.rows("store/product")] == ["50.00"]
    (checkout,) = pulled.rows("store/abandoned_checkout")
    assert (checkout["customer_id"], checkout["shipping_price"]) == ("1", "4.90")
    assert checkout["line_product_ids"] == "7,8"
    assert [row["province"] for row in pulled.rows("store/location")] == ["TO"]
    assert place.lands()


def test_the_next_pull_brings_what_changed_since(place: Place, shop: Shop, shopify: Vendor) -> None:
    place.pull("shopify")
    nothing = place.pull("shopify")
    shop.records["orders"][0] = order(1, "2025-03-05T10:00:00+01:00", financial_status="refunded")
    shopify.asked.clear()

    pulled = place.pull("shopify")

    assert (nothing.code, nothing.files) == (0, [])
    assert [each.params.get("updated_at_min") for each in shopify.asked[:2]] == [
        "2025-03-03T09:00:00Z",
        None,
    ]
    assert [row["financial_status"] for row in pulled.rows("store/order")] == ["refunded"]
    # Of two versions in one landing, the one in the file whose name comes last is the newest.
    names = sorted(path.name for path in place.landing() if path.parent.name == "order")
    assert names[-1] == pulled.files[1].name


def test_two_records_of_the_same_second_are_both_pulled(
    place: Place, shop: Shop, shopify: Vendor
) -> None:
    place.pull("shopify")
    shop.records["orders"].append(order(4, shop.records["orders"][-1]["updated_at"]))

    assert place.pull("shopify").ids("store/order") == ["4"]


def test_moments_are_compared_by_time_and_not_as_text(
    place: Place, shop: Shop, shopify: Vendor
) -> None:
    """In the night of 26 October 2025, 02:59 summer time comes before 02:10 winter time."""
    shop.records["orders"] = [order(1, "2025-10-26T02:59:00+02:00")]
    place.pull("shopify")
    shop.records["orders"].append(order(2, "2025-10-26T02:10:00+01:00"))

    assert place.pull("shopify").ids("store/order") == ["2"]


def test_a_record_that_changes_while_pages_are_read_is_not_missed(
    place: Place, shop: Shop, shopify: Vendor
) -> None:
    """Order 1 changes after its page was read, and order 3, of a later page, after it."""

    def busy(request: Request) -> Reply:
        if "page_info" in request.params:
            now = datetime.now(UTC)
            shop.records["orders"][0]["updated_at"] = (now - timedelta(seconds=2)).isoformat()
            shop.records["orders"][2]["updated_at"] = now.isoformat()
        return shop(request)

    shopify.api = busy
    first = place.pull("shopify")
    shopify.api = shop
    place.monkeypatch.setattr("ingest.feeds.SETTLED", timedelta())
    second = place.pull("shopify")

    assert first.ids("store/order") == ["1", "2"]
    assert second.ids("store/order") == ["1", "3"]


def test_days_are_pulled_again_and_the_cursor_stays(
    place: Place, shop: Shop, shopify: Vendor
) -> None:
    first = place.pull("shopify", "--since", "2025-03-02")
    again = place.pull("shopify", "--since", "2025-03-01")
    shop.records["orders"].append(order(4, "2025-03-06T10:00:00+01:00"))

    following = place.pull("shopify")

    assert first.ids("store/order") == ["2", "3"]
    assert again.ids("store/order") == ["1", "2", "3"]
    assert following.ids("store/order") == ["4"]


def test_a_feed_to_leave_out_must_exist(place: Place, shopify: Vendor) -> None:
    place.set(INGEST_WITHOUT="shopify.order,stripe.refunds")

    failed = place.pull("shopify")

    assert (failed.code, shopify.asked) == (1, [])
    assert "names shopify.order, but there is only shopify.orders, " in failed.output


def test_the_shop_s_address_may_be_written_in_any_way(place: Place, shopify: Vendor) -> None:
    place.set(SHOPIFY_URL=shopify.url.replace("http://", " HTTP://") + "/ ")

    assert place.pull("shopify").ids("store/order") == ["1", "2", "3"]


def test_a_feed_can_be_left_out(place: Place, shopify: Vendor) -> None:
    place.pull("shopify")

    asked = {each.path.rpartition("/")[2] for each in shopify.asked}
    assert asked == {"orders.json", "products.json"}
