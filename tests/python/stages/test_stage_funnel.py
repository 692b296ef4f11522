"""Stage visits and the stage funnel once more, in plain Python, for every person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby, pairwise
from statistics import median
from typing import NamedTuple
from zoneinfo import ZoneInfo

import duckdb
import pytest

from tests.python.conftest import Built

STAGES = ["awareness", "evaluation", "conversion", "loyalty", "advocacy"]
PERSONS_AT_LEAST = 1000
Slice = tuple[date, str, str, str]


class Reached(NamedTuple):
    """A person at a stage of the funnel."""

    step: int
    at: datetime
    hours: float | None
    has_continued: bool


@pytest.fixture(scope="module")
def marts(built: Built) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(built.data_dir.warehouse), read_only=True) as connection:
        yield connection


def touchpoints_of_persons(
    marts: duckdb.DuckDBPyConnection,
) -> dict[str, list[tuple[datetime, str]]]:
    """When each person took part in a touchpoint, in order, and its stage.

    What the site tells of an order within the hour stands at the order's moment.
    """
    ordered = dict(
        marts.execute(
            "select person_id || order_id, ordered_at from marts.fct_orders where is_conversion"
        ).fetchall()
    )
    rows = marts.execute(
        "select person_id, order_id, is_order_echo, stage, touched_at, "
        "touchpoints.source_priority, touchpoint_id from marts.fct_touchpoints as touchpoints "
        "inner join marts.dim_touchpoint_types using (touchpoint_type) "
        "where person_id is not null and direction = 'inbound' "
        "and not (is_bot or is_machine or is_internal or is_test)"
    ).fetchall()
    persons = defaultdict(list)
    for person, order, retells, stage, touched_at, priority, key in rows:
        placed = ordered.get(person + order) if retells and order else None
        is_retold = placed is not None and placed < touched_at <= placed + timedelta(hours=1)
        persons[person].append((placed if is_retold else touched_at, priority, key, stage))
    return {
        person: [(moment, stage) for moment, _, _, stage in sorted(touchpoints)]
        for person, touchpoints in persons.items()
    }


def visits(touchpoints: list[tuple[datetime, str]]) -> Iterator[tuple]:
    """A person's stays in the stages: the columns of fct_stage_entries that the test compares."""
    stays = [
        next(touchpoints)
        for _, touchpoints in groupby(touchpoints, key=lambda touchpoint: touchpoint[1])
    ]
    for i, (entered_at, stage) in enumerate(stays):
        left_at, left_to = stays[i + 1] if i + 1 < len(stays) else (None, None)
        entered_from = stays[i - 1][1] if i > 0 else None
        yield (
            *(i + 1, stage, entered_at, left_at, entered_from, left_to),
            int((left_at - entered_at).total_seconds()) if left_at else None,
            entered_from is not None and STAGES.index(stage) < STAGES.index(entered_from),
            stage in (before for _, before in stays[:i]),
        )


def follow(touchpoints: list[tuple[datetime, str]], mode: str) -> list[Reached]:
    """The stages a person reaches, one after the other."""
    reached: list[tuple[int, datetime]] = []
    for moment, stage in touchpoints:
        step = STAGES.index(stage)
        if not reached:
            if mode == "open" or step == 0:
                reached.append((step, moment))
        elif step == reached[-1][0] + 1:
            reached.append((step, moment))
    seconds = [None, *(int((b - a).total_seconds()) for (_, a), (_, b) in pairwise(reached))]
    return [
        Reached(step, at, seconds[i], i + 1 < len(reached)) for i, (step, at) in enumerate(reached)
    ]


