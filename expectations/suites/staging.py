"""What must hold of staged data: nothing lost, nothing readable where a hash belongs, sane values.

Critical: conservation (staged rows stand for all raw rows) and hashes. The rest warns.
Uniqueness, filled keys and relationships are dbt's tests and are not repeated here. Bounds are
wide on purpose and reviewed by hand: a breach means a rule or an export has changed.
"""

from __future__ import annotations

from collections.abc import Iterator

from expectations.contract import raw_tables
from expectations.generic import (
    Expectations,
    at_most,
    hashes,
    is_built,
    near,
    not_negative,
)
from expectations.gx import Expectation
from expectations.models import Model, attach, create_view, day_condition, models_of
from expectations.rules import (
    CRITICAL,
    between,
    counted,
    figure_between,
    null_share,
    rows_hold,
    share_between,
)
from expectations.session import Session, TableSuite
from viaggio.workspace.sql import files_below

DAY_SECONDS = 86_400
# Models that unfold another staging model, and the raw table whose days they follow.
STAGED_FROM_A_MODEL = {
    "stg_ga4__event_items": ("ga4", "event"),
    "stg_reference__daily_exchange_rates": ("reference", "exchange_rate"),
}


def table_suites(session: Session) -> Iterator[TableSuite]:
    """One suite per staging model whose raw table has something new to validate."""
    attach(session)
    for model in models_of(session, "staging"):
        # Models without one stage the project's own records (ledger, quarantine, results).
        raw = model.raw or STAGED_FROM_A_MODEL.get(model.name)
        if raw not in raw_tables() or session.skips(*raw):
            continue
        view = create_view(session, "staging", model, [raw])
        suite = TableSuite(model.folder, model.name, view)
        suite.expectations.append(is_built(model))
        if model.raw and "_raw_rows" in model.columns:
            suite.expectations.append(_conservation(session, model, raw))
        suite.expectations.extend(hashes(model))
        suite.expectations.extend(REVIEWED.get(model.name, list)())
        yield suite


def _conservation(session: Session, model: Model, raw: tuple[str, str]) -> Expectation:
    """The staged rows stand for all raw rows; day by day where days are staged alone."""
    source, table = raw
    days = day_condition(session, model, [raw])
    files = files_below(session.data_dir.raw / source / table, "*/*.parquet")
    files = files.replace("{", "{{").replace("}", "}}")
    return counted(
        f"""
        with raw_rows as (
            select count(*) as raw_count
            from read_parquet(
                {files}, hive_partitioning = true, hive_types = {{{{'event_day': date}}}}
            )
            where {days}
        ),

        staged as (
            select coalesce(sum(_raw_rows), 0) as staged_count from {{batch}}
        )

        select
            greatest(raw_rows.raw_count, staged.staged_count) as element_count,
            abs(raw_rows.raw_count - staged.staged_count) as unexpected_count,
            case
                when raw_rows.raw_count <> staged.staged_count
                    then raw_rows.raw_count || ' raw rows, ' || staged.staged_count || ' staged'
            end as detail
        from raw_rows
        cross join staged
        """,
        "Every raw row is staged, or is a duplicate of one that is.",
        CRITICAL,
        noun="rows lost or added",
    )


def _web_events() -> Expectations:
    return [
        at_most("is_bot", 0.2, "of the events come from bots"),
        at_most("is_internal", 0.15, "of the events are internal"),
        at_most("is_error_page", 0.1, "of the events are error pages"),
        null_share("user_pseudo_id", 0.6),
        share_between(
            "ga_session_id is not null",
            0.9,
            1,
            "Events of a known visitor carry a session, but for a tenth.",
            where="user_pseudo_id is not null",
            column="ga_session_id",
        ),
        share_between(
            "event_name = 'page_view'", 0.05, 0.9, "Page views are 5 to 90 % of the events."
        ),
        between(
            "engagement_time_ms", 0, 1000 * DAY_SECONDS, "Engagement lasts 0 ms to a day.",
            max_share=0.001,
        ),
        figure_between(
            "percentile_cont(0.5) within group (order by engagement_time_ms)",
            50,
            300_000,
            "Median engagement time is 0.05 s to 5 min.",
            where="engagement_time_ms > 0",
            column="engagement_time_ms",
        ),
        between("purchase_revenue", 0, 1_000_000, "Purchase revenue is 0 to a million."),
        share_between(
            "transaction_id is not null",
            0.95,
            1,
            "Purchases carry an order number, but for 5 %, where the visitor agreed to analytics.",
            where="event_name = 'purchase' and has_analytics_consent is distinct from false",
            min_count=50,
            column="transaction_id",
        ),
        near("event_day", "event_at"),
    ]  # fmt: skip


