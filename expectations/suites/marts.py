"""Expectations of the data that analysts read: shares and figures stay in bounds.

dbt tests that nothing is lost, and the other hard rules of a mart, in the YAML of the models.
Bounds are wide on purpose and reviewed by hand: a breach means that a rule or an export has
changed.

Facts that are views are read for the days to validate only. What does not depend on the person is
validated in the layer below, where it costs less.
"""

from __future__ import annotations

from collections.abc import Iterator

from expectations.generic import WEB, WEB_SHOP, Expectations, landed, model_suites
from expectations.rules import (
    between,
    counted,
    figure_between,
    null_share,
    ratio_between,
    rows_hold,
    share_between,
)
from expectations.session import Session, TableSuite

LAYER = "marts"
SEEDS = "warehouse.seeds"
# Views have no `event_day`; their business day is at most one off it, which is near enough.
DAY_COLUMNS = {"fct_sessions": "started_date", "fct_touchpoints": "touched_date"}


def table_suites(session: Session) -> Iterator[TableSuite]:
    """One suite per model whose raw tables have something new to validate."""
    return model_suites(session, LAYER, REVIEWED, DAY_COLUMNS)


# attribution


def _attribution() -> Expectations:
    return [
        share_between("{bounds} of the orders have no touchpoint before them",
                      "channel = 'Unattributed'", high=0.5,
                      where=f"model = 'last' and {WEB}", column="channel"),
    ]  # fmt: skip


# experience


def _touchpoint_coverage() -> Expectations:
    return [
        share_between("{bounds} of the touchpoints there could be are missing", "is_missing",
                      high=0.9,
                      where=landed("stg_ga4__events", "stg_store__orders", "stg_email__events")),
    ]  # fmt: skip


def _email_engagement() -> Expectations:
    return [
        ratio_between("{bounds} of the messages are opened", "opens", "deliveries", 0.02, 0.9,
                      where="deliveries is not null"),
    ]  # fmt: skip


def _marketing_pressure() -> Expectations:
    return [
        ratio_between("In a week {bounds} of the persons leave the newsletter",
                      "unsubscribed_persons", "persons", high=0.2),
    ]  # fmt: skip


def _store_footfall() -> Expectations:
    return [
        ratio_between("{bounds} of the people who come in are recorded visits", "recorded_visits",
                      "entries", high=0.99, where="recorded_share is not null"),
        ratio_between("{bounds} of the people who come in buy", "orders", "entries", high=0.9,
                      where="conversion_rate is not null"),
    ]  # fmt: skip


def _store_visits() -> Expectations:
    return [
        ratio_between("{bounds} of the visits buy", "buying_visits", "visits", 0.005, 0.9,
                      where=landed("stg_store__orders")),
    ]  # fmt: skip


def _event_lift() -> Expectations:
    return [
        ratio_between("{bounds} of the attendances have a control", "matched_attendances",
                      "matured_attendances", 0.5),
    ]  # fmt: skip


def _experience_targets() -> Expectations:
    return [
        counted(
            "Every target is of a figure that is known, and of a persona that is known",
            f"""
            select
                count(*) as element_count,
                count_if(
                    figure not in ('nps', 'csat', 'return_rate')
                    and figure not in (select goal from {SEEDS}.stage_goals)
                    or segment_kind = 'persona'
                    and segment not in (select persona from {SEEDS}.personas)
                ) as unexpected_count
            from {SEEDS}.experience_targets
            """,
            noun="targets",
        ),
    ]


def _data_coverage() -> Expectations:
    return [
        ratio_between("{bounds} of the site's rows have no visitor", "rows_without_visitor",
                      "staged_rows", high=0.6, where="source_name = 'ga4'"),
    ]  # fmt: skip


# findings


def _claims() -> Expectations:
    return [share_between("{bounds} of what is compared stands out", "is_claimed", high=0.8)]


# journeys and stages


