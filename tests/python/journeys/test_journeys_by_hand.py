"""Journeys and their steps, row for row against what plain Python makes of the facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.python.journeys.by_hand import Journey, exposure, seconds_between, seed
from tests.python.journeys.conftest import World

pytestmark = pytest.mark.slow

STAGES = [
    row["stage"] for row in sorted(seed("journey_stages"), key=lambda r: int(r["stage_order"]))
]
RESEARCH = {
    row["touchpoint_type"]
    for row in seed("touchpoint_roles")
    if row["role"] in ("research", "trial")
}

JOURNEY_COLUMNS = """
    person_id, journey_number, outcome, order_id, net_revenue, started_at, last_touched_at,
    ended_at, touchpoint_count, excluded_touchpoint_count, inbound_touchpoint_count,
    offline_touchpoint_count, session_count, research_depth, path_touchpoint_count, path_length,
    channel_count, path, exposure_path, first_channel, last_channel, max_stage, is_excluded,
    cast(round(duration_hours * 3600) as bigint) as seconds
"""


def test_journeys_are_as_worked_out_by_hand(world: World) -> None:
    found = world.rows(f"select {JOURNEY_COLUMNS} from marts.fct_journeys")
    assert {row[2] for row in found} == {"converted", "lost", "open"}
    assert unequal(found, map(journey_row, world.journeys)) == []


def test_steps_are_as_worked_out_by_hand(world: World) -> None:
    found = world.rows("""
        select
            journeys.person_id, journeys.journey_number, steps.position, steps.touchpoint_id,
            steps.channel, steps.stage, steps.sequenced_at,
            cast(round(steps.hours_since_previous * 3600) as bigint),
            cast(round(steps.hours_before_end * 3600) as bigint)
        from marts.fct_journey_steps as steps
        inner join marts.fct_journeys as journeys using (journey_id)
    """)
    steps = [row for journey in world.journeys for row in step_rows(journey)]
    assert len(found) > 1000
    assert unequal(found, steps) == []


def test_no_contact_of_anybody_is_in_two_journeys_or_in_none(world: World) -> None:
    wrong = world.rows("""
        select touchpoint_id, count(journey_id)
        from (select touchpoint_id from marts.fct_touchpoints where person_id is not null)
        full join marts.fct_journey_steps using (touchpoint_id)
        group by touchpoint_id
        having count(*) <> 1 or count(journey_id) <> 1
    """)
    assert wrong == []


def unequal(found: list[tuple], wanted: Iterator[tuple] | list[tuple]) -> list[tuple]:
    """The first few rows that are on one side only, with the side."""
    found_rows, wanted_rows = Counter(found), Counter(wanted)
    return [("found", *row) for row in found_rows - wanted_rows][:5] + [
        ("wanted", *row) for row in wanted_rows - found_rows
    ][:5]


def journey_row(journey: Journey) -> tuple:
    path = journey.path
    stages = [STAGES.index(touchpoint.stage) for touchpoint in journey.inbound]
    last_at = journey.touchpoints[-1].sequenced_at
    return (
        journey.person_id,
        journey.number,
        journey.outcome,
        journey.order.order_id if journey.order else None,
        journey.order.net_revenue if journey.order else None,
        journey.touchpoints[0].sequenced_at,
        last_at,
        None if journey.outcome == "open" else last_at,
        len(journey.counted),
        len(journey.touchpoints) - len(journey.counted),
        len(journey.inbound),
        sum(touchpoint.environment == "offline" for touchpoint in journey.counted),
        sum(touchpoint.kind == "session" for touchpoint in journey.counted),
        sum(touchpoint.kind in RESEARCH for touchpoint in journey.counted),
        len(journey.all_entries),
        len(path),
        len(set(path)),
        " > ".join(path) or None,
        " > ".join(exposure(path)) or None,
        path[0] if path else None,
        path[-1] if path else None,
        STAGES[max(stages)] if stages else None,
        journey.is_excluded,
        journey.seconds,
    )


def step_rows(journey: Journey) -> Iterator[tuple]:
    before_at = None
    last_at = journey.touchpoints[-1].sequenced_at
    for position, touchpoint in enumerate(journey.touchpoints, start=1):
        yield (
            journey.person_id,
            journey.number,
            position,
            touchpoint.touchpoint_id,
            touchpoint.channel,
            touchpoint.stage,
            touchpoint.sequenced_at,
            seconds_between(before_at, touchpoint.sequenced_at) if before_at else None,
            seconds_between(touchpoint.sequenced_at, last_at),
        )
        before_at = touchpoint.sequenced_at
