"""What must hold of the experience: nothing lost or counted twice, sane shares."""

from __future__ import annotations

from collections.abc import Callable

from expectations.generic import Expectations, count_of, landed, same
from expectations.rules import (
    CRITICAL,
    between,
    counted,
    figure_between,
    ratio_between,
    rows_hold,
)

MARTS = "warehouse.marts"
INTERMEDIATE = "warehouse.intermediate"
STAGING = "warehouse.staging"

TOUCHPOINTS = f"{INTERMEDIATE}.int_touchpoints__identity_resolved"


def _touchpoint_kpis(days: str) -> Expectations:
    return [
        same(
            "select sum(touchpoints) from {batch}",
            count_of(TOUCHPOINTS, "not is_excluded"),
            "Every touchpoint of people is counted once.",
            noun="touchpoints lost or added",
        ),
        same(
            "select sum(machine_touchpoints + bot_touchpoints + internal_touchpoints) from {batch}",
            count_of(TOUCHPOINTS, "is_excluded"),
            "Every touchpoint of machines, bots, staff and tests stands apart, once.",
            noun="touchpoints lost or added",
        ),
        same(
            "select sum(abandons) from {batch}",
            f"""
            select count(distinct journey_id)
            from {MARTS}.fct_journeys
            inner join {MARTS}.fct_journey_steps as steps using (journey_id)
            where
                not fct_journeys.is_excluded
                and outcome = 'lost'
                and steps.is_inbound
                and not steps.is_excluded
            """,
            "Every lost journey in which the person did something was left at one touchpoint.",
            noun="journeys lost or added",
        ),
        between("feedback_sentiment", -1, 1, "Sentiment lies between -1 and 1.", CRITICAL),
    ]


def _touchpoint_coverage(days: str) -> Expectations:
    return [
        same(
            "select sum(touchpoints) from {batch}",
            count_of(TOUCHPOINTS, "not is_excluded"),
            "Every touchpoint of people is of one type and channel.",
            noun="touchpoints lost or added",
        ),
        same(
            "select count(distinct touchpoint_type) from {batch} "
            "where touchpoint_type <> '(advertising)'",
            count_of(f"{MARTS}.dim_touchpoint_types"),
            "Every known touchpoint type has a row, met or not.",
            noun="types",
        ),
        figure_between(
            "avg(case when is_missing then 1.0 else 0.0 end)", 0, 0.9,
            "At least a tenth of the touchpoints there could be are met.", column="is_missing",
            where=landed("stg_ga4__events", "stg_store__orders", "stg_email__events"),
        ),
    ]  # fmt: skip


def _email_engagement(days: str) -> Expectations:
    sent = "event_type = 'SENT' and not is_machine and not is_internal and not is_test"
    return [
        same(
            "select sum(sends) from {batch}",
            count_of(f"{STAGING}.stg_email__events", sent),
            "Every message sent is of one campaign and month.",
            noun="messages lost or added",
        ),
        same(
            "select sum(deliveries) from {batch}",
            count_of(f"{INTERMEDIATE}.int_email_messages__answered"),
            "Every message delivered is of one campaign and month.",
            noun="messages lost or added",
        ),
        rows_hold(
            "clicks <= opens and opens <= opens_with_machines and opens_with_machines "
            "<= deliveries",
            "No more is clicked than opened, nor more opened than delivered.",
            CRITICAL,
        ),
        ratio_between(
            "opens", "deliveries", 0.02, 0.9, "People open 2 to 90 % of the messages.",
            column="opens",
        ),
    ]  # fmt: skip


def _marketing_pressure(days: str) -> Expectations:
    return [
        same(
            "select sum(touchpoints) from {batch}",
            f"""
            select
                count(*) + (
                    select count(*) from {INTERMEDIATE}.int_email_messages__answered
                    where is_delivery_assumed
                )
            from {TOUCHPOINTS}
            where
                not is_excluded
                and person_id is not null
                and direction = 'outbound'
                and touchpoint_type in (
                    select touchpoint_type from warehouse.seeds.marketing_touchpoint_types
                )
            """,
            "Every touchpoint the shop made with somebody is in one band of one week.",
            noun="touchpoints lost or added",
        ),
        ratio_between(
            "unsubscribed_persons", "persons", 0, 0.2,
            "In a week at most 20 % leave the newsletter.",
            column="unsubscribed_persons",
        ),
    ]  # fmt: skip


def _store_visits(days: str) -> Expectations:
    visits = f"{STAGING}.stg_store__visits"
    return [
        same(
            "select sum(visits) from {batch}", count_of(visits, "not is_internal"),
            "Every visit to a store is of one store and month.",
            noun="visits lost or added",
        ),
        ratio_between(
            "buying_visits", "visits", 0.005, 0.9, "Of the visits 0.5 to 90 % buy.",
            where=landed("stg_store__orders"), column="buying_visits",
        ),
    ]  # fmt: skip


def _store_zone_paths(days: str) -> Expectations:
    return [
        same(
            "select sum(visits) from {batch}",
            count_of(f"{INTERMEDIATE}.int_store_visits__routed", "zone_path is not null"),
            "Every visit with zones takes one way.",
            noun="visits lost or added",
        ),
    ]


