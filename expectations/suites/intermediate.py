"""Expectations of the data behind the rules that marts share: usual volumes, sane shares.

dbt tests that nothing is lost, and the other hard rules of a model, in the YAML of the models.
Bounds are wide on purpose and reviewed by hand: a breach means that a rule or an export has
changed.
"""

from __future__ import annotations

from collections.abc import Iterator

from expectations.generic import WEB, Expectations, model_suites, usual_volume
from expectations.rules import (
    between,
    counted,
    figure_between,
    null_share,
    percent,
    ratio_between,
    share_between,
    within,
)
from expectations.session import Session, TableSuite

LAYER = "intermediate"
INTERMEDIATE = f"warehouse.{LAYER}"
DAY_SECONDS = 86_400
# A person with more identifiers than both says that a guard against wrong merges failed.
MOST_IDENTIFIERS, MOST_IDENTIFIERS_SHARE = 25, 0.005


def table_suites(session: Session) -> Iterator[TableSuite]:
    """One suite per model whose raw tables have something new to validate."""
    return model_suites(session, LAYER, REVIEWED, {})


# web


def _session_parts() -> Expectations:
    late = f"""(
        select count(*)
        from {INTERMEDIATE}.int_web_events__late_arriving
        where reason = 'late' and event_day in (select event_day from {{batch}})
    )"""
    return [
        counted(
            "Events come in time for their session",
            f"""
            select coalesce(sum(events), 0) + {late} as element_count, {late} as unexpected_count
            from {{batch}}
            """,
            max_share=0.02,
            noun="events",
        ),
    ]


def _sessions() -> Expectations:
    return [
        usual_volume(f"{INTERMEDIATE}.int_web_sessions__classified", "event_day", "sessions"),
        figure_between(
            "The median session with engagement has {bounds} seconds of it",
            "percentile_cont(0.5) within group (order by engagement_seconds)", 1, 1800,
            where="engagement_seconds > 0", column="engagement_seconds",
        ),
        between("A session has {bounds} seconds of engagement", "engagement_seconds",
                0, DAY_SECONDS, max_share=0.001),
        figure_between("The mean session has {bounds} page views", "avg(page_views)", 0.5, 50,
                       where="not is_bot", column="page_views"),
        share_between("{bounds} of the sessions are engaged", "engaged", 0.1, 0.98,
                      where="not is_bot"),
        share_between("{bounds} of the sessions are Direct", "channel = 'Direct'", high=0.7,
                      column="channel"),
        share_between("{bounds} of the sessions come from a source that no channel rule knows",
                      "channel = 'Unassigned'", high=0.1, column="channel"),
        share_between("{bounds} of the sessions are bots", "is_bot", high=0.2),
        share_between("{bounds} of the sessions are internal", "is_internal", high=0.15),
        share_between("{bounds} of the sessions are cut by gaps, for want of GA's number",
                      "is_gap_session", high=0.3),
        share_between("{bounds} of the sessions buy", "order_id is not null", high=0.3,
                      column="order_id"),
        share_between("{bounds} of the sessions with several pages show confusion",
                      "confusion_index > 0", high=0.9, where="page_views >= 3",
                      column="confusion_index"),
    ]  # fmt: skip


def _last_non_direct() -> Expectations:
    return [
        share_between(
            "{bounds} of the sessions stay Direct, looked at with the visits before",
            "last_non_direct_channel = 'Direct'", high=0.6, column="last_non_direct_channel",
        ),
    ]  # fmt: skip


def _page_views() -> Expectations:
    return [
        figure_between(
            "The median page is in view for {bounds} seconds",
            "percentile_cont(0.5) within group (order by dwell_seconds)", 0, 600,
            column="dwell_seconds",
        ),
    ]  # fmt: skip


# carts


def _checkouts() -> Expectations:
    return [
        share_between("{bounds} of the checkouts that the shop notes are those of a visit",
                      "session_id is not null", 0.05, where=WEB, column="session_id"),
        share_between("{bounds} of the checkouts end at a step that the seed knows",
                      "step_number is not null", 0.9, column="step_number"),
    ]  # fmt: skip


