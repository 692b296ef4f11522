"""Expectations of staged data: nothing readable where a hash belongs, sane values.

Critical: hashes. The rest warns. That every raw row is staged is what the reconciliation in audit
asks; keys and relationships are dbt's tests. Bounds are wide on purpose and reviewed by hand: a
breach means a rule or an export has changed.
"""

from __future__ import annotations

from collections.abc import Iterator

from expectations.contract import raw_tables
from expectations.generic import Expectations, hashes, is_built, near, not_negative
from expectations.gx import Expectation
from expectations.models import attach, create_view, models_of
from expectations.rules import (
    between,
    counted,
    figure_between,
    null_share,
    rows_hold,
    share_between,
    within,
)
from expectations.session import Session, TableSuite

LAYER = "staging"
DAY_SECONDS = 86_400
DAY_MINUTES = 1_440
# Models that unfold another staging model, and the raw table whose days they follow.
STAGED_FROM_A_MODEL = {
    "stg_ga4__event_items": ("ga4", "event"),
    "stg_reference__daily_exchange_rates": ("reference", "exchange_rate"),
}


def table_suites(session: Session) -> Iterator[TableSuite]:
    """One suite per staging model whose raw table has something new to validate."""
    attach(session)
    for model in models_of(session, LAYER):
        # Models without one stage the project's own records (ledger, quarantine, results).
        raw = model.raw or STAGED_FROM_A_MODEL.get(model.name)
        if raw not in raw_tables() or session.skips(*raw):
            continue
        suite = TableSuite(model.folder, model.name, create_view(session, LAYER, model, [raw]))
        suite.expectations.append(is_built(model))
        suite.expectations.extend(hashes(model))
        suite.expectations.extend(REVIEWED.get(model.name, list)())
        yield suite


def _web_events() -> Expectations:
    return [
        share_between("{bounds} of the events come from bots", "is_bot", high=0.2),
        share_between("{bounds} of the events are internal", "is_internal", high=0.15),
        share_between("{bounds} of the events are error pages", "is_error_page", high=0.1),
        null_share("user_pseudo_id", 0.6),
        share_between(
            "{bounds} of the events of a known visitor carry a session",
            "ga_session_id is not null", 0.9,
            where="user_pseudo_id is not null", column="ga_session_id",
        ),
        share_between(
            "{bounds} of the events are page views", "event_name = 'page_view'", 0.05, 0.9
        ),
        between("Engagement lasts {bounds} ms", "engagement_time_ms", 0, 1000 * DAY_SECONDS,
                max_share=0.001),
        figure_between(
            "The median engagement of an event lasts {bounds} ms",
            "percentile_cont(0.5) within group (order by engagement_time_ms)", 50, 300_000,
            where="engagement_time_ms > 0", column="engagement_time_ms",
        ),
        between("Purchase revenue is {bounds}", "purchase_revenue", 0, 1_000_000),
        share_between(
            "{bounds} of the purchases by visitors who agreed to analytics carry an order number",
            "transaction_id is not null", 0.95,
            where="event_name = 'purchase' and has_analytics_consent is distinct from false",
            min_count=50, column="transaction_id",
        ),
        near("event_day", "event_at"),
    ]  # fmt: skip


def _contacts() -> Expectations:
    return [
        null_share("email_hash", 0.4),
        share_between("{bounds} of the contacts are staff", "is_internal", high=0.1),
        share_between("{bounds} of the contacts are tests", "is_test", high=0.1),
        share_between("{bounds} of the contacts are deleted", "is_deleted", high=0.2),
        near("created_date", "created_at"),
    ]


def _deals() -> Expectations:
    return [
        between("A deal is worth {bounds}", "deal_amount", 0, 1_000_000),
        near("created_date", "created_at"),
    ]


def _engagements() -> Expectations:
    return [
        between("An engagement lasts {bounds} seconds", "duration_seconds", 0, DAY_SECONDS),
        near("engaged_date", "engaged_at"),
    ]


def _feedback() -> Expectations:
    scores = {"NPS": (0, 10), "CSAT": (1, 5), "CES": (1, 7)}
    ranges = [
        rows_hold(
            f"A score of {survey} is {{bounds}}",
            f"score between {low} and {high}",
            bounds=within(low, high),
            where=f"survey_type = '{survey}'",
            column="score",
        )
        for survey, (low, high) in scores.items()
    ]
    return [*ranges, near("submitted_date", "submitted_at")]


def _tickets() -> Expectations:
    return [
        *not_negative("first_reply_seconds", "resolution_seconds"),
        rows_hold(
            "A ticket is answered before it is closed", "first_replied_at <= closed_at",
            where="first_replied_at is not null and closed_at is not null",
            max_share=0.1, min_count=50,
        ),
        near("created_date", "created_at"),
    ]  # fmt: skip