def _contacts() -> Expectations:
    return [
        null_share("email_hash", 0.4),
        at_most("is_internal", 0.1, "of the contacts are staff"),
        at_most("is_test", 0.1, "of the contacts are tests"),
        at_most("is_deleted", 0.2, "of the contacts are deleted"),
        near("created_date", "created_at"),
    ]


def _deals() -> Expectations:
    return [
        between("deal_amount", 0, 1_000_000, "Deals are worth 0 to a million."),
        near("created_date", "created_at"),
    ]


def _engagements() -> Expectations:
    return [
        between("duration_seconds", 0, DAY_SECONDS, "An engagement lasts at most a day."),
        near("engaged_date", "engaged_at"),
    ]


def _feedback() -> Expectations:
    scores = {"NPS": (0, 10), "CSAT": (1, 5), "CES": (1, 7)}
    ranges = [
        rows_hold(
            f"score between {low} and {high}",
            f"{survey} scores lie in {low} to {high}.",
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
            "first_replied_at <= closed_at",
            "A ticket is answered before it is closed, but for a tenth.",
            where="first_replied_at is not null and closed_at is not null",
            max_share=0.1,
            min_count=50,
        ),
        near("created_date", "created_at"),
    ]


def _orders() -> Expectations:
    amounts = ("subtotal_amount", "discount_amount", "tax_amount", "shipping_amount")
    return [
        between("total_amount", 0, 1_000_000, "Orders are worth 0 to a million."),
        *not_negative(*amounts),
        _converted("total_amount", "order_date"),
        rows_hold(
            "tax_amount <= total_amount and subtotal_amount <= total_amount + 0.01",
            "Tax and subtotal are part of the total, but for 2 %.",
            max_share=0.02,
            min_count=50,
            column="total_amount",
        ),
        figure_between(
            "avg(total_amount)", 5, 1000, "The mean order is worth 5 to 1,000.",
            where="not is_test", column="total_amount",
        ),
        figure_between(
            "percentile_cont(0.99) within group (order by total_amount)",
            10,
            20_000,
            "99 % of the orders stay below 20,000.",
            where="not is_test",
            column="total_amount",
        ),
        at_most("is_test", 0.05, "of the orders are tests"),
        at_most("is_internal", 0.1, "of the orders are internal"),
        at_most("is_cancelled", 0.25, "of the orders are cancelled"),
        near("order_date", "ordered_at"),
    ]  # fmt: skip


def _order_lines() -> Expectations:
    return [
        between("quantity", 1, 10_000, "A line sells 1 to 10,000 pieces.", max_share=0.02),
        *not_negative("unit_price", "discount_amount"),
        rows_hold(
            "line_amount is not null", "Lines have an order, and so an amount, but for 2 %.",
            max_share=0.02, column="line_amount",
        ),
        figure_between(
            "avg(quantity)", 1, 20, "The mean line sells 1 to 20 pieces.", column="quantity"
        ),
    ]  # fmt: skip


def _email_events() -> Expectations:
    return [
        share_between(
            "is_machine", 0, 0.7, "At most 70 % of the opens are a machine's doing.",
            where="event_type = 'OPEN'", column="is_machine",
        ),
        share_between(
            "is_machine", 0, 0.5, "At most half of the clicks are a machine's doing.",
            where="event_type = 'CLICK'", column="is_machine",
        ),
        share_between(
            "event_type = 'BOUNCE'", 0, 0.1, "At most 10 % of what is sent bounces.",
            where="event_type in ('SENT', 'BOUNCE')", column="event_type",
        ),
        at_most("is_internal", 0.1, "of the events are of staff"),
        near("event_date", "event_at"),
    ]  # fmt: skip