def _carts() -> Expectations:
    return [
        share_between("{bounds} of the carts have a known value", "cart_value is not null", 0.5,
                      column="cart_value"),
    ]  # fmt: skip


# touchpoints


def _touchpoints() -> Expectations:
    return [
        between("A touchpoint lasts {bounds} seconds", "dwell_seconds", 0, DAY_SECONDS,
                max_share=0.001),
    ]  # fmt: skip


def _web_touchpoints() -> Expectations:
    return [
        share_between("{bounds} of the touchpoints on the web enter a path", "is_path_touchpoint",
                      0.02, 0.9),
        *_touchpoints(),
    ]  # fmt: skip


def _email_touchpoints() -> Expectations:
    return [
        share_between("{bounds} of the touchpoints by e-mail are a machine's doing", "is_machine",
                      high=0.6),
        *_touchpoints(),
    ]  # fmt: skip


# identity


def _identifiers() -> Expectations:
    return [
        counted(
            "The largest person has {bounds}, or a guard failed",
            f"""
            with persons as (
                select person_id, count(*) as identifiers
                from {{batch}}
                group by person_id
            )

            select
                sum(identifiers) as element_count,
                case
                    when max(identifiers) > {MOST_IDENTIFIERS}
                        and max(identifiers) > {MOST_IDENTIFIERS_SHARE} * sum(identifiers)
                        then max(identifiers)
                    else 0
                end as unexpected_count,
                concat(count(*), ' persons') as detail
            from persons
            """,
            bounds=f"{within(None, MOST_IDENTIFIERS)} identifiers, or "
            f"{percent(MOST_IDENTIFIERS_SHARE)} of them",
            noun="identifiers of the largest person",
        ),
        share_between("{bounds} of the identifiers are hubs", "is_hub", high=0.001,
                      min_count=1000),
        share_between("{bounds} of the devices are shared", "is_shared", high=0.1,
                      where="identifier_type = 'device'"),
        figure_between(
            "A person has {bounds} identifiers on average",
            "cast(count(*) as double) / count(distinct person_id)", 1, 12, column="person_id",
        ),
    ]  # fmt: skip


# orders


def _valued_orders() -> Expectations:
    return [
        share_between("{bounds} of the orders are made of more than the shop names",
                      "other_charges > 0", high=0.05, column="other_charges"),
        share_between("{bounds} of the orders come from a sales channel that the models know",
                      "is_channel_known", 0.99),
        share_between("{bounds} of the orders end below zero", "net_revenue < 0", high=0.01,
                      column="net_revenue"),
        ratio_between("{bounds} of the gross revenue is discounted", "discount", "gross_revenue",
                      high=0.5, count="count(*)", where="not is_test"),
        ratio_between("{bounds} of the gross revenue is paid back", "refunded", "gross_revenue",
                      high=0.4, count="count(*)", where="not is_test"),
    ]  # fmt: skip


# Suites by model. Models that are not listed are still to be built, and their hashes to be hashes.
REVIEWED = {
    "int_carts__identified": _carts,
    "int_checkouts__matched": _checkouts,
    "int_identifiers__resolved": _identifiers,
    "int_orders__valued": _valued_orders,
    "int_touchpoints__crm": lambda: [null_share("identifier_id", 0.5), *_touchpoints()],
    "int_touchpoints__email": _email_touchpoints,
    "int_touchpoints__loyalty": _touchpoints,
    "int_touchpoints__reviews": _touchpoints,
    "int_touchpoints__shop": lambda: [null_share("identifier_id", 0.3), *_touchpoints()],
    "int_touchpoints__social": _touchpoints,
    "int_touchpoints__store_visits": _touchpoints,
    "int_touchpoints__web": _web_touchpoints,
    "int_web_page_views__timed": _page_views,
    "int_web_session_parts__aggregated": _session_parts,
    "int_web_sessions__classified": _sessions,
    "int_web_sessions__last_non_direct": _last_non_direct,
}