def _journeys() -> Expectations:
    return [
        share_between("{bounds} of the journeys convert", "outcome = 'converted'", 0.01, 0.9,
                      where=f"not is_excluded and {WEB_SHOP}", column="outcome"),
        share_between("{bounds} of the orders have a path", "path is not null", 0.5,
                      where=f"outcome = 'converted' and {WEB_SHOP}", column="path"),
        share_between("{bounds} of the journeys have too many entries for a path",
                      "is_path_capped", high=0.01),
        figure_between("The mean path to an order has {bounds} entries", "avg(path_length)", 1, 20,
                       where="outcome = 'converted' and path is not null", column="path_length"),
    ]  # fmt: skip


def _stage_entries() -> Expectations:
    return [
        share_between("{bounds} of the entries lead back", "is_regression", high=0.6),
        share_between("{bounds} of the entries are conversion", "stage = 'conversion'", 0.01, 0.9,
                      where=WEB_SHOP, column="stage"),
    ]  # fmt: skip


def _stage_goals() -> Expectations:
    return [between("A goal's figure is {bounds}", "value", -1, 3)]


# orders


def _orders() -> Expectations:
    modes = {"click_and_collect": 0.5, "try_and_buy": 0.3, "ropo": 0.6}
    return [
        *(
            share_between(f"{{bounds}} of the orders are {mode}", f"purchase_mode = '{mode}'",
                          high=share, where=f"is_conversion and {WEB}", column="purchase_mode")
            for mode, share in modes.items()
        ),
        share_between("{bounds} of the orders are bought on impulse", "is_impulse", high=0.8,
                      where=f"is_conversion and {WEB}"),
        share_between("{bounds} of the orders are a person's first", "is_first_order", 0.02,
                      where="is_conversion"),
        share_between("{bounds} of the orders count as conversions", "is_conversion", 0.7),
        figure_between("The mean order brings in {bounds}", "avg(net_revenue)", 5, 1000,
                       where="is_conversion", column="net_revenue"),
    ]  # fmt: skip


def _returns() -> Expectations:
    return [
        null_share("order_date", 0.05),
        between("A return comes {bounds} days after its order", "days_since_order", -1, 400,
                max_share=0.02, min_count=50),
    ]  # fmt: skip


def _service_cases() -> Expectations:
    return [
        share_between("{bounds} of the cases are about the same matter as one before",
                      "is_repeat_contact", high=0.5),
        share_between("{bounds} of the cases are closed", "is_closed", 0.3),
    ]  # fmt: skip


def _survey_responses() -> Expectations:
    return [
        figure_between("The mean recommendation score (NPS) is {bounds}", "avg(score)", 2, 9.8,
                       where="survey_type = 'NPS'", min_count=100, column="score"),
    ]  # fmt: skip


# paths


def _acquisition() -> Expectations:
    return [
        ratio_between(
            "{bounds} of the persons have no known first touchpoint",
            "case when channel = '(none)' then new_persons else 0 end", "new_persons", high=0.6,
            where=WEB, column="channel",
        ),
        ratio_between("{bounds} of the first visits bounce", "bounced_landings",
                      "landing_sessions", 0.02, 0.95),
    ]  # fmt: skip


def _path_flows() -> Expectations:
    return [
        figure_between("Journeys are of {bounds} personas", "count(distinct persona)", 1, 30,
                       column="persona"),
    ]  # fmt: skip


def _path_logic() -> Expectations:
    return [
        figure_between("The mean normalised entropy of many journeys is {bounds}",
                       "avg(normalised_entropy)", 0.1, 0.95,
                       where="steps >= 1000", min_count=1, column="normalised_entropy"),
        ratio_between("{bounds} of the paths come back to a channel", "journeys_with_loops",
                      "journeys_with_path", high=0.6, where="journeys_with_path >= 1000"),
    ]  # fmt: skip


def _path_transitions() -> Expectations:
    return [
        ratio_between(
            "{bounds} of the journeys are longer than the flow shows",
            "case when to_channel = 'further' then journeys else 0 end",
            "case when from_channel = 'start' then journeys else 0 end", high=0.1,
            column="journeys",
        ),
    ]  # fmt: skip


