"""What must hold of paths: every journey and order in one, flows conserved."""

from __future__ import annotations

from collections.abc import Callable

from expectations.generic import WEB, Expectations
from expectations.rules import CRITICAL, figure_between, ratio_between, rows_hold

MARTS = "warehouse.marts"
INTERMEDIATE = "warehouse.intermediate"
STAGING = "warehouse.staging"


def _acquisition(days: str) -> Expectations:
    return [
        ratio_between(
            "case when channel = '(none)' then new_persons else 0 end", "new_persons",
            0, 0.6, "The first touchpoint of at least 40 % of the persons is known.",
            where=WEB, column="channel",
        ),
        ratio_between(
            "bounced_landings", "landing_sessions", 0.02, 0.95,
            "2 to 95 % of the first visits bounce.", column="bounced_landings",
        ),
        rows_hold(
            "median_days_to_first_order >= 0", "Nobody is won after the first order.", CRITICAL,
            where="median_days_to_first_order is not null", column="median_days_to_first_order",
        ),
    ]  # fmt: skip


def _path_flows(days: str) -> Expectations:
    return [
        rows_hold(
            "timed_journeys <= journeys and timed_seconds >= 0",
            "No touchpoint comes after the one that follows it.", CRITICAL, column="timed_seconds",
        ),
        figure_between(
            "count(distinct persona)", 1, 30, "Journeys are of a few personas.", column="persona",
        ),
    ]  # fmt: skip


def _path_logic(days: str) -> Expectations:
    return [
        rows_hold(
            "normalised_entropy between 0 and 1", "Normalised entropy is 0 to 1.", CRITICAL,
            where="normalised_entropy is not null", column="normalised_entropy",
        ),
        figure_between(
            "avg(normalised_entropy)", 0.1, 0.95,
            "Where journeys are many, the next step is neither certain nor pure chance.",
            where="steps >= 1000", min_count=1, column="normalised_entropy",
        ),
        figure_between(
            "sum(journeys_with_loops) * 1.0 / sum(journeys_with_path)", 0, 0.6,
            "At most 60 % of the paths come back to a channel.",
            where="journeys_with_path >= 1000", min_count=1, column="journeys_with_loops",
        ),
    ]  # fmt: skip


def _path_transitions(days: str) -> Expectations:
    return [
        figure_between(
            "sum(case when to_channel = 'further' then journeys else 0 end) * 1.0"
            " / sum(case when from_channel = 'start' then journeys else 0 end)",
            0, 0.1, "At most a tenth of the journeys are longer than the flow shows.",
            column="journeys",
        ),
    ]  # fmt: skip


def _top_conversion_paths(days: str) -> Expectations:
    return [
        ratio_between(
            "case when path = '(none)' then conversions else 0 end", "conversions",
            0, 0.5, "At most half of the conversions come without any touchpoint that is known.",
            where=f"transform = 'unique' and {WEB}", column="conversions",
        ),
        figure_between(
            "sum(path_length * conversions) * 1.0 / nullif(sum(conversions), 0)", 0.5, 20,
            "Paths that convert have half an entry to 20 on average.",
            where=f"transform = 'unique' and {WEB}", column="path_length",
        ),
    ]  # fmt: skip


def _touchpoint_neighbours(days: str) -> Expectations:
    return [
        rows_hold(
            "subject_name is not null", "Nine in ten rows of campaigns have the campaign's name.",
            where="subject_kind = 'campaign'", max_share=0.1, min_count=50, column="subject_name",
        ),
        rows_hold(
            "median_hours >= 0", "No touchpoint comes after the one that follows it.", CRITICAL,
            where="median_hours is not null", column="median_hours",
        ),
    ]  # fmt: skip


REVIEWED: dict[str, Callable[[str], Expectations]] = {
    "mart_acquisition": _acquisition,
    "mart_path_flows": _path_flows,
    "mart_journey_predictability": _path_logic,
    "mart_path_transitions": _path_transitions,
    "mart_top_conversion_paths": _top_conversion_paths,
    "mart_touchpoint_neighbours": _touchpoint_neighbours,
}