def _event_items() -> Expectations:
    return [
        between("unit_price", 0, 100_000, "A product costs 0 to 100,000."),
        between("quantity", 0, 10_000, "0 to 10,000 pieces are handled."),
    ]


def _exchange_rates() -> Expectations:
    return [
        between("rate_to_eur", 0.00000001, None, "Rates are above zero."),
        rows_hold(
            "rate_to_eur = 1", "A euro is a euro.",
            where="currency_code = 'EUR'", column="rate_to_eur",
        ),
        rows_hold(
            "rate_to_reporting_currency is not null",
            "Every rate leads to the reporting currency.",
            column="rate_to_reporting_currency",
        ),
    ]  # fmt: skip


def _converted(amount: str, day: str) -> Expectation:
    """An amount with a currency is known in the reporting currency; tells which rates to land."""
    missing = f"{amount} is null and regexp_like(currency_code, '^[A-Z][A-Z][A-Z]$')"
    pair = f"concat(currency_code, ' on ', {day})"
    return counted(
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
        f"{amount} is known: reference.exchange_rate has a rate of its currency for its day or "
        "shortly before, and it is below a thousand million.",
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
        share_between(
            "is_successful", 0.6, 1, "At least 60 % of the payment attempts succeed.",
            column="is_successful",
        ),
        near("transaction_date", "transaction_at"),
    ]  # fmt: skip


def _checkouts() -> Expectations:
    return [
        *not_negative("cart_amount", "shipping_amount"),
        _converted("cart_amount", "checkout_date"),
        rows_hold(
            "completed_at >= started_at",
            "A checkout ends after it began.",
            where="completed_at is not null",
            column="completed_at",
        ),
        near("checkout_date", "started_at"),
    ]


def _fulfillments() -> Expectations:
    return [
        *not_negative("delivery_seconds"),
        share_between(
            "is_late", 0, 0.5, "At most half of the promised deliveries are late.",
            where="is_late is not null", column="is_late",
        ),
        near("created_date", "created_at"),
    ]  # fmt: skip


def _visits() -> Expectations:
    return [
        between("dwell_seconds", 0, DAY_SECONDS, "A visit lasts at most a day."),
        figure_between(
            "avg(dwell_seconds)", 60, 7200, "The mean visit lasts a minute to two hours.",
            where="dwell_seconds is not null", column="dwell_seconds",
        ),
        near("visit_date", "entered_at"),
    ]  # fmt: skip


def _customers() -> Expectations:
    return [
        null_share("email_hash", 0.6),
        at_most("is_internal", 0.1, "of the customers are staff"),
        near("created_date", "created_at"),
    ]


def _reviews() -> Expectations:
    return [
        rows_hold(
            "rating_problem is null",
            "Of a hundred ratings at most one has no scale or lies off it: more says that a source "
            "changed its scale.",
            where="rating is not null", max_share=0.01, min_count=100, column="rating_problem",
        ),
        figure_between(
            "avg(rating / rating_scale)", 0.3, 0.98, "The mean rating is 30 to 98 % of the scale.",
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
            "clicks between 0 and impressions",
            "Clicks need impressions, but for 1 %.",
            where="clicks is not null and impressions is not null",
            max_share=0.01,
            column="clicks",
        ),
    ]


def _query_days() -> Expectations:
    return [
        rows_hold("clicks between 0 and impressions", "Clicks need impressions.", column="clicks"),
        *not_negative("sum_position"),
    ]


# Suites by model. Models that are not listed still get conservation and hashes.
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
    "stg_email__events": _email_events,
    "stg_ga4__event_items": _event_items,
    "stg_ga4__events": _web_events,
    "stg_reference__exchange_rates": _exchange_rates,
    "stg_reviews__reviews": _reviews,
    "stg_search_console__query_days": _query_days,
    "stg_social__interactions": _interactions,
    "stg_store__abandoned_checkouts": _checkouts,
    "stg_store__customers": _customers,
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
