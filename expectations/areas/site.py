"""What must hold of carts, checkouts, pages and cohorts: nothing lost, each once, sane shares."""

from __future__ import annotations

from collections.abc import Callable

from expectations.generic import WEB, Expectations, count_of, same
from expectations.rules import figure_between, ratio_between, share_between

MARTS = "warehouse.marts"
INTERMEDIATE = "warehouse.intermediate"
STAGING = "warehouse.staging"

SESSIONS = f"{INTERMEDIATE}.int_web_sessions__classified"
CARTS = f"{INTERMEDIATE}.int_carts__identified"


def _page_views(days: str) -> Expectations:
    viewed = (
        f"{days} and event_name = 'page_view' and page_path is not null "
        "and (user_pseudo_id is not null or user_id is not null)"
    )
    return [
        same(
            count_of("{batch}"),
            f"""
            select count(*)
            from {STAGING}.stg_ga4__events
            where
                {viewed}
                and event_id not in (
                    select event_id from {INTERMEDIATE}.int_web_events__late_arriving
                )
            """,
            "Every view of a page by a visitor is there once, but for late ones.",
            noun="views lost or added",
        ),
        figure_between(
            "percentile_cont(0.5) within group (order by dwell_seconds)", 0, 600,
            "The median page is in view for up to ten minutes.", column="dwell_seconds",
        ),
    ]  # fmt: skip


def _page_days(days: str) -> Expectations:
    return [
        same(
            f"select sum(views) from {INTERMEDIATE}.int_web_page_days__counted",
            count_of(f"{INTERMEDIATE}.int_web_page_views__timed"),
            "Every view of a page is of one session.",
            noun="views lost or added",
        ),
    ]


def _matched_checkouts(days: str) -> Expectations:
    return [
        share_between(
            "session_id is not null", 0.05, 1,
            "At least 5 % of the checkouts that the shop notes are those of a visit.",
            where=WEB, column="session_id",
        ),
        share_between("step_number is not null", 0.9, 1,
                      "At most 10 % of the checkouts end at a step the seed does not know.",
                      column="step_number"),
    ]  # fmt: skip


def _carts(days: str) -> Expectations:
    touchpoints = f"{INTERMEDIATE}.int_touchpoints__web"
    steps = "select value from warehouse.seeds.checkout_steps where sign = 'touchpoint'"
    return [
        same(
            "select count(*) from {batch} where seen_in = 'visit'",
            f"select count(distinct session_id) from {touchpoints} "
            f"where touchpoint_type in ({steps})",
            "Every visit with a step towards an order is one cart.",
            noun="carts lost or added",
        ),
        same(
            "select count(distinct cart_id) from {batch} where seen_in = 'shop'",
            f"""
            select
                ({count_of(f"{INTERMEDIATE}.int_checkouts__matched", "session_id is null")})
                + count(*)
            from {STAGING}.stg_store__orders
            where
                sales_channel in ('web', 'app')
                and order_id not in (
                    select order_id
                    from {touchpoints}
                    where touchpoint_type = 'web_purchase' and order_id is not null
                    union all
                    select order_id
                    from {INTERMEDIATE}.int_checkouts__matched
                    where session_id is null and order_id is not null
                )
            """,
            "Every checkout and order that no visit saw is one cart.",
            noun="carts lost or added",
        ),
        share_between("cart_value is not null", 0.5, 1,
                      "Of at least half of the carts the value is known.", column="cart_value"),
    ]  # fmt: skip


def _checkout_funnel(days: str) -> Expectations:
    return [
        same(
            "select sum(sessions_with_step) from {batch} where step = 'purchase'",
            count_of(SESSIONS, "not is_excluded and purchases > 0"),
            "Every visit that buys is in the funnel of its month and device.",
            noun="visits lost or added",
        ),
        same(
            "select sum(payment_attempts) from {batch}",
            f"""
            select count(*)
            from {INTERMEDIATE}.int_payments__attempted
            where
                cart_id is null
                or cart_id in (select cart_id from {CARTS} where not is_excluded)
            """,
            "Every attempt to pay is in one cell, but for tests.",
            noun="attempts lost or added",
        ),
        ratio_between(
            "payment_failures", "payment_attempts", 0, 0.6,
            "At most 60 % of the attempts to pay fail.", column="payment_failures",
        ),
    ]  # fmt: skip


def _cart_abandonment(days: str) -> Expectations:
    return [
        same(
            "select sum(carts) from {batch}",
            count_of(CARTS, "not is_excluded and not is_purchased"),
            "Every cart that was not bought has one cause.",
            noun="carts lost or added",
        ),
        same(
            "select sum(lost_carts + recovered_carts + undecided_carts) from {batch}",
            "select sum(carts) from {batch}",
            "Every abandoned cart is lost, recovered or not decided yet.",
            noun="carts lost or added",
        ),
        ratio_between(
            "recovered_carts", "lost_carts + recovered_carts", 0, 0.8,
            "At most 80 % of the abandoned carts are bought later.", column="recovered_carts",
        ),
        ratio_between(
            "case when cause = 'just_browsing' then carts else 0 end", "carts", 0, 0.9,
            "Of at least a tenth of the abandoned carts something tells the cause.",
            column="cause",
        ),
    ]  # fmt: skip


def _page_exits(days: str) -> Expectations:
    return [
        same(
            "select sum(exits) from {batch}",
            count_of(SESSIONS, "not is_excluded and exit_page is not null"),
            "Every visit ends on one page.",
            noun="visits lost or added",
        ),
        same(
            "select sum(entrances) from {batch}",
            count_of(SESSIONS, "not is_excluded and landing_page is not null"),
            "Every visit lands on one page.",
            noun="visits lost or added",
        ),
        ratio_between(
            "exits", "views", 0.02, 1,
            "2 to 100 % of the views are a visit's last.", column="exits",
        ),
    ]  # fmt: skip


def _cohort_retention(days: str) -> Expectations:
    orders = f"{MARTS}.fct_orders where is_conversion"
    return [
        same(
            "select sum(orders + anonymous_orders) from {batch}",
            f"select count(*) from {orders}",
            "Every order is in one cohort, or by nobody the shop could recognise.",
            noun="orders lost or added",
        ),
        same(
            "select cast(sum(net_revenue + anonymous_net_revenue) * 100 as bigint) from {batch}",
            f"select cast(sum(net_revenue) * 100 as bigint) from {orders}",
            "What the cohorts bring in is what the orders did, to the cent.",
            noun="cents",
        ),
        ratio_between(
            "active_persons", "persons", 0, 0.9,
            "In a month at most 90 % of a cohort order again.", column="active_persons",
            where="months_since > 0 and is_complete",
        ),
    ]  # fmt: skip


# Suites by model, of the intermediate layer and of the marts.
RULES: dict[str, Callable[[str], Expectations]] = {
    "int_carts__identified": _carts,
    "int_checkouts__matched": _matched_checkouts,
    "int_web_page_days__counted": _page_days,
    "int_web_page_views__timed": _page_views,
}
REVIEWED: dict[str, Callable[[str], Expectations]] = {
    "mart_cart_abandonment": _cart_abandonment,
    "mart_checkout_funnel": _checkout_funnel,
    "mart_cohort_retention": _cohort_retention,
    "mart_page_exits": _page_exits,
}