def _store_products(days: str) -> Expectations:
    return [
        same(
            "select sum(stops) from {batch}",
            f"""
            select count(*)
            from {STAGING}.stg_store__visit_zones
            where
                product_id is not null
                and visit_id in (
                    select visit_id from {STAGING}.stg_store__visits where not is_internal
                )
            """,
            "Every stop at a product is counted once.",
            noun="stops lost or added",
        ),
    ]


def _returns(days: str) -> Expectations:
    returns = f"{MARTS}.fct_returns"
    return [
        same(
            "select sum(returned_lines) from {batch}", count_of(returns, "not is_excluded"),
            "Every line given back has one month, category and reason.",
            noun="lines lost or added",
        ),
        same(
            "select cast(sum(refunded) * 100 as bigint) from {batch}",
            f"select cast(sum(refunded) * 100 as bigint) from {returns} where not is_excluded",
            "What is paid back adds up, to the cent.",
            noun="cents",
        ),
    ]  # fmt: skip


def _search_queries(days: str) -> Expectations:
    return [
        same(
            "select sum(impressions) from {batch}",
            f"select sum(impressions) from {STAGING}.stg_search_console__query_days",
            "Every impression in Google is of one query and month.",
            noun="impressions lost or added",
        ),
        same(
            "select sum(site_searches) from {batch}",
            count_of(TOUCHPOINTS, "touchpoint_type = 'site_search' and not is_excluded"),
            "Every search on the site is of one query and month.",
            noun="searches lost or added",
        ),
    ]


def _event_lift(days: str) -> Expectations:
    return [
        rows_hold(
            "matched_attendances <= matured_attendances and matured_attendances <= attendances",
            "No more attendances are matched than judged, nor judged than there were.",
            CRITICAL,
        ),
        rows_hold(
            "lift between lift_low - 0.0001 and lift_high + 0.0001",
            "The lift lies in its interval.",
            CRITICAL,
        ),
        ratio_between(
            "matched_attendances", "matured_attendances", 0.5, 1,
            "At least half of the attendances have a control.", column="matched_attendances",
        ),
    ]  # fmt: skip


def _social_engagement(days: str) -> Expectations:
    return [
        same(
            "select sum(interactions) from {batch}",
            count_of(TOUCHPOINTS, "source_table = 'social.interaction' and not is_excluded"),
            "Every interaction on a network is of one post, or none, and one month.",
            noun="interactions lost or added",
        ),
    ]


def _experience_scores(days: str) -> Expectations:
    return [
        same(
            "select sum(feedback_responses) from {batch}",
            f"""
            select
                ({count_of(f"{MARTS}.fct_survey_responses", "not is_excluded")})
                + ({count_of(f"{MARTS}.fct_reviews", "not is_excluded and not is_competitor")})
            """,
            "Every answer and review is one feedback response.",
            noun="feedback responses lost or added",
        ),
        between("nps", -1, 1, "The net promoter score lies between -1 and 1.", CRITICAL),
    ]


def _experience_targets(days: str) -> Expectations:
    return [
        counted(
            """
            select
                count(*) as element_count,
                count_if(
                    figure not in ('nps', 'csat', 'return_rate')
                    and figure not in (select goal from warehouse.seeds.stage_goals)
                    or segment_kind = 'persona'
                    and segment not in (select persona from warehouse.seeds.personas)
                ) as unexpected_count
            from warehouse.seeds.experience_targets
            """,
            "Every target is of a figure that is known, and of a persona that is known.",
            noun="targets",
        ),
    ]


def _outcome_kpis(days: str) -> Expectations:
    return [
        same(
            "select cast(round(sum(value) * 100) as bigint) from {batch} where kpi = 'net_revenue'",
            f"select cast(sum(net_revenue) * 100 as bigint) from {MARTS}.fct_orders "
            "where is_conversion",
            "The months' revenue is that of the orders, to the cent.",
            noun="cents",
        ),
    ]


def _data_coverage(days: str) -> Expectations:
    return [
        same(
            "select sum(touchpoints) from {batch}",
            count_of(TOUCHPOINTS),
            "Every touchpoint comes from one table and month.",
            noun="touchpoints lost or added",
        ),
        same(
            "select sum(staged_rows) from {batch} where source_name = 'ga4'",
            count_of(f"{STAGING}.stg_ga4__events"),
            "Every row of the site is counted.",
        ),
        ratio_between(
            "rows_without_visitor", "staged_rows", 0, 0.6,
            "At most 60 % of the site's rows have no visitor.", where="source_name = 'ga4'",
            column="rows_without_visitor",
        ),
    ]  # fmt: skip


REVIEWED: dict[str, Callable[[str], Expectations]] = {
    "mart_marketing_pressure": _marketing_pressure,
    "mart_data_coverage": _data_coverage,
    "mart_email_engagement": _email_engagement,
    "mart_event_lift": _event_lift,
    "mart_experience_scores": _experience_scores,
    "mart_experience_targets": _experience_targets,
    "mart_outcome_kpis": _outcome_kpis,
    "mart_returns": _returns,
    "mart_search_queries": _search_queries,
    "mart_social_engagement": _social_engagement,
    "mart_store_products": _store_products,
    "mart_store_visits": _store_visits,
    "mart_store_zone_paths": _store_zone_paths,
    "mart_touchpoint_coverage": _touchpoint_coverage,
    "mart_touchpoint_kpis": _touchpoint_kpis,
}