def _top_conversion_paths() -> Expectations:
    return [
        ratio_between(
            "{bounds} of the conversions come without any known touchpoint",
            "case when path = '(none)' then conversions else 0 end", "conversions", high=0.5,
            where=f"transform = 'unique' and {WEB}", column="conversions",
        ),
        figure_between(
            "Paths that convert have {bounds} entries on average",
            "sum(path_length * conversions) * 1.0 / nullif(sum(conversions), 0)", 0.5, 20,
            where=f"transform = 'unique' and {WEB}", column="path_length",
        ),
    ]  # fmt: skip


def _touchpoint_neighbours() -> Expectations:
    return [
        rows_hold("A row of a campaign has the campaign's name", "subject_name is not null",
                  where="subject_kind = 'campaign'", max_share=0.1, min_count=50,
                  column="subject_name"),
    ]  # fmt: skip


# personas


def _persona_history() -> Expectations:
    return [
        figure_between("A person has had {bounds} personas on average",
                       "cast(count(*) as double) / count(distinct person_id)", 1, 6,
                       column="person_id"),
    ]  # fmt: skip


def _personas() -> Expectations:
    return [
        figure_between(
            "The largest persona takes in {bounds} of the customers",
            "max(share_of_customers)", 0, 0.8, in_percent=True, column="share_of_customers",
        ),
    ]  # fmt: skip


def _customer_profile() -> Expectations:
    return [
        figure_between("The group of customers that returns most returns {bounds} of its orders",
                       "max(return_rate)", 0, 0.6, in_percent=True,
                       where="not is_small_group", column="return_rate"),
    ]  # fmt: skip


def _persona_engagement() -> Expectations:
    return [
        share_between("{bounds} of the personas open some e-mails", "open_rate > 0", 0.3,
                      where="messages_delivered >= 100", column="open_rate"),
    ]  # fmt: skip


# persons


def _persons() -> Expectations:
    return [
        share_between("{bounds} of the persons are known to the shop", "is_known", 0.01, 0.99,
                      where=WEB_SHOP),
        share_between("{bounds} of the persons have ordered", "is_customer", high=0.9, where=WEB),
        share_between("{bounds} of the persons are bots, staff or tests", "is_excluded", high=0.3),
        share_between("{bounds} of the persons asked to be forgotten", "is_erased", high=0.05),
        share_between("The shop may write to {bounds} of those known", "may_contact", 0.01, 0.99,
                      where=f"is_known and {landed('stg_crm__contacts')}"),
    ]  # fmt: skip


def _person_identifiers() -> Expectations:
    return [
        share_between("{bounds} of the devices are joined to a person", "evidence is not null",
                      0.01, where=f"identifier_type = 'device' and {WEB_SHOP}", column="evidence"),
    ]  # fmt: skip


# retention


def _cohort_retention() -> Expectations:
    return [
        ratio_between("In a month {bounds} of a cohort order again", "active_persons", "persons",
                      high=0.9, where="months_since > 0 and is_complete"),
    ]  # fmt: skip


# reviews


def _reviews() -> Expectations:
    return [
        rows_hold(
            "A text holds a word that weighs, unless no list knows its language",
            "drivers is not null",
            where="sentiment is not null", max_share=0.1, min_count=100, column="drivers",
        ),
        share_between("{bounds} of the texts are positive", "sentiment_label = 'positive'",
                      0.05, 0.98, where="sentiment is not null", column="sentiment_label"),
        share_between(
            "{bounds} of the reviews have text and stars on opposite sides",
            "disagrees_with_rating", high=0.15, where="disagrees_with_rating is not null",
        ),
        figure_between("The mean weight of corrected figures is {bounds}",
                       "avg(propensity_weight)", 0.5, 1.5, where="order_id is not null",
                       column="propensity_weight"),
    ]  # fmt: skip


# site


def _cart_abandonment() -> Expectations:
    return [
        ratio_between("{bounds} of the abandoned carts are bought later", "recovered_carts",
                      "lost_carts + recovered_carts", high=0.8),
        ratio_between(
            "{bounds} of the abandoned carts show no cause",
            "case when cause = 'just_browsing' then carts else 0 end", "carts", high=0.9,
            column="cause",
        ),
    ]  # fmt: skip