def test_visits_are_the_stays_a_loop_over_contacts_finds(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    persons = touchpoints_of_persons(marts)
    assert len(persons) >= PERSONS_AT_LEAST
    expected = Counter(
        (person, *visit) for person, touchpoints in persons.items() for visit in visits(touchpoints)
    )
    found = Counter(
        marts.execute(
            "select person_id, entry_number, stage, entered_at, left_at, entered_from, left_to, "
            "cast(round(dwell_hours * 3600) as bigint), is_regression, is_reentry "
            "from marts.fct_stage_entries"
        ).fetchall()
    )
    assert list((found - expected).items())[:5] == []
    assert list((expected - found).items())[:5] == []
    assert {visit[8:] for visit in found} == {(a, b) for a in (False, True) for b in (False, True)}


def test_the_funnel_is_what_a_loop_over_contacts_gives(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    persons = touchpoints_of_persons(marts)
    assert len(persons) >= PERSONS_AT_LEAST
    described = {
        person: (persona or "unknown", channel or "(none)")
        for person, persona, channel in marts.execute(
            "select person_id, persona, first_channel from marts.dim_persons"
        ).fetchall()
    }
    orders = defaultdict(list)
    for person, at, revenue in marts.execute(
        "select person_id, ordered_at, net_revenue from marts.fct_orders where is_conversion"
    ).fetchall():
        orders[person].append((at, revenue))

    ways: dict[Slice, list[list[tuple[Reached, Decimal]]]] = defaultdict(list)
    for person, touchpoints in persons.items():
        for mode in ("closed", "open"):
            way = follow(touchpoints, mode)
            if way:
                entered = way[0].at.replace(tzinfo=ZoneInfo("UTC"))
                month = entered.astimezone(ZoneInfo("Europe/Rome")).date().replace(day=1)
                ways[(month, *described[person], mode)].append(
                    [
                        (stay, sum((r for at, r in orders[person] if at >= stay.at), Decimal(0)))
                        for stay in way
                    ]
                )
    worth = {
        (mode, step): worth_of_leak(ways, mode, step)
        for mode in ("closed", "open")
        for step in range(len(STAGES) - 1)
    }
    expected = {}
    for (month, persona, channel, mode), people in ways.items():
        for step, stage in enumerate(STAGES):
            stays = [stay for way in people for stay, _ in way if stay.step == step]
            continued = sum(stay.has_continued for stay in stays)
            hours = [stay.hours for stay in stays if stay.hours is not None]
            expected[month, persona, channel, stage, mode] = (
                len(stays),
                continued,
                len(stays) / len(people),
                round(round(median(hours)) / 3600, 4) if hours else None,
                leak(len(stays) - continued, worth.get((mode, step)), step),
            )
    found = {
        row[:5]: row[5:]
        for row in marts.execute(
            "select month, persona, first_channel, stage, mode, entered, continued, "
            "rate_of_start, median_hours, leaked_revenue from marts.mart_stage_funnel"
        ).fetchall()
    }
    assert found.keys() == expected.keys()
    for key, row in expected.items():
        assert found[key][:2] == row[:2], key
        assert found[key][2] == pytest.approx(row[2], abs=1e-4), key
        # A median of two seconds may lie on a half, which is rounded to either side.
        assert found[key][3] == (None if row[3] is None else pytest.approx(row[3], abs=4e-4)), key
        # Here worth is a float, and half a cent may be rounded to either side.
        one_cent = pytest.approx(row[4], abs=Decimal("0.01"))
        assert found[key][4] == (None if row[4] is None else one_cent), key


def worth_of_leak(ways: dict, mode: str, step: int) -> float | None:
    """How much more those who go on bring in than those who stay, a person."""
    stays = [
        (stay.has_continued, revenue)
        for (_, _, _, of_mode), people in ways.items()
        if of_mode == mode
        for way in people
        for stay, revenue in way
        if stay.step == step
    ]
    went = [revenue for has_continued, revenue in stays if has_continued]
    stayed = [revenue for has_continued, revenue in stays if not has_continued]
    if not went or not stayed:
        return None
    return max(float(sum(went)) / len(went) - float(sum(stayed)) / len(stayed), 0)


def leak(leaked: int, worth: float | None, step: int) -> Decimal | None:
    """What so many leaks are worth, in cents rounded half up."""
    if step == len(STAGES) - 1:
        return None
    if leaked == 0:
        return Decimal("0.00")
    if worth is None:
        return None
    return Decimal(leaked * worth).quantize(Decimal("0.01"), ROUND_HALF_UP)