def _orders() -> Expectations:
    amounts = ("subtotal_amount", "discount_amount", "tax_amount", "shipping_amount")
    return [
        between("An order is worth {bounds}", "total_amount", 0, 1_000_000),
        *not_negative(*amounts),
        _converted("total_amount", "order_date"),
        rows_hold(
            "Tax and subtotal are part of the total",
            "tax_amount <= total_amount and subtotal_amount <= total_amount + 0.01",
            max_share=0.02, min_count=50, column="total_amount",
        ),
        figure_between(
            "The mean order is worth {bounds}", "avg(total_amount)", 5, 1000,
            where="not is_test", column="total_amount",
        ),
        figure_between(
            "The top percentile of the orders begins at {bounds}",
            "percentile_cont(0.99) within group (order by total_amount)", 10, 20_000,
            where="not is_test", column="total_amount",
        ),
        share_between("{bounds} of the orders are tests", "is_test", high=0.05),
        share_between("{bounds} of the orders are internal", "is_internal", high=0.1),
        share_between("{bounds} of the orders are cancelled", "is_cancelled", high=0.25),
        near("order_date", "ordered_at"),
    ]  # fmt: skip


def _order_lines() -> Expectations:
    return [
        between("A line sells {bounds} pieces", "quantity", 1, 10_000, max_share=0.02),
        *not_negative("unit_price", "discount_amount"),
        rows_hold("A line has an order, and so an amount", "line_amount is not null",
                  max_share=0.02, column="line_amount"),
        figure_between("The mean line sells {bounds} pieces", "avg(quantity)", 1, 20,
                       column="quantity"),
    ]  # fmt: skip


def _email_events() -> Expectations:
    return [
        share_between("{bounds} of the opens are a machine's doing", "is_machine", high=0.7,
                      where="event_type = 'OPEN'"),
        share_between("{bounds} of the clicks are a machine's doing", "is_machine", high=0.5,
                      where="event_type = 'CLICK'"),
        share_between("{bounds} of what is sent bounces", "event_type = 'BOUNCE'", high=0.1,
                      where="event_type in ('SENT', 'BOUNCE')", column="event_type"),
        share_between("{bounds} of the events are of staff", "is_internal", high=0.1),
        near("event_date", "event_at"),
    ]  # fmt: skip


def _event_items() -> Expectations:
    return [
        between("A product costs {bounds}", "unit_price", 0, 100_000),
        between("An event handles {bounds} pieces", "quantity", 0, 10_000),
    ]


def _exchange_rates() -> Expectations:
    return [
        rows_hold("Rates are positive", "rate_to_eur > 0", column="rate_to_eur"),
        rows_hold("A euro is a euro", "rate_to_eur = 1", where="currency_code = 'EUR'",
                  column="rate_to_eur"),
        rows_hold("Every rate leads to the reporting currency",
                  "rate_to_reporting_currency is not null", column="rate_to_reporting_currency"),
    ]  # fmt: skip


def _converted(amount: str, day: str) -> Expectation:
    """An amount with a currency is known in the reporting currency; tells which rates to land."""
    missing = f"{amount} is null and regexp_like(currency_code, '^[A-Z][A-Z][A-Z]$')"
    pair = f"concat(currency_code, ' on ', {day})"
    return counted(
        f"{amount} is known: reference.exchange_rate has a rate of its currency for its day or "
        "shortly before, and it is below a thousand million",
        f"""
        select
            count(*) as element_count,
            count_if({amount} is null) as unexpected_count,
            case when count_if({missing}) > 0 then concat(
                count(distinct case when {missing} then {pair} end),
                ' currencies and days, from ', min(case when {missing} then {pair} end),
                ' to ', max(case when {missing} then {pair} end)
            ) end as detail
        from {{batch}}
        where currency_code is not null
        """,
        noun="amounts",
        column=amount,
    )


def _refund_lines() -> Expectations:
    return [
        *not_negative("quantity", "refund_amount"),
        _converted("refund_amount", "refund_date"),
        near("refund_date", "refunded_at"),
    ]


def _transactions() -> Expectations:
    return [
        *not_negative("transaction_amount"),
        _converted("transaction_amount", "transaction_date"),
        share_between("{bounds} of the payment attempts succeed", "is_successful", 0.6),
        near("transaction_date", "transaction_at"),
    ]


def _checkouts() -> Expectations:
    return [
        *not_negative("cart_amount", "shipping_amount"),
        _converted("cart_amount", "checkout_date"),
        rows_hold("A checkout ends after it began", "completed_at >= started_at",
                  where="completed_at is not null", column="completed_at"),
        near("checkout_date", "started_at"),
    ]  # fmt: skip


def _fulfillments() -> Expectations:
    return [
        *not_negative("delivery_seconds"),
        share_between("{bounds} of the promised deliveries are late", "is_late", high=0.5,
                      where="is_late is not null"),
        near("created_date", "created_at"),
    ]  # fmt: skip


def _visits() -> Expectations:
    return [
        between("A visit lasts {bounds} seconds", "dwell_seconds", 0, DAY_SECONDS),
        figure_between("The mean visit lasts {bounds} seconds", "avg(dwell_seconds)", 60, 7200,
                       where="dwell_seconds is not null", column="dwell_seconds"),
        near("visit_date", "entered_at"),
    ]  # fmt: skip


