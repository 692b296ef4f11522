"""What must hold of findings: the map has every touchpoint and order, claims are few and clear."""

from __future__ import annotations

from collections.abc import Callable

from expectations.generic import Expectations, at_most, count_of, not_negative, same
from expectations.rules import between, rows_hold

MARTS = "warehouse.marts"
INTERMEDIATE = "warehouse.intermediate"


def _journey_map(days: str) -> Expectations:
    conversions = f"{MARTS}.fct_orders where is_conversion"
    return [
        same(
            "select sum(interactions) from {batch}",
            count_of(
                f"{INTERMEDIATE}.int_touchpoints__unioned",
                "not is_excluded",
            ),
            "Every touchpoint stands in one cell of the map.",
            noun="touchpoints lost or added",
        ),
        same(
            "select sum(conversions) from {batch}", f"select count(*) from {conversions}",
            "Every order that counts as a conversion stands in one cell of the map.",
            noun="orders lost or added",
        ),
        same(
            "select cast(sum(net_revenue) * 100 as bigint) from {batch}",
            f"select cast(sum(net_revenue) * 100 as bigint) from {conversions}",
            "The map brings in what the orders do, to the cent.",
            noun="cents",
        ),
        rows_hold(
            "interactions > 0 or (outbound_messages = 0 and persons = 0 and pain_score = 0)",
            "Where nothing happens nothing is counted.", column="interactions",
        ),
        between("sentiment", -1, 1, "sentiment lies between -1 and 1."),
        *not_negative("pain_score", "truth_score", "dwell_seconds"),
    ]  # fmt: skip


def _claims(days: str) -> Expectations:
    return [
        rows_hold("ci_low <= effect and effect <= ci_high", "An effect lies in its interval.",
                  where="ci_low is not null", column="effect"),
        rows_hold("(rank is not null) = is_claimed", "What is claimed has a rank, nothing else.",
                  column="rank"),
        rows_hold("persons <= touchpoints", "Nobody is counted more than once.", column="persons"),
        at_most("is_claimed", 0.8, "of what is compared stands out"),
    ]  # fmt: skip


def _opportunities(days: str) -> Expectations:
    return [
        same(
            count_of("{batch}"),
            f"{count_of(f'{MARTS}.mart_pain_points', 'is_claimed')}"
            f" + {count_of(f'{MARTS}.mart_moments_of_truth', 'is_claimed')}",
            "Every claim is an opportunity, and nothing else is.",
        ),
        *not_negative("estimated_revenue", "estimated_revenue_low"),
    ]  # fmt: skip


REVIEWED: dict[str, Callable[[str], Expectations]] = {
    "mart_journey_map": _journey_map,
    "mart_moments_of_truth": _claims,
    "mart_opportunities": _opportunities,
    "mart_pain_points": _claims,
}
