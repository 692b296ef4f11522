"""Questions asked of the rows that landed: what is odd in them, of how many, with examples.

They ask the raw tables as loaded, so they answer even where a later step failed. Examples are
identifiers, days and currencies, never personal data.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

EXAMPLES = 3
SCRAMBLED = "not regexp_matches({}, '^[^@]+@[^@]+$')"
NO_RATE = (
    "currency <> 'EUR' and (currency, {0}::date) not in "
    "(select (currency, date) from raw_reference.exchange_rate)"
)


@dataclass(frozen=True)
class Question:
    """One oddity: the rows of `table` (`source.table`) for which `condition` is true."""

    table: str
    says: str
    condition: str
    example: str = "id"


@dataclass(frozen=True)
class Finding:
    """The answer to a question: so many rows of so many, and some examples."""

    table: str
    says: str
    rows: int
    of_rows: int
    examples: tuple[str, ...]


def unknown(column: str, table: str) -> str:
    """The condition that a column names nothing in a table."""
    return f"{column} not in (select id from {table})"


ORDERS = 'raw_store."order"'
QUESTIONS = (
    Question("store.order", "names no customer", "customer_id is null"),
    Question("store.order", "customer unknown", unknown("customer_id", "raw_store.customer")),
    Question("store.order", "marked as no customer's order (test)", "test"),
    Question(
        "store.order",
        "total is zero or less, and not marked as test",
        "total_price <= 0 and not coalesce(test, false)",
    ),
    Question("store.order", "has no line", "id not in (select order_id from raw_store.order_line)"),
    Question(
        "store.order",
        "subtotal is not the sum of its lines",
        """id in (
            select orders.id
            from raw_store."order" as orders
            inner join raw_store.order_line as lines on orders.id = lines.order_id
            group by orders.id, orders.subtotal_price
            having
                abs(sum(lines.quantity * lines.price - coalesce(lines.total_discount, 0))
                    - orders.subtotal_price) >= 0.01
        )""",
    ),
    Question(
        "store.order",
        "no exchange rate for currency and day",
        NO_RATE.format("created_at"),
        "currency || ' on ' || created_at::date",
    ),
    Question(
        "store.transaction",
        "no exchange rate for currency and day",
        NO_RATE.format("created_at"),
        "currency || ' on ' || created_at::date",
    ),
    Question(
        "store.abandoned_checkout",
        "no exchange rate for currency and day",
        NO_RATE.format("created_at"),
        "currency || ' on ' || created_at::date",
    ),
    Question("store.order_line", "order unknown", unknown("order_id", ORDERS)),
    Question("store.order_line", "quantity is negative", "quantity < 0"),
    Question("store.order_line", "more than 10,000 pieces", "quantity > 10000"),
    Question("store.order_line", "price is zero", "price = 0"),
    Question("store.order_line", "price is negative", "price < 0"),
    Question("store.order_line", "product unknown", unknown("product_id", "raw_store.product")),
    Question(
        "store.order_line",
        "repeats another line of its order (product, title, quantity, price)",
        """id not in (
            select min(id)
            from raw_store.order_line
            group by order_id, product_id, title, quantity, price
        )""",
    ),
    Question("store.product", "has no name", "title is null"),
    Question(
        "store.product",
        "identifier differs from another only in upper and lower case",
        """lower(id) in (
            select lower(id) from raw_store.product group by lower(id) having count(distinct id) > 1
        )""",
    ),
    Question("store.customer", "has no e-mail", "email is null"),
    Question("store.customer", "e-mail is no address (scrambled)", SCRAMBLED.format("email")),
    Question(
        "store.customer",
        "shares its e-mail with another customer",
        """email in (
            select email from raw_store.customer group by email having count(distinct id) > 1
        )""",
    ),
    Question("store.refund_line", "order unknown", unknown("order_id", ORDERS)),
    Question("store.refund_line", "names no order line", "order_line_id is null"),
    Question(
        "store.refund_line",
        "more pieces of its order line given back than sold",
        """order_line_id in (
            select order_lines.id
            from raw_store.order_line as order_lines
            inner join raw_store.refund_line as refunds on order_lines.id = refunds.order_line_id
            group by order_lines.id, order_lines.quantity
            having sum(refunds.quantity) > order_lines.quantity
        )""",
    ),
    Question("store.transaction", "order unknown", unknown("order_id", ORDERS)),
    Question("store.fulfillment", "order unknown", unknown("order_id", ORDERS)),
    Question("store.fulfillment", "location unknown", unknown("location_id", "raw_store.location")),
    Question("crm.contact", "e-mail is no address (scrambled)", SCRAMBLED.format("property_email")),
    Question(
        "crm.contact",
        "has no phone, life-cycle stage, consent or identifier of another system",
        """coalesce(
            property_phone, property_lifecyclestage, property_marketing_consent_at::varchar,
            property_loyalty_card, property_ga_client_id
        ) is null""",
    ),
    Question(
        "crm.contact_form_submission",
        "contact unknown",
        unknown("contact_id", "raw_crm.contact"),
        "form_id",
    ),
    Question(
        "crm.contact_merge_audit",
        "surviving contact unknown",
        unknown("canonical_vid", "raw_crm.contact"),
        "canonical_vid",
    ),
    Question("crm.deal", "names no contact", "contact_id is null", "deal_id"),
    Question("crm.deal", "has no amount", "property_amount is null", "deal_id"),
    Question("crm.engagement", "has no direction", "direction is null", "engagement_id"),
    Question(
        "crm.engagement_contact",
        "contact unknown",
        unknown("contact_id", "raw_crm.contact"),
        "engagement_id",
    ),
    Question("crm.ticket", "names no contact", "contact_id is null"),
    Question("crm.ticket", "closed before created", "property_closed_date < property_createdate"),
    Question("email.campaign", "has no type", "type is null"),
    Question("email.event", "recipient is no address (scrambled)", SCRAMBLED.format("recipient")),
    Question("email.event", "campaign unknown", unknown("campaign_id", "raw_email.campaign")),
    Question(
        "email.event",
        "opened or clicked, without a user agent",
        "type in ('OPEN', 'CLICK') and user_agent is null",
    ),
    Question("email.event", "send unknown", unknown("sent_by_id", "raw_email.event")),
    Question(
        "ga4.event",
        "first source of the visitor is null",
        "traffic_source.source is null",
        "event_name",
    ),
    Question(
        "ga4.event",
        "first source of the visitor is hidden",
        "traffic_source.source in ('<Other>', '(data deleted)')",
        "traffic_source.source",
    ),
    Question(
        "ga4.event",
        "names a user",
        "user_id is not null",
        "event_name",
    ),
    Question(
        "ga4.event",
        "has a parameter without any value",
        """list_bool_or(list_transform(event_params, lambda param: coalesce(
            param.value.string_value, param.value.int_value::varchar,
            param.value.float_value::varchar, param.value.double_value::varchar
        ) is null))""",
        "event_name",
    ),
    Question(
        "ga4.event",
        "event_date is not the day of event_timestamp in UTC (the property has its own zone)",
        "event_date <> strftime(make_timestamp(event_timestamp), '%Y%m%d')",
        "event_date",
    ),
    Question(
        "ga4.event",
        "consent is not recorded",
        "privacy_info.analytics_storage is null",
        "event_name",
    ),
    Question("ga4.event", "is a purchase", "event_name = 'purchase'", "event_date"),
)


def ask(connection: duckdb.DuckDBPyConnection) -> list[Finding]:
    """Ask every question of the views `raw_<source>.<table>`; answers with rows only."""
    answers = (answer(connection, question) for question in QUESTIONS)
    return [finding for finding in answers if finding.rows]


def answer(connection: duckdb.DuckDBPyConnection, question: Question) -> Finding:
    source, table = question.table.split(".")
    [(rows, of_rows, examples)] = connection.execute(
        f"""
        select
            count_if(is_odd),
            count(*),
            min(distinct example::varchar, {EXAMPLES}) filter (where is_odd),
        from (
            select coalesce({question.condition}, false) as is_odd, {question.example} as example
            from raw_{source}."{table}"
        )
        """
    ).fetchall()
    return Finding(question.table, question.says, rows, of_rows, tuple(examples or ()))
