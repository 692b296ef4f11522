"""What must hold of journeys and stages: every touchpoint and order in one, sane shares."""

from __future__ import annotations

from collections.abc import Callable

from expectations.generic import (
    WEB_SHOP,
    Expectations,
    at_most,
    count_of,
    near,
    not_negative,
    same,
)
from expectations.rules import between, figure_between, rows_hold, share_between

MARTS = "warehouse.marts"
INTERMEDIATE = "warehouse.intermediate"


def _journeys(days: str) -> Expectations:
    touchpoints = f"{INTERMEDIATE}.int_touchpoints__unioned"
    conversions = f"{MARTS}.fct_orders where is_conversion"
    return [
        same(
            "select sum(touchpoint_count + excluded_touchpoint_count) from {batch}",
            count_of(touchpoints, "identifier_id is not null"),
            "Every touchpoint of a person is in a journey.",
            noun="touchpoints lost or added",
        ),
        same(
            "select count(order_id) from {batch}", f"select count(*) from {conversions}",
            "Every order that counts as a conversion ends a journey.",
            noun="orders lost or added",
        ),
        same(
            "select cast(sum(net_revenue) * 100 as bigint) from {batch}",
            f"select cast(sum(net_revenue) * 100 as bigint) from {conversions}",
            "Journeys bring in what the orders do, to the cent.",
            noun="cents",
        ),
        share_between("outcome = 'converted'", 0.01, 0.9, "1 to 90 % of the journeys convert.",
                      where=f"not is_excluded and {WEB_SHOP}", column="outcome"),
        share_between(
            "path is not null", 0.5, 1, "At least half of the orders have a path.",
            where=f"outcome = 'converted' and {WEB_SHOP}", column="path",
        ),
        at_most("is_path_capped", 0.01, "of the journeys have too many entries for a path"),
        figure_between(
            "avg(path_length)", 1, 20, "The mean path to an order has 1 to 20 entries.",
            where="outcome = 'converted' and path is not null", column="path_length",
        ),
        *not_negative("duration_hours", "research_depth"),
        near("started_date", "started_at"),
    ]  # fmt: skip


def _stage_entries(days: str) -> Expectations:
    return [
        rows_hold("left_at >= entered_at", "A stay ends after it begins.",
                  where="left_at is not null", column="left_at"),
        at_most("is_regression", 0.6, "of the entries lead back"),
        share_between("stage = 'conversion'", 0.01, 0.9, "1 to 90 % of the entries are conversion.",
                      where=WEB_SHOP, column="stage"),
        near("entered_date", "entered_at"),
    ]  # fmt: skip


def _stage_transitions(days: str) -> Expectations:
    return [
        same(
            "select sum(transitions) from {batch}", count_of(f"{MARTS}.fct_stage_entries"),
            "Every entry into a stage is one transition.",
            noun="entries lost or added",
        ),
        between("order_share", 0, 1, "order_share is a share."),
    ]  # fmt: skip


def _stage_funnel(days: str) -> Expectations:
    stays = f"{MARTS}.fct_stage_entries"
    return [
        same(
            "select sum(entered_here) from {batch} where mode = 'open'",
            f"select count(distinct person_id) from {stays}",
            "Everybody who was in a stage enters the open funnel once.",
            noun="persons lost or added",
        ),
        same(
            "select sum(entered_here) from {batch} where mode = 'closed'",
            f"select count(distinct person_id) from {stays} where stage = 'awareness'",
            "Everybody who was in awareness enters the closed funnel once.",
            noun="persons lost or added",
        ),
        rows_hold("continued <= entered", "Nobody goes on who was not there.", column="continued"),
    ]  # fmt: skip


def _stage_goals(days: str) -> Expectations:
    return [between("value", -1, 3, "A goal's figure is between -1 and 3.")]


REVIEWED: dict[str, Callable[[str], Expectations]] = {
    "fct_journeys": _journeys,
    "fct_stage_entries": _stage_entries,
    "mart_stage_funnel": _stage_funnel,
    "mart_stage_goals": _stage_goals,
    "mart_stage_transitions": _stage_transitions,
}