def _footfall() -> Expectations:
    return [
        rows_hold("A count of people is not negative", "entries is not null",
                  column="entries"),
        between("An interval lasts {bounds} minutes", "interval_minutes", 1, DAY_MINUTES),
        counted(
            "On a day a store is counted door by door or as a whole",
            """
            select
                count(*) as element_count,
                count_if(doors > 0 and doors < intervals) as unexpected_count
            from (
                select count(counter_id) as doors, count(*) as intervals
                from {batch}
                group by location_id, footfall_date
            )
            """,
            noun="days of a store",
            column="counter_id",
        ),
        near("footfall_date", "started_at"),
    ]  # fmt: skip


def _customers() -> Expectations:
    return [
        null_share("email_hash", 0.6),
        share_between("{bounds} of the customers are staff", "is_internal", high=0.1),
        near("created_date", "created_at"),
    ]


def _reviews() -> Expectations:
    return [
        rows_hold(
            "A rating lies on a known scale", "rating_problem is null",
            where="rating is not null", max_share=0.01, min_count=100, column="rating_problem",
        ),
        figure_between(
            "The mean rating is {bounds} of its scale", "avg(rating / rating_scale)", 0.3, 0.98,
            in_percent=True,
            where="rating_problem is null and rating is not null", min_count=100, column="rating",
        ),
        *not_negative("helpful_votes", "audience"),
        near("created_date", "created_at"),
    ]  # fmt: skip


def _interactions() -> Expectations:
    return [*not_negative("followers"), near("interaction_date", "interaction_at")]


def _campaign_days() -> Expectations:
    return [
        *not_negative("cost_amount", "impressions", "viewable_seconds", "leads"),
        _converted("cost_amount", "spend_date"),
        rows_hold(
            "A click needs an impression", "clicks between 0 and impressions",
            where="clicks is not null and impressions is not null",
            max_share=0.01, column="clicks",
        ),
    ]  # fmt: skip


def _campaign_reports() -> Expectations:
    bounds = (
        ("deliveries", "recipients"), ("bounces", "recipients"), ("unique_opens", "opens"),
        ("unique_clicks", "clicks"), ("unique_opens", "deliveries"),
        ("unique_clicks", "deliveries"), ("unsubscribes", "deliveries"),
        ("spam_reports", "deliveries"),
    )  # fmt: skip
    return [
        *not_negative("recipients", "deliveries", "opens", "clicks", "orders", "revenue_amount"),
        *(
            rows_hold(f"{part} are at most {whole}", f"{part} between 0 and {whole}", column=part)
            for part, whole in bounds
        ),
        _converted("revenue_amount", "counted_date"),
        counted(
            "A campaign is reported by one tool",
            """
            select
                count(distinct campaign_id) as element_count,
                count(distinct (campaign_id, tool)) - count(distinct campaign_id)
                    as unexpected_count
            from {batch}
            """,
            noun="campaigns",
            column="tool",
        ),
    ]


def _query_days() -> Expectations:
    return [
        rows_hold(
            "A click needs an impression", "clicks between 0 and impressions", column="clicks"
        ),
        *not_negative("sum_position"),
    ]


# Suites by model. Models that are not listed are still to be built, and their hashes to be hashes.
REVIEWED = {
    "stg_ads__campaign_days": _campaign_days,
    "stg_crm__contact_form_submissions": lambda: [near("submitted_date", "submitted_at")],
    "stg_crm__contact_merges": lambda: [near("merged_date", "merged_at")],
    "stg_crm__contacts": _contacts,
    "stg_crm__deals": _deals,
    "stg_crm__engagements": _engagements,
    "stg_crm__event_attendances": lambda: [near("attended_date", "attended_at")],
    "stg_crm__feedback_submissions": _feedback,
    "stg_crm__tickets": _tickets,
    "stg_email__campaign_reports": _campaign_reports,
    "stg_email__events": _email_events,
    "stg_ga4__event_items": _event_items,
    "stg_ga4__events": _web_events,
    "stg_reference__exchange_rates": _exchange_rates,
    "stg_reviews__reviews": _reviews,
    "stg_search_console__query_days": _query_days,
    "stg_social__interactions": _interactions,
    "stg_store__abandoned_checkouts": _checkouts,
    "stg_store__customers": _customers,
    "stg_store__footfall": _footfall,
    "stg_store__fulfillments": _fulfillments,
    "stg_store__loyalty_events": lambda: [near("loyalty_event_date", "loyalty_event_at")],
    "stg_store__order_lines": _order_lines,
    "stg_store__orders": _orders,
    "stg_store__products": lambda: not_negative("list_price", "purchase_cost"),
    "stg_store__refund_lines": _refund_lines,
    "stg_store__transactions": _transactions,
    "stg_store__visit_zones": lambda: not_negative("dwell_seconds"),
    "stg_store__visits": _visits,
}
