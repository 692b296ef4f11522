"""What must hold of what analysts read: totals equal the layers before, shares stay in bounds.

Critical: conservation. The rest warns. Keys and relationships are dbt's tests. Bounds are wide on
purpose and reviewed by hand: a breach means that a rule or an export has changed.

Of facts that are views, too, only the days to validate are read; what does not depend on the person
is looked at in the layer below, where it costs less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from expectations.areas import (
    attribution,
    experience,
    findings,
    journeys,
    paths,
    personas,
    reviews,
    site,
)
from expectations.generic import (
    WEB,
    WEB_SHOP,
    Expectations,
    at_most,
    count_of,
    hashes,
    is_built,
    landed,
    near,
    same,
)
from expectations.models import attach, changed, create_view, day_condition, models_of
from expectations.rules import figure_between, null_share, rows_hold, share_between
from expectations.session import Session, TableSuite

LAYER = "marts"
STAGING = "warehouse.staging"
INTERMEDIATE = "warehouse.intermediate"
MARTS = f"warehouse.{LAYER}"

# Views have no `event_day`; their business day is at most one off it, which is near enough.
DAY_COLUMNS = {"fct_sessions": "started_date", "fct_touchpoints": "touched_date"}


def table_suites(session: Session) -> Iterator[TableSuite]:
    """One suite per model whose raw tables have something new to validate."""
    attach(session)
    for model in changed(session, models_of(session, LAYER)):
        day = DAY_COLUMNS.get(model.name, "event_day")
        view = create_view(session, LAYER, model, day=day)
        suite = TableSuite(model.folder, model.name, view)
        suite.expectations.append(is_built(model))
        suite.expectations.extend(hashes(model))
        if model.columns and (reviewed := REVIEWED.get(model.name)):
            suite.expectations.extend(reviewed(day_condition(session, model, day=day)))
        yield suite


def _sessions(days: str) -> Expectations:
    return [
        same(
            count_of("{batch}"),
            count_of(f"{INTERMEDIATE}.int_web_sessions__classified", days),
            "Every session is there once, whoever it belongs to.",
        ),
        share_between(
            "person_id <> identifier_id", 0.005, 0.98,
            "0.5 to 98 % of the sessions are of somebody known by more than this device.",
            where=WEB_SHOP, column="person_id",
        ),
    ]  # fmt: skip


def _touchpoints(days: str) -> Expectations:
    return [
        same(
            count_of("{batch}"),
            count_of(f"{INTERMEDIATE}.int_touchpoints__unioned", days),
            "Every touchpoint is there once, whoever it belongs to.",
        ),
        rows_hold(
            "person_id is not null",
            "Touchpoints outside the stores are of somebody, but for a twentieth.",
            where="location_id is null",
            max_share=0.05,
            min_count=200,
            column="person_id",
        ),
        share_between("is_path_touchpoint", 0.02, 0.8, "2 to 80 % of the touchpoints enter a path.",
                      where=WEB, column="is_path_touchpoint"),
        share_between("is_machine", 0, 0.5, "At most half of the touchpoints are automated.",
                      column="is_machine"),
        share_between("environment = 'offline'", 0, 0.7, "At most 70 % of touchpoints are offline.",
                      where=WEB, column="environment"),
        share_between(
            "stage in ('evaluation', 'conversion')", 0.1, 0.98,
            "10 to 98 % of the touchpoints lead to an order.", where=WEB_SHOP, column="stage",
        ),
        share_between("stage = 'advocacy'", 0, 0.2, "At most 20 % of the touchpoints are advocacy.",
                      where=WEB, column="stage"),
    ]  # fmt: skip


def _orders(days: str) -> Expectations:
    modes = {"click_and_collect": 0.5, "try_and_buy": 0.3, "ropo": 0.6}
    return [
        same(
            count_of("{batch}"), count_of(f"{STAGING}.stg_store__orders"),
            "Every staged order is there once.",
        ),
        same(
            "select cast(sum(gross_revenue) * 100 as bigint) from {batch}",
            f"""
            select cast(sum(total_amount + coalesce(discount_amount, 0)) * 100 as bigint)
            from {STAGING}.stg_store__orders
            """,
            "Gross revenue is what staging says was charged, before discounts, to the cent.",
            noun="cents",
        ),
        same(
            "select cast(sum(net_revenue) * 100 as bigint) from {batch}",
            f"select cast(sum(net_revenue) * 100 as bigint) from {INTERMEDIATE}.int_orders__valued",
            "Net revenue is what the orders are valued at, to the cent.",
            noun="cents",
        ),
        *(
            share_between(
                f"purchase_mode = '{mode}'", 0, share,
                f"At most {share:.0%} of the orders are {mode}.",
                where=f"is_conversion and {WEB}", column="purchase_mode",
            )
            for mode, share in modes.items()
        ),
        share_between("is_impulse", 0, 0.8, "At most 80 % of the orders are bought on impulse.",
                      where=f"is_conversion and {WEB}", column="is_impulse"),
        share_between("is_first_order", 0.02, 1, "At least 2 % of the orders are a person's first.",
                      where="is_conversion", column="is_first_order"),
        share_between("is_conversion", 0.7, 1, "At least 70 % of the orders count as conversions.",
                      column="is_conversion"),
        figure_between(
            "avg(net_revenue)", 5, 1000, "The mean order leaves 5 to 1,000.",
            where="is_conversion", column="net_revenue",
        ),
        near("order_date", "ordered_at"),
    ]  # fmt: skip


def _returns(days: str) -> Expectations:
    return [
        same(
            count_of("{batch}"), count_of(f"{STAGING}.stg_store__refund_lines", "is_goods"),
            "Every refunded line is there once.",
        ),
        same(
            "select cast(sum(refunded) * 100 as bigint) from {batch}",
            f"""
            select cast(sum(refund_amount) * 100 as bigint)
            from {STAGING}.stg_store__refund_lines where is_goods
            """,
            "What is paid back is what staging says, to the cent.",
            noun="cents",
        ),
        null_share("order_date", 0.05),
        rows_hold(
            "days_since_order between -1 and 400",
            "A return comes within 400 days of its order, but for 2 %.",
            where="days_since_order is not null", max_share=0.02, min_count=50,
            column="days_since_order",
        ),
        near("return_date", "returned_at"),
    ]  # fmt: skip


def _service_cases(days: str) -> Expectations:
    return [
        same(
            count_of("{batch}"), count_of(f"{STAGING}.stg_crm__tickets"),
            "Every ticket is there once.",
        ),
        at_most("is_repeat_contact", 0.5, "of the cases are about the same matter as one before"),
        share_between("is_closed", 0.3, 1, "At least 30 % of the cases are closed.",
                      column="is_closed"),
        near("opened_date", "opened_at"),
    ]  # fmt: skip


def _survey_responses(days: str) -> Expectations:
    return [
        same(
            count_of("{batch}"), count_of(f"{STAGING}.stg_crm__feedback_submissions"),
            "Every answer is there once.",
        ),
        figure_between(
            "avg(score)", 2, 9.8, "The mean recommendation (NPS) score is 2 to 9.8.",
            where="survey_type = 'NPS'", min_count=100, column="score",
        ),
        near("submitted_date", "submitted_at"),
    ]  # fmt: skip


def _persons(days: str) -> Expectations:
    orders = f"{MARTS}.fct_orders where is_conversion"
    return [
        same(
            "select sum(identifiers) from {batch}",
            count_of(f"{INTERMEDIATE}.int_identifiers__summarised"),
            "Every identifier is one person's.",
            noun="identifiers lost or added",
        ),
        same(
            "select sum(orders) from {batch}", f"select count(*) from {orders}",
            "Every order that counts as a conversion is one person's.",
            noun="orders lost or added",
        ),
        same(
            "select cast(sum(net_revenue) * 100 as bigint) from {batch}",
            f"select cast(sum(net_revenue) * 100 as bigint) from {orders}",
            "What persons brought in is what their orders did, to the cent.",
            noun="cents",
        ),
        share_between("is_known", 0.01, 0.99, "1 to 99 % of the persons are known to the shop.",
                      where=WEB_SHOP, column="is_known"),
        share_between("is_customer", 0, 0.9, "At most 90 % of the persons have ordered.",
                      where=WEB, column="is_customer"),
        at_most("is_excluded", 0.3, "of the persons are bots, staff or tests"),
        at_most("is_erased", 0.05, "of the persons asked to be forgotten"),
        share_between("may_contact", 0.01, 0.99, "The shop may write to 1 to 99 % of those known.",
                      where=f"is_known and {landed('stg_crm__contacts')}",
                      column="may_contact"),
    ]  # fmt: skip


def _person_identifiers(days: str) -> Expectations:
    return [
        same(
            count_of("{batch}"), count_of(f"{INTERMEDIATE}.int_identifiers__summarised"),
            "Every identifier is there once, whoever it belongs to.",
        ),
        share_between(
            "evidence is not null", 0.01, 1, "At least 1 % of the devices are joined to a person.",
            where=f"identifier_type = 'device' and {WEB_SHOP}", column="evidence",
        ),
    ]  # fmt: skip


# Suites by model; each is given SQL that is true for the days to validate. Models that are not
# listed are still to be built, and their hashes to be hashes.
REVIEWED: dict[str, Callable[[str], Expectations]] = {
    "dim_person_identifiers": _person_identifiers,
    "dim_persons": _persons,
    "fct_orders": _orders,
    "fct_returns": _returns,
    "fct_service_cases": _service_cases,
    "fct_sessions": _sessions,
    "fct_survey_responses": _survey_responses,
    "fct_touchpoints": _touchpoints,
    **attribution.REVIEWED,
    **experience.REVIEWED,
    **findings.REVIEWED,
    **journeys.REVIEWED,
    **paths.REVIEWED,
    **personas.REVIEWED,
    **reviews.REVIEWED,
    **site.REVIEWED,
}
