"""What must hold of the rules that marts share: nothing lost on the way from staging, sane shares.

Critical: conservation. The rest warns. Keys and relationships are dbt's tests. Bounds are wide on
purpose and reviewed by hand: a breach means that a rule or an export has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from expectations.areas import site
from expectations.contract import raw_tables
from expectations.generic import (
    Expectations,
    at_most,
    count_of,
    hashes,
    is_built,
    near,
    not_negative,
    same,
    usual_volume,
)
from expectations.models import attach, changed, create_view, day_condition, models_of
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

LAYER = "intermediate"
DAY_SECONDS = 86_400

# The project's own tables.
STAGING = "warehouse.staging"
MARTS = f"warehouse.{LAYER}"


def table_suites(session: Session) -> Iterator[TableSuite]:
    """One suite per model whose raw tables have something new to validate."""
    attach(session)
    for model in changed(session, models_of(session, LAYER)):
        view = create_view(session, LAYER, model)
        suite = TableSuite(model.folder, model.name, view)
        suite.expectations.append(is_built(model))
        suite.expectations.extend(hashes(model))
        if model.columns and (reviewed := REVIEWED.get(model.name)):
            suite.expectations.extend(reviewed(day_condition(session, model)))
        yield suite


def _session_parts(days: str) -> Expectations:
    visitor = "(user_pseudo_id is not null or user_id is not null)"
    return [
        same(
            "select sum(events) from {batch}",
            f"{count_of(f'{STAGING}.stg_ga4__events', f'{days} and {visitor}')} "
            f"- {count_of(f'{MARTS}.int_web_events__late_arriving', f'{days} and {visitor}')}",
            "Every staged event of a visitor is in one part of a session, or held back.",
            noun="events lost or added",
        ),
    ]


def _held_back_events(days: str) -> Expectations:
    return [
        counted(
            f"""
            select
                ({count_of(f"{STAGING}.stg_ga4__events", days)}) as element_count,
                count(*) filter (where reason = 'late') as unexpected_count
            from {{batch}}
            """,
            "At most 2 % of the events come too late for their session.",
            max_share=0.02,
            noun="events",
        ),
    ]


def _sessions(days: str) -> Expectations:
    sessions = f"{MARTS}.int_web_sessions__classified"
    return [
        same(
            f"select sum(events) from {sessions}",
            f"select sum(events) from {MARTS}.int_web_session_parts__aggregated",
            "Every event of a part is in one session.",
            noun="events lost or added",
        ),
        usual_volume(sessions, "event_day", "sessions"),
        rows_hold(
            "ended_at <= started_at + interval 2 days and ended_at >= started_at",
            "A session ends after it began and lasts at most two days.",
            column="ended_at",
        ),
        figure_between(
            "percentile_cont(0.5) within group (order by engagement_seconds)",
            1,
            1800,
            "The median session with engagement has 1 s to 30 min of it.",
            where="engagement_seconds > 0",
            column="engagement_seconds",
        ),
        between(
            "engagement_seconds", 0, DAY_SECONDS, "A session has 0 s to a day of engagement.",
            max_share=0.001,
        ),
        figure_between("avg(page_views)", 0.5, 50, "The mean session has 0.5 to 50 page views.",
                       where="not is_bot", column="page_views"),
        share_between("engaged", 0.1, 0.98, "10 to 98 % of the sessions are engaged.",
                      where="not is_bot", column="engaged"),
        share_between("channel = 'Direct'", 0, 0.7, "At most 70 % of the sessions are Direct.",
                      column="channel"),
        share_between("channel = 'Unassigned'", 0, 0.1,
                      "At most 10 % of the sessions come from a source no channel rule knows.",
                      column="channel"),
        at_most("is_bot", 0.2, "of the sessions are bots"),
        at_most("is_internal", 0.15, "of the sessions are internal"),
        at_most("is_gap_session", 0.3, "of the sessions are cut by gaps, for want of GA4's number"),
        share_between("order_id is not null", 0, 0.3, "At most 30 % of the sessions buy.",
                      column="order_id"),
        share_between("confusion_index > 0", 0, 0.9, "At most 90 % of the sessions show confusion.",
                      where="page_views >= 3", column="confusion_index"),
        near("started_date", "started_at"),
    ]  # fmt: skip


def _last_non_direct(days: str) -> Expectations:
    return [
        same(
            count_of(f"{MARTS}.int_web_sessions__last_non_direct"),
            count_of(f"{MARTS}.int_web_sessions__classified"),
            "Every session has its last source that was not Direct, or none, once.",
        ),
        share_between(
            "last_non_direct_channel = 'Direct'", 0, 0.6,
            "Looked at with the visits before, at most 60 % of the sessions stay Direct.",
            column="last_non_direct_channel",
        ),
    ]  # fmt: skip


def _web_touchpoints(days: str) -> Expectations:
    return [
        same(
            "select count(*) from {batch} where touchpoint_type = 'session'",
            count_of(f"{MARTS}.int_web_sessions__classified", days),
            "Every session is one touchpoint.",
        ),
        share_between("is_path_touchpoint", 0.02, 0.9,
                      "2 to 90 % of the touchpoints on the web enter a path.",
                      column="is_path_touchpoint"),
        *_touchpoints(),
    ]  # fmt: skip


def _email_touchpoints(days: str) -> Expectations:
    types = raw_tables()["email", "event"].column("type").accepted_values
    return [
        same(
            count_of("{batch}"),
            count_of(f"{STAGING}.stg_email__events", f"{days} and event_type in {types}"),
            "Every event of an e-mail is one touchpoint, if the contract names its type.",
        ),
        share_between("is_machine", 0, 0.6,
                      "At most 60 % of the touchpoints by e-mail are a machine's doing.",
                      column="is_machine"),
        *_touchpoints(),
    ]  # fmt: skip


def _crm_touchpoints(days: str) -> Expectations:
    staged = {
        "crm.ticket": "stg_crm__tickets",
        "crm.feedback_submission": "stg_crm__feedback_submissions",
        "crm.contact_form_submission": "stg_crm__contact_form_submissions",
        "crm.event_attendance": "stg_crm__event_attendances",
    }
    known = raw_tables()["crm", "feedback_submission"].column("survey_type").accepted_values
    of_known_type = f"upper(survey_type) in {known}"
    return [
        *_once_each(staged, {"stg_crm__feedback_submissions": of_known_type}),
        null_share("identifier_id", 0.5),
        *_touchpoints(),
    ]


def _shop_touchpoints(days: str) -> Expectations:
    staged = {
        "store.order": "stg_store__orders",
        "store.refund_line": "stg_store__refund_lines",
        "store.abandoned_checkout": "stg_store__abandoned_checkouts",
    }
    goods = {"stg_store__refund_lines": "is_goods"}
    return [*_once_each(staged, goods), null_share("identifier_id", 0.3), *_touchpoints()]


def _once_each(staged: dict[str, str], where: dict[str, str] | None = None) -> Expectations:
    """Every row of a staging model is the key of one touchpoint at least; by raw table.

    `where` says which rows of a model are touchpoints, where not all are.
    """
    where = where or {}
    return [
        same(
            f"select count(distinct source_key) from {{batch}} where source_table = '{raw}'",
            count_of(f"{STAGING}.{model}", where.get(model, "true")),
            f"Every row of {model} is in the touchpoints, if it is a touchpoint.",
        )
        for raw, model in staged.items()
    ]


def _touchpoints() -> Expectations:
    """What holds of the touchpoints of every source."""
    return [
        rows_hold(
            "sentiment between -1 and 1", "Sentiment lies in -1 to 1.",
            where="sentiment is not null", column="sentiment",
        ),
        between("dwell_seconds", 0, DAY_SECONDS, "A touchpoint lasts 0 s to a day.",
                max_share=0.001),
        near("touched_date", "touched_at"),
    ]  # fmt: skip


def _identifiers(days: str) -> Expectations:
    return [
        counted(
            """
            with persons as (
                select person_id, count(*) as identifiers
                from {batch}
                group by person_id
            )

            select
                sum(identifiers) as element_count,
                case when max(identifiers) > 25 then max(identifiers) else 0 end
                    as unexpected_count,
                concat(count(*), ' persons') as detail
            from persons
            """,
            "No person has more than 25 and 0.5 % of the identifiers, or a guard failed.",
            max_share=0.005,
            noun="identifiers of the largest person",
        ),
        rows_hold(
            "person_id = identifier_id",
            "A hub joins nobody: its person is itself.",
            CRITICAL,
            where="is_hub",
            column="is_hub",
        ),
        share_between("is_hub", 0, 0.001, "At most 0.1 % of the identifiers are hubs.",
                      min_count=1000, column="is_hub"),
        share_between("is_shared", 0, 0.1, "At most 10 % of the devices are shared.",
                      where="identifier_type = 'device'", column="is_shared"),
        figure_between(
            "cast(count(*) as double) / count(distinct person_id)", 1, 12,
            "A person has 1 to 12 identifiers on average.", column="person_id",
        ),
        rows_hold("first_seen_at <= last_seen_at", "First seen comes before last seen.",
                  column="first_seen_at"),
    ]  # fmt: skip


def _valued_orders(days: str) -> Expectations:
    """That orders add up to the cent is a test of dbt; here is what they are made of."""
    return [
        *not_negative(
            "gross_revenue", "discount", "tax", "shipping", "duties", "tips", "other_charges",
            "gift_cards", "refunded",
        ),
        share_between("other_charges > 0", 0, 0.05,
                      "The shop names what at least 95 % of the orders are made of.",
                      column="other_charges"),
        share_between("is_channel_known", 0.99, 1,
                      "At least 99 % of the orders come from a sales channel the models know.",
                      column="sales_channel"),
        share_between("net_revenue < 0", 0, 0.01, "At most 1 % of the orders end below zero.",
                      column="net_revenue"),
        figure_between(
            "sum(discount) / sum(gross_revenue)", 0, 0.5,
            "At most half of the gross revenue is discounted away.",
            where="not is_test", column="discount",
        ),
        figure_between(
            "sum(refunded) / sum(gross_revenue)", 0, 0.4,
            "At most 40 % of the gross revenue is paid back.",
            where="not is_test", column="refunded",
        ),
    ]  # fmt: skip


# Suites by model; each is given SQL that is true for the days to validate. Models that are not
# listed are still to be built, and their hashes to be hashes.
REVIEWED: dict[str, Callable[[str], Expectations]] = {
    "int_identifiers__resolved": _identifiers,
    "int_orders__valued": _valued_orders,
    "int_touchpoints__crm": _crm_touchpoints,
    "int_touchpoints__email": _email_touchpoints,
    "int_touchpoints__loyalty": lambda days: _touchpoints(),
    "int_touchpoints__reviews": lambda days: _touchpoints(),
    "int_touchpoints__shop": _shop_touchpoints,
    "int_touchpoints__social": lambda days: _touchpoints(),
    "int_touchpoints__store_visits": lambda days: _touchpoints(),
    "int_touchpoints__web": _web_touchpoints,
    "int_web_events__late_arriving": _held_back_events,
    "int_web_session_parts__aggregated": _session_parts,
    "int_web_sessions__last_non_direct": _last_non_direct,
    "int_web_sessions__classified": _sessions,
    **site.RULES,
}
