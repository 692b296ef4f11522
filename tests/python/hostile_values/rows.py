"""Rows for every table of the contract: plausible ones, and ones with a value nobody expects.

Twenty persons order, visit, write and are written to; their rows join. Then, for each column of
each table and each value that landing accepts there, comes one more row that is plausible but for
this value. A last set of rows is odd in all columns at once.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.python.hostile_values.values import DOUBLES, INTEGERS, TEXTS, of_column
from viaggio.workspace.contract import RawTable

PERSONS = 20
Row = dict[str, Any]


@dataclass
class Tried:
    """Rows of a table, and how many values were put into them."""

    rows: list[Row] = field(default_factory=list)
    values: int = 0


def at(person: int, hours: float) -> datetime:
    """A moment in March 2025, each person's a few minutes after the one's before."""
    return datetime(2025, 3, 3, 8) + timedelta(hours=hours, minutes=3 * person)


def _microseconds(moment: datetime) -> int:
    return (moment.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(
        microseconds=1
    )


def rows_of(table: RawTable, now: datetime) -> Tried:
    """All rows of a table, the plausible ones first."""
    plausible = PLAUSIBLE[table.key]
    tried = Tried([plausible(person) for person in range(PERSONS)])
    number = 0
    for column in table.columns:
        for value in of_column(column, table, now) if not column.is_nested else ():
            row = _own(table, plausible(number % PERSONS), f"{column.name}-{number}")
            tried.rows.append({**row, column.name: value})
            number += 1
    if table.key == ("ga4", "event"):
        tried.rows += [
            _own(table, row, f"nested-{place}")
            for place, row in enumerate(_nested_web_rows(), start=number)
        ]
    tried.values = len(tried.rows) - PERSONS
    for column_value in range(max(len(TEXTS), len(DOUBLES))):
        tried.rows.append(_all_odd(table, column_value, now))
    return tried


def _own(table: RawTable, row: Row, name: str) -> Row:
    """The row with a business key that no other has."""
    for column in map(table.column, table.business_key):
        if column.data_type == "varchar" and column.name not in KEYS_THAT_STAY:
            return {**row, column.name: f"h-{name}"}
    if table.key == ("ga4", "event"):
        return {**row, "event_bundle_sequence_id": int(name.rsplit("-", 1)[1])}
    raise AssertionError(f"{table.key} has no text in its business key")


def _all_odd(table: RawTable, number: int, now: datetime) -> Row:
    row = PLAUSIBLE[table.key](number % PERSONS)
    for column in table.columns:
        if not column.is_nested:
            values = of_column(column, table, now)
            row[column.name] = values[number % len(values)]
    return row


# Of these, odd values make rows of their own anyhow; a table's first text key is made unique.
KEYS_THAT_STAY = {"event_date", "platform", "network", "stream_id", "user_pseudo_id", "event_name"}


def _nested_web_rows() -> Iterator[Row]:
    """Web events with one odd value inside a nested column each."""
    number = 0
    for column, leaf in NESTED_TEXTS:
        for value in (*TEXTS, None):
            row = _web_event(number % PERSONS)
            _set(row, (column, *leaf), value)
            yield row
            number += 1
    for column, leaf, values in NESTED_NUMBERS:
        for value in (*values, None):
            row = _web_event(number % PERSONS)
            _set(row, (column, *leaf), value)
            yield row
            number += 1
    for key in PARAMETERS:
        for kind, values in (
            ("string_value", TEXTS),
            ("int_value", INTEGERS),
            ("double_value", DOUBLES),
            ("float_value", DOUBLES),
        ):
            for value in values:
                yield _with_parameter(number % PERSONS, key, kind, value)
                number += 1
    for value in (*TEXTS, None):
        yield _with_parameter(number % PERSONS, value, "string_value", "text")
        yield _with_page(
            number % PERSONS, f"https://shop.example/p?utm_source={value}&gclid={value}"
        )
        yield _with_page(number % PERSONS, f"https://shop.example/{value}?{value}#{value}")
        number += 1
    for column in ("event_params", "device", "geo", "items", "ecommerce", "privacy_info"):
        row = _web_event(number % PERSONS)
        row[column] = None
        yield row
    for column in ("event_params", "items"):
        for nothing in ([], [None], [None, None]):
            row = _web_event(number % PERSONS)
            row[column] = nothing
            yield row
    twice = _web_event(number % PERSONS)
    twice["event_params"] += copy.deepcopy(twice["event_params"])
    twice["event_params"].append({"key": "page_location", "value": None})
    yield twice
    many = _web_event(number % PERSONS)
    many["items"] = many["items"] * 500
    yield many


def _set(row: Row, path: tuple[str | int, ...], value: object) -> None:
    *way, last = path
    part: Any = row
    for step in way:
        part = part[step]
    part[last] = value


def _with_parameter(person: int, key: str | None, kind: str, value: object) -> Row:
    row = _web_event(person)
    others = [parameter for parameter in row["event_params"] if parameter["key"] != key]
    row["event_params"] = [*others, parameter(key, **{kind: value})]
    return row


def _with_page(person: int, address: str) -> Row:
    return _with_parameter(person, "page_location", "string_value", address)


def parameter(key: str | None, **value: object) -> Row:
    nothing = dict.fromkeys(("string_value", "int_value", "float_value", "double_value"))
    return {"key": key, "value": {**nothing, **value}}


PARAMETERS = (
    *("page_location", "page_title", "page_referrer", "ga_session_id", "ga_session_number"),
    *("engagement_time_msec", "session_engaged", "source", "medium", "campaign", "term", "content"),
    *("gclid", "gbraid", "wbraid", "dclid", "traffic_type", "debug_mode", "search_term"),
    *("transaction_id", "currency", "value", "coupon", "payment_type", "shipping_tier"),
    *("percent_scrolled", "link_url", "form_id", "method", "content_type", "item_id"),
    *("video_title",),
)
NESTED_TEXTS: tuple[tuple[str, tuple[str | int, ...]], ...] = (
    *(("privacy_info", (leaf,)) for leaf in ("analytics_storage", "ads_storage")),
    ("privacy_info", ("uses_transient_token",)),
    *(("device", (leaf,)) for leaf in ("category", "operating_system", "language")),
    *(("device", ("web_info", leaf)) for leaf in ("browser", "hostname")),
    *(("geo", (leaf,)) for leaf in ("country", "region", "city")),
    *(("traffic_source", (leaf,)) for leaf in ("name", "medium", "source")),
    *(
        ("collected_traffic_source", (leaf,))
        for leaf in (
            *("manual_campaign_id", "manual_campaign_name", "manual_source", "manual_medium"),
            *("manual_term", "manual_content", "gclid", "dclid", "srsltid"),
        )
    ),
    *(
        ("session_traffic_source_last_click", (campaign, leaf))
        for campaign, leaves in (
            ("manual_campaign", ("campaign_name", "source", "medium")),
            ("google_ads_campaign", ("campaign_name", "campaign_id")),
            (
                "cross_channel_campaign",
                ("campaign_name", "source", "medium", "default_channel_group"),
            ),
        )
        for leaf in leaves
    ),
    ("ecommerce", ("transaction_id",)),
    *(
        ("items", (0, leaf))
        for leaf in (
            *("item_id", "item_name", "item_brand", "item_variant", "item_category", "coupon"),
            "promotion_id",
        )
    ),
)
NESTED_NUMBERS: tuple[tuple[str, tuple[str | int, ...], tuple[object, ...]], ...] = (
    *(
        ("ecommerce", (leaf,), DOUBLES)
        for leaf in ("purchase_revenue", "refund_value", "shipping_value", "tax_value")
    ),
    ("ecommerce", ("total_item_quantity",), INTEGERS),
    ("items", (0, "price"), DOUBLES),
    ("items", (0, "quantity"), INTEGERS),
)
EVENT_NAMES = (
    *("page_view", "view_item", "add_to_cart", "begin_checkout", "add_payment_info", "purchase"),
    *("refund", "view_search_results", "scroll", "video_start", "generate_lead", "share"),
    *("view_promotion", "select_promotion", "user_engagement", "login", "sign_up", "exception"),
)


def _web_event(person: int) -> Row:
    moment = at(person, 2)
    return {
        "event_date": moment.strftime("%Y%m%d"),
        "event_timestamp": _microseconds(moment),
        "event_name": EVENT_NAMES[person % len(EVENT_NAMES)],
        "event_params": [
            parameter(
                "page_location", string_value=f"https://shop.example/p/{person}?utm_source=x"
            ),
            parameter("page_title", string_value="Lamps"),
            parameter("ga_session_id", int_value=7_000 + person),
            parameter("ga_session_number", int_value=1),
            parameter("engagement_time_msec", int_value=12_000),
            parameter("search_term", string_value="lamp"),
            parameter("transaction_id", string_value=f"h-order-{person}"),
        ],
        "event_bundle_sequence_id": 1,
        "batch_ordering_id": 1,
        "batch_event_index": 1,
        "user_id": f"h-customer-{person}",
        "user_pseudo_id": f"h.{person}",
        "privacy_info": {
            "analytics_storage": "Yes",
            "ads_storage": "Yes",
            "uses_transient_token": "No",
        },
        "user_first_touch_timestamp": _microseconds(moment),
        "device": {
            "category": "mobile",
            "operating_system": "Android",
            "language": "it-it",
            "web_info": {"browser": "Chrome", "hostname": "shop.example"},
        },
        "geo": {"country": "Italy", "region": "Lazio", "city": "Rome"},
        "traffic_source": {"name": "spring", "medium": "cpc", "source": "google"},
        "collected_traffic_source": dict.fromkeys(
            [leaf[0] for column, leaf in NESTED_TEXTS if column == "collected_traffic_source"]
        ),
        "session_traffic_source_last_click": {
            "manual_campaign": dict.fromkeys(("campaign_name", "source", "medium")),
            "google_ads_campaign": dict.fromkeys(("campaign_name", "campaign_id")),
            "cross_channel_campaign": dict.fromkeys(
                ("campaign_name", "source", "medium", "default_channel_group")
            ),
        },
        "stream_id": "h-stream",
        "platform": "WEB",
        "ecommerce": {
            "purchase_revenue": 100.0,
            "refund_value": None,
            "shipping_value": 5.0,
            "tax_value": 18.0,
            "transaction_id": f"h-order-{person}",
            "total_item_quantity": 2,
        },
        "items": [
            {
                "item_id": f"h-product-{person}",
                "item_name": "Lamp",
                "item_brand": "Casa",
                "item_variant": "red",
                "item_category": "Lamps",
                "price": 50.0,
                "quantity": 2,
                "coupon": None,
                "promotion_id": "h-promotion",
            }
        ],
        "is_active_user": True,
    }


def _email(person: int) -> str:
    return f"person{person}@hostile.example"


def _phone(person: int) -> str:
    return f"+39333900{person:04}"


PLAUSIBLE: dict[tuple[str, str], Callable[[int], Row]] = {
    ("ads", "campaign_day"): lambda n: {
        "date": at(n, 0).date(), "platform": "google_ads", "campaign_id": f"h-campaign-{n}",
        "campaign_name": f"spring {n}", "medium": "cpc", "source": "google", "currency": "EUR",
        "cost": Decimal("12.5"), "impressions": 1000, "clicks": 10, "viewable_seconds": 5.0,
        "leads": 1, "kind": "search",
    },
    ("crm", "contact"): lambda n: {
        "id": f"h-contact-{n}", "property_email": _email(n), "property_phone": _phone(n),
        "property_firstname": "Ada", "property_lastname": "Neri", "property_createdate": at(n, -50),
        "property_lifecyclestage": "customer", "property_hs_lead_status": "NEW",
        "property_hs_analytics_source": "ORGANIC_SEARCH", "property_how_did_you_hear": "friend",
        "property_loyalty_card": f"h-card-{n}", "property_ga_client_id": f"h.{n}",
        "property_instagram": f"@h{n}", "property_facebook": f"h{n}", "property_twitter": f"h{n}",
        "property_hs_email_optout": False, "property_marketing_consent_at": at(n, -50),
        "property_hs_merged_object_ids": None, "property_lastmodifieddate": at(n, -40),
        "is_deleted": False,
    },
    ("crm", "contact_merge_audit"): lambda n: {
        "canonical_vid": f"h-contact-{n}", "vid_to_merge": f"h-old-{n}", "timestamp": at(n, -30),
    },
    ("crm", "contact_form_submission"): lambda n: {
        "contact_id": f"h-contact-{n}", "form_id": f"h-form-{n}", "timestamp": at(n, 1),
        "page_url": "https://shop.example/contact", "title": "Contact",
        "conversion_id": f"h-conversion-{n}",
    },
    ("crm", "deal"): lambda n: {
        "deal_id": f"h-deal-{n}", "contact_id": f"h-contact-{n}", "property_amount": Decimal(99),
        "property_createdate": at(n, 1), "property_closedate": at(n, 30),
        "property_dealstage": "closedwon", "property_order_id": f"h-order-{n}",
    },
    ("crm", "engagement"): lambda n: {
        "engagement_id": f"h-engagement-{n}", "type": "CALL", "occurred_at": at(n, 1.5),
        "direction": "INBOUND", "duration_ms": 60_000, "outcome": "CONNECTED", "body": "Pronto?",
        "owner_id": "h-owner", "campaign_id": f"h-campaign-{n}",
    },
    ("crm", "engagement_contact"): lambda n: {
        "engagement_id": f"h-engagement-{n}", "contact_id": f"h-contact-{n}",
    },
    ("crm", "ticket"): lambda n: {
        "id": f"h-ticket-{n}", "contact_id": f"h-contact-{n}", "property_createdate": at(n, 30),
        "property_closed_date": at(n, 40), "property_first_agent_reply_date": at(n, 31),
        "property_hs_ticket_category": "DELIVERY", "property_hs_ticket_priority": "HIGH",
        "property_subject": "Dove?", "property_content": "Non arriva", "order_id": f"h-order-{n}",
        "property_source_type": "EMAIL",
    },
    ("crm", "feedback_submission"): lambda n: {
        "id": f"h-feedback-{n}", "contact_id": f"h-contact-{n}", "survey_type": "NPS", "value": 9.0,
        "content": "Molto bene", "submitted_at": at(n, 60), "touchpoint_type": "order_placed",
        "order_id": f"h-order-{n}",
    },
    ("crm", "event_attendance"): lambda n: {
        "event_id": f"h-event-{n}", "contact_id": f"h-contact-{n}", "event_name": "Lamps",
        "attended_at": at(n, -10), "kind": "workshop",
    },
    ("email", "campaign"): lambda n: {
        "id": f"h-campaign-{n}", "name": f"spring {n}", "subject": "Spring", "type": "newsletter",
        "workflow_id": "h-workflow", "offer_id": "h-offer", "is_personalised": True,
        "sent_at": at(n, -5),
    },
    ("email", "campaign_report"): lambda n: {
        "tool": "mailchimp", "campaign_id": f"h-campaign-{n}", "campaign_name": f"spring {n}",
        "subject": "Spring", "variant": "A", "report_date": at(n, -4).date(),
        "sent_at": at(n, -5), "reported_at": at(n, -3), "recipients": 100, "delivered": 98,
        "opens": 50, "unique_opens": 40, "clicks": 9, "unique_clicks": 8, "bounces": 2,
        "hard_bounces": 1, "soft_bounces": 1, "unsubscribes": 1, "complaints": 0, "orders": 1,
        "revenue": Decimal("12.5"), "currency": "EUR",
    },
    ("email", "event"): lambda n: {
        "id": f"h-mail-{n}", "type": ("DELIVERED", "OPEN", "CLICK", "SENT")[n % 4],
        "created": at(n, -4), "campaign_id": f"h-campaign-{n}", "recipient": _email(n),
        "sent_by_id": f"h-message-{n}", "url": "https://shop.example/?utm_campaign=spring",
        "user_agent": "Mozilla/5.0", "ip_address": "192.0.2.1", "filtered_event": False,
    },
    ("ga4", "event"): _web_event,
    ("privacy", "erasure_request"): lambda n: {
        "id": f"h-erasure-{n}", "requested_at": at(n, 90), "email": f"gone{n}@hostile.example",
        "phone": None, "customer_id": f"h-gone-{n}", "contact_id": None, "user_pseudo_id": None,
    },
    ("reference", "exchange_rate"): lambda n: {
        "date": at(n, 0).date(), "currency": f"H{n:02}", "rate_to_eur": Decimal("1.5"),
    },
    ("reviews", "review"): lambda n: {
        "id": f"h-review-{n}", "platform": "shop", "created_at": at(n, 70), "rating": 4.0,
        "rating_scale": 5.0, "title": "Bella", "body": "Bella lampada, consegna lenta.",
        "language": "it", "product_id": f"h-product-{n}", "order_id": f"h-order-{n}",
        "author_email": _email(n), "author_name": "Ada", "is_verified": True,
        "reply_at": at(n, 80), "helpful_votes": 1, "audience": 10, "brand": None,
    },
    ("search_console", "query_day"): lambda n: {
        "data_date": at(n, 0).date(), "site_url": "https://shop.example/",
        "url": f"https://shop.example/p/{n}", "query": "lamp", "is_anonymized_query": False,
        "country": "ita", "device": "MOBILE", "impressions": 10, "clicks": 1, "sum_position": 14.0,
    },
    ("social", "interaction"): lambda n: {
        "id": f"h-social-{n}", "network": "instagram", "kind": "mention", "occurred_at": at(n, 50),
        "author_handle": f"@h{n}", "post_id": "h-post", "body": "Che bella", "followers": 100,
        "direction": "INBOUND", "campaign_id": f"h-campaign-{n}",
    },
    ("store", "customer"): lambda n: {
        "id": f"h-customer-{n}", "email": _email(n), "phone": _phone(n), "first_name": "Ada",
        "last_name": "Neri", "created_at": at(n, -50), "accepts_marketing": True,
        "loyalty_card": f"h-card-{n}",
    },
    ("store", "product"): lambda n: {
        "id": f"h-product-{n}", "title": f"Lamp {n}", "product_type": "Lamps", "vendor": "Casa",
        "price": Decimal(50), "cost": Decimal(20), "created_at": at(n, -400),
    },
    ("store", "order"): lambda n: {
        "id": f"h-order-{n}", "name": f"#9{n:03}", "email": _email(n), "phone": _phone(n),
        "customer_id": f"h-customer-{n}", "created_at": at(n, 3), "updated_at": at(n, 3),
        "cancelled_at": None, "currency": "EUR", "subtotal_price": Decimal(100),
        "total_discounts": Decimal(0), "total_tax": Decimal(18), "total_shipping": Decimal(5),
        "total_duties": Decimal(0), "total_tip": Decimal(0), "taxes_included": True,
        "total_price": Decimal(105), "source_name": ("web", "pos")[n % 2],
        "location_id": f"h-location-{n % 3}", "loyalty_card": f"h-card-{n}", "staff_id": "h-staff",
        "discount_codes": "SPRING", "landing_site": "/?utm_source=x", "referring_site": None,
        "payment_method": "card", "financial_status": "paid", "test": False,
    },
    ("store", "order_line"): lambda n: {
        "id": f"h-line-{n}", "order_id": f"h-order-{n}", "product_id": f"h-product-{n}",
        "title": f"Lamp {n}", "quantity": 2, "price": Decimal(50), "total_discount": Decimal(0),
        "gift_card": False,
    },
    ("store", "fulfillment"): lambda n: {
        "id": f"h-parcel-{n}", "order_id": f"h-order-{n}", "created_at": at(n, 10),
        "location_id": None, "method": "SHIPPING", "status": "success", "ready_at": at(n, 20),
        "delivered_at": at(n, 50), "promised_at": at(n, 48),
    },
    ("store", "refund_line"): lambda n: {
        "id": f"h-refund-{n}", "refund_id": f"h-refund-{n}", "order_id": f"h-order-{n}",
        "order_line_id": f"h-line-{n}", "quantity": 1, "subtotal": Decimal(50),
        "created_at": at(n, 100), "reason": "broken", "location_id": None,
    },
    ("store", "transaction"): lambda n: {
        "id": f"h-payment-{n}", "order_id": f"h-order-{n}", "checkout_id": f"h-checkout-{n}",
        "created_at": at(n, 3), "kind": "sale", "gateway": "card", "amount": Decimal(105),
        "currency": "EUR", "status": "success", "error_code": None,
    },
    ("store", "abandoned_checkout"): lambda n: {
        "id": f"h-checkout-{n}", "email": _email(n), "customer_id": f"h-customer-{n}",
        "created_at": at(n, 2), "completed_at": None, "currency": "EUR",
        "total_price": Decimal(105), "last_step": "payment", "shipping_price": Decimal(5),
        "line_product_ids": f"h-product-{n},h-product-{(n + 1) % PERSONS}",
    },
    ("store", "location"): lambda n: {
        "id": f"h-location-{n}", "name": f"Shop {n}", "city": "Rome", "province": "RM",
        "country_code": "IT", "opened_at": datetime(1999, 5, 1, 8),
    },
    ("store", "visit"): lambda n: {
        "id": f"h-visit-{n}", "location_id": f"h-location-{n % 3}", "entered_at": at(n, 1),
        "left_at": at(n, 1.5), "loyalty_card": f"h-card-{n}", "email": _email(n),
        "staff_assisted": True, "demo_product_id": f"h-product-{n}",
        "receipt_order_id": f"h-order-{n}", "source": "counter",
    },
    ("store", "footfall"): lambda n: {
        "location_id": f"h-location-{n % 3}", "counter_id": f"h-door-{n}", "started_at": at(n, 1),
        "interval_minutes": 60, "entries": 12, "exits": 11,
    },
    ("store", "visit_zone"): lambda n: {
        "visit_id": f"h-visit-{n}", "zone": "lamps", "entered_at": at(n, 1),
        "left_at": at(n, 1.2), "product_id": f"h-product-{n}",
    },
    ("store", "loyalty_event"): lambda n: {
        "id": f"h-loyalty-{n}", "loyalty_card": f"h-card-{n}", "occurred_at": at(n, 3),
        "kind": ("enrol", "earn", "redeem", "tier_change")[n % 4], "points": 100, "tier": "gold",
        "order_id": f"h-order-{n}",
    },
    ("store", "referral"): lambda n: {
        "id": f"h-referral-{n}", "code": f"H{n}", "referrer_customer_id": f"h-customer-{n}",
        "referred_email": _email((n + 1) % PERSONS), "shared_at": at(n, -20),
        "redeemed_at": at(n, 3), "order_id": f"h-order-{(n + 1) % PERSONS}", "channel": "whatsapp",
    },
}  # fmt: skip