def _checkout_funnel() -> Expectations:
    return [
        ratio_between("{bounds} of the attempts to pay fail", "payment_failures",
                      "payment_attempts", high=0.6),
    ]  # fmt: skip


def _page_exits() -> Expectations:
    return [ratio_between("{bounds} of the views are a visit's last", "exits", "views", 0.02)]


# touchpoints and sessions


def _sessions() -> Expectations:
    return [
        share_between("{bounds} of the sessions are of persons known by more than the device",
                      "person_id <> identifier_id", 0.005, 0.98, where=WEB_SHOP,
                      column="person_id"),
    ]  # fmt: skip


def _touchpoints() -> Expectations:
    return [
        rows_hold("A touchpoint outside the stores is of somebody", "person_id is not null",
                  where="location_id is null", max_share=0.05, min_count=200, column="person_id"),
        share_between("{bounds} of the touchpoints enter a path", "is_path_touchpoint", 0.02, 0.8,
                      where=WEB),
        share_between("{bounds} of the touchpoints are automated", "is_machine", high=0.5),
        share_between("{bounds} of the touchpoints are offline", "environment = 'offline'",
                      high=0.7, where=WEB, column="environment"),
        share_between("{bounds} of the touchpoints lead to an order",
                      "stage in ('evaluation', 'conversion')", 0.1, 0.98, where=WEB_SHOP,
                      column="stage"),
        share_between("{bounds} of the touchpoints are advocacy", "stage = 'advocacy'", high=0.2,
                      where=WEB, column="stage"),
    ]  # fmt: skip


# web purchases


def _web_purchases() -> Expectations:
    purchase = "event_name = 'purchase'"
    return [
        ratio_between("{bounds} of the purchases on the site have no revenue",
                      "events_without_revenue", "events", high=0.05, where=purchase),
        ratio_between(
            "{bounds} of the purchases are unknown to the shop, though its orders cover their day",
            "case when outcome = 'unknown_order' then events else 0 end", "events", high=0.05,
            where=purchase, column="outcome",
        ),
    ]  # fmt: skip


# Suites by model. Models that are not listed are still to be built, and their hashes to be hashes.
REVIEWED = {
    "dim_person_identifiers": _person_identifiers,
    "dim_persona_history": _persona_history,
    "dim_personas": _personas,
    "dim_persons": _persons,
    "fct_attribution": _attribution,
    "fct_journeys": _journeys,
    "fct_orders": _orders,
    "fct_returns": _returns,
    "fct_reviews": _reviews,
    "fct_service_cases": _service_cases,
    "fct_sessions": _sessions,
    "fct_stage_entries": _stage_entries,
    "fct_survey_responses": _survey_responses,
    "fct_touchpoints": _touchpoints,
    "mart_acquisition": _acquisition,
    "mart_cart_abandonment": _cart_abandonment,
    "mart_checkout_funnel": _checkout_funnel,
    "mart_cohort_retention": _cohort_retention,
    "mart_customer_profile": _customer_profile,
    "mart_data_coverage": _data_coverage,
    "mart_email_engagement": _email_engagement,
    "mart_event_lift": _event_lift,
    "mart_experience_targets": _experience_targets,
    "mart_journey_predictability": _path_logic,
    "mart_marketing_pressure": _marketing_pressure,
    "mart_moments_of_truth": _claims,
    "mart_page_exits": _page_exits,
    "mart_pain_points": _claims,
    "mart_path_flows": _path_flows,
    "mart_path_transitions": _path_transitions,
    "mart_persona_engagement": _persona_engagement,
    "mart_stage_goals": _stage_goals,
    "mart_store_footfall": _store_footfall,
    "mart_store_visits": _store_visits,
    "mart_top_conversion_paths": _top_conversion_paths,
    "mart_touchpoint_coverage": _touchpoint_coverage,
    "mart_touchpoint_neighbours": _touchpoint_neighbours,
    "mart_web_purchases": _web_purchases,
}
