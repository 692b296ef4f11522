"""Marts of paths, row for row against what plain Python makes of the facts."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from math import log2
from zoneinfo import ZoneInfo

import pytest

from tests.python.journeys.by_hand import (
    CHANNELS,
    TRANSFORMS,
    Journey,
    Settings,
    Touchpoint,
    exposure,
    orders_of,
    seconds_between,
    seed,
)
from tests.python.journeys.conftest import World

pytestmark = pytest.mark.slow

CENT = Decimal("0.01")
ENVIRONMENTS = {row["touchpoint_type"]: row["environment"] for row in seed("touchpoint_types")}
STAGES = {row["stage"]: int(row["stage_order"]) for row in seed("journey_stages")}


def test_top_paths(world: World) -> None:
    found = world.rows("""
        select
            transform, path, rank, path_length, first_channel, last_channel, persons, conversions,
            non_conversions, open_journeys, net_revenue, conversion_rate, conversion_rate_at_least,
            revenue_per_conversion, average_touchpoints, average_path_touchpoints,
            average_duration_hours, median_duration_hours
        from marts.mart_top_conversion_paths
    """)
    transforms = world.settings.transforms
    assert_alike(found, [row for name in transforms for row in top_paths(world.counted, name)])


def test_transitions(world: World) -> None:
    found = world.rows("""
        select
            from_channel, to_channel, step, journeys, converted_journeys, lost_journeys,
            open_journeys, net_revenue, share_of_from, share_of_to, conversion_rate, median_hours
        from marts.mart_path_transitions
    """)
    assert_alike(found, transitions(world.counted))


def test_flows(world: World) -> None:
    found = world.rows("""
        select
            month, persona, from_channel, to_channel, step, journeys, converted_journeys,
            lost_journeys, open_journeys, net_revenue, timed_journeys, timed_seconds
        from marts.mart_path_flows
    """)
    assert_alike(found, flows(world.counted, personas_of(world)))


def test_neighbours(world: World) -> None:
    found = world.rows("""
        select
            subject_kind, subject, side, neighbour_type, neighbour_channel, subject_occurrences,
            subject_persons, co_occurrences, converted_co_occurrences, share_of_co_occurrences,
            median_hours
        from marts.mart_touchpoint_neighbours
    """)
    visits = {
        session_id: {"campaign": campaign_id, "landing_page": landing_page}
        for session_id, campaign_id, landing_page in world.rows(
            "select session_id, campaign_id, landing_page from marts.fct_sessions"
        )
    }
    assert_alike(found, neighbours(world.counted, visits))


def test_path_logic(world: World) -> None:
    found = world.rows("""
        select
            month, persona, journeys, persons, conversions, open_journeys, journeys_with_path,
            different_paths, steps, journeys_with_loops, journeys_with_regressions,
            stage_regressions, straight_journeys, impulse_conversions, modal_path,
            average_path_length, median_path_length, step_entropy_bits, path_entropy_bits,
            normalised_entropy, loop_share, regression_share, straight_share, impulse_share,
            modal_path_share
        from marts.mart_journey_predictability
    """)
    impulses = {
        order_id
        for (order_id,) in world.rows("select order_id from marts.fct_orders where is_impulse")
    }
    assert_alike(found, path_logic(world.journeys, personas_of(world), impulses))


def test_acquisition(world: World) -> None:
    found = world.rows("""
        select
            month, channel, touchpoint_type, landing_page, environment, new_persons,
            omnichannel_persons, landing_sessions, bounced_landings, sessions, engaged_sessions,
            customers, lifetime_net_revenue, converted_persons, converted_in_stores, conversions,
            first_order_revenue, net_revenue, bounce_rate, engaged_share, conversion_rate,
            revenue_per_new_person, median_days_to_first_order
        from marts.mart_acquisition
    """)
    assert_alike(found, acquisition(world))


def assert_alike(found: Iterable[tuple], wanted: Iterable[tuple]) -> None:
    """The same rows, in whatever order; doubles to their fourth decimal."""
    found, wanted = sorted(found, key=_sortable), sorted(wanted, key=_sortable)
    assert len(found) == len(wanted) > 0
    wrong = [
        (row, other)
        for row, other in zip(found, wanted, strict=True)
        if not all(map(_is_alike, row, other))
    ]
    assert wrong[:5] == []


def _sortable(row: tuple) -> list[str]:
    """Keys come first and are text, dates or whole numbers; doubles do not order rows."""
    return [str(value) for value in row if not isinstance(value, float)]


def _is_alike(value: object, other: object) -> bool:
    if isinstance(value, float) and other is not None:
        return abs(value - float(other)) < 0.0001
    return value == other


def share(part: float | Decimal, whole: float) -> float | None:
    return float(part) / whole if whole else None


def hours(seconds: Iterable[int]) -> float | None:
    known = [number for number in seconds if number is not None]
    return statistics.median(known) / 3600 if known else None


def cents(amount: Decimal, parts: int) -> Decimal | None:
    return (amount / parts).quantize(CENT, ROUND_HALF_UP) if parts else None


def revenue(journeys: Iterable[Journey]) -> Decimal:
    return sum((j.order.net_revenue for j in journeys if j.order), Decimal(0))


def outcomes(journeys: Iterable[Journey]) -> tuple[int, int, int]:
    counted = Counter(journey.outcome for journey in journeys)
    return counted["converted"], counted["lost"], counted["open"]


def top_paths(journeys: list[Journey], transform: str) -> Iterator[tuple]:
    tell = TRANSFORMS[transform]
    told = defaultdict(list)
    ends = {}
    for journey in journeys:
        path = " > ".join(tell(journey.path)) or "(none)"
        told[path].append(journey)
        channels = CHANNELS[transform](journey.path)
        ends[path] = (len(channels), *(channels[:1] or [None]), *(channels[-1:] or [None]))
    best_first = sorted(
        told,
        key=lambda path: (
            path == "(none)",
            -outcomes(told[path])[0],
            -revenue(told[path]),
            len(told[path]),
            path,
        ),
    )
    for rank, path in enumerate(best_first, start=1):
        conversions, lost, still_open = outcomes(told[path])
        converted = [journey for journey in told[path] if journey.order]
        yield (
            transform,
            path,
            rank,
            *ends[path],
            len({journey.person_id for journey in told[path]}),
            conversions,
            lost,
            still_open,
            revenue(told[path]),
            share(conversions, conversions + lost),
            share(conversions, len(told[path])),
            cents(revenue(told[path]), conversions),
            share(sum(len(journey.counted) for journey in converted), conversions),
            share(sum(len(journey.path) for journey in converted), conversions),
            share(sum(journey.seconds for journey in converted), conversions * 3600),
            hours(journey.seconds for journey in converted),
        )


def personas_of(world: World) -> dict[str, str]:
    return dict(world.rows("select person_id, coalesce(persona, 'unknown') from marts.dim_persons"))


def by_month_and_persona(
    journeys: list[Journey], personas: dict[str, str]
) -> dict[tuple[date, str], list[Journey]]:
    cells = defaultdict(list)
    for journey in journeys:
        month = month_of(journey.touchpoints[-1].sequenced_at, journey.settings)
        cells[month, personas[journey.person_id]].append(journey)
    return cells


def moves_of(journeys: list[Journey]) -> dict[tuple[str, str, int], list]:
    """Who took which step, and how many seconds it took."""
    moves = defaultdict(list)
    for journey in journeys:
        flow_steps = journey.settings.flow_steps
        nodes = ["start", *journey.path[:flow_steps]]
        moments = [None, *(entry.sequenced_at for entry in journey.entries[:flow_steps])]
        if len(journey.path) > flow_steps:
            nodes.append("further")
            moments.append(None)
        nodes.append(journey.outcome)
        moments.append(journey.order.ordered_at if journey.order else None)
        for step in range(1, len(nodes)):
            here, there = moments[step - 1], moments[step]
            seconds = seconds_between(here, there) if here and there else None
            moves[nodes[step - 1], nodes[step], step].append((journey, seconds))
    return moves


def flows(journeys: list[Journey], personas: dict[str, str]) -> Iterator[tuple]:
    for cell, inside in by_month_and_persona(journeys, personas).items():
        for move, passed in moves_of(inside).items():
            passing = [journey for journey, _ in passed]
            timed = [seconds for _, seconds in passed if seconds is not None]
            counts = (len(passing), *outcomes(passing), revenue(passing))
            yield (*cell, *move, *counts, len(timed), sum(timed))


def transitions(journeys: list[Journey]) -> Iterator[tuple]:
    moves = moves_of(journeys)
    leaving, arriving = Counter(), Counter()
    for (start, end, step), passed in moves.items():
        leaving[start, step] += len(passed)
        arriving[end, step] += len(passed)
    for (start, end, step), passed in moves.items():
        passing = [journey for journey, _ in passed]
        converted, lost, still_open = outcomes(passing)
        yield (
            start,
            end,
            step,
            len(passing),
            converted,
            lost,
            still_open,
            revenue(passing),
            share(len(passing), leaving[start, step]),
            share(len(passing), arriving[end, step]),
            share(converted, converted + lost),
            hours(seconds for _, seconds in passed),
        )


def neighbours(journeys: list[Journey], visits: dict[str, dict]) -> Iterator[tuple]:
    met, persons = Counter(), defaultdict(set)
    sides = defaultdict(list)
    for journey in journeys:
        entries = journey.entries
        end = (journey.outcome, journey.outcome)
        ordered_at = journey.order.ordered_at if journey.order else None
        for place, entry in enumerate(entries):
            before = entries[place - 1] if place else None
            after = entries[place + 1] if place + 1 < len(entries) else None
            after_at = after.sequenced_at if after else ordered_at
            visit = visits.get(entry.session_id, {})
            subjects = {"touchpoint_type": entry.kind, "channel": entry.channel, **visit}
            for subject in subjects.items():
                if subject[1] is None:
                    continue
                met[subject] += 1
                persons[subject].add(journey.person_id)
                sides[*subject, "before", *_named(before, ("start", "start"))].append(
                    (
                        journey,
                        seconds_between(before.sequenced_at, entry.sequenced_at)
                        if before
                        else None,
                    )
                )
                sides[*subject, "after", *_named(after, end)].append(
                    (journey, seconds_between(entry.sequenced_at, after_at) if after_at else None)
                )
    for (kind, subject, *side), co_occurrences in sides.items():
        times = met[kind, subject]
        yield (
            kind,
            subject,
            *side,
            times,
            len(persons[kind, subject]),
            len(co_occurrences),
            sum(journey.order is not None for journey, _ in co_occurrences),
            share(len(co_occurrences), times),
            hours(seconds for _, seconds in co_occurrences),
        )


def _named(touchpoint: Touchpoint | None, otherwise: tuple[str, str]) -> tuple[str, str]:
    return (touchpoint.kind, touchpoint.channel) if touchpoint else otherwise


def month_of(moment: datetime, settings: Settings) -> date:
    """First day of the month, by the clocks of the shop."""
    here = moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(settings.time_zone))
    return here.date().replace(day=1)


def entropy(counts: Iterable[int]) -> float:
    """Bits needed on average to tell which case it was."""
    counts = list(counts)
    return -sum(number / sum(counts) * log2(number / sum(counts)) for number in counts)


def path_logic(
    journeys: list[Journey], personas: dict[str, str], impulses: set[str]
) -> Iterator[tuple]:
    # A member of the programme was in loyalty then, though the journey itself does not count.
    regressions = stage_regressions(journeys)
    counted = [journey for journey in journeys if not journey.is_excluded]
    cells = by_month_and_persona(counted, personas)
    following = {cell: next_steps(inside) for cell, inside in cells.items()}
    most_bits = log2(
        len({step for after in following.values() for steps in after.values() for step in steps})
    )
    for cell, inside in cells.items():
        with_path = [journey for journey in inside if journey.path]
        paths = Counter(" > ".join(exposure(journey.path)) for journey in with_path)
        modal = min(paths, key=lambda path: (-paths[path], path), default=None)
        loops = [j for j in with_path if has_loop(j)]
        regressed = [j for j in inside if regressions[j.person_id, j.number]]
        straight = [
            j for j in with_path if not has_loop(j) and not regressions[j.person_id, j.number]
        ]
        conversions, _, still_open = outcomes(inside)
        impulsive = sum(j.order is not None and j.order.order_id in impulses for j in inside)
        steps = sum(after.total() for after in following[cell].values())
        bits = (
            sum(entropy(after.values()) * after.total() for after in following[cell].values())
            / steps
            if steps
            else None
        )
        yield (
            *cell,
            len(inside),
            len({journey.person_id for journey in inside}),
            conversions,
            still_open,
            len(with_path),
            len(paths),
            steps,
            len(loops),
            len(regressed),
            sum(regressions[j.person_id, j.number] for j in inside),
            len(straight),
            impulsive,
            modal,
            share(sum(len(j.path) for j in with_path), len(with_path)),
            statistics.median(len(j.path) for j in with_path) if with_path else None,
            bits,
            entropy(paths.values()) if paths else None,
            bits / most_bits if bits is not None else None,
            share(len(loops), len(with_path)),
            share(len(regressed), len(inside)),
            share(len(straight), len(with_path)),
            share(impulsive, conversions),
            share(paths[modal], len(with_path)) if modal else None,
        )


def has_loop(journey: Journey) -> bool:
    """Whether a channel was left and met again."""
    return len(exposure(journey.path)) > len(set(journey.path))


def next_steps(journeys: list[Journey]) -> dict[str, Counter]:
    """By channel, how often what came next; an open journey's next step is not known yet."""
    following: dict[str, Counter] = defaultdict(Counter)
    for journey in journeys:
        for here, there in pairwise([*journey.path, journey.outcome]):
            if there != "open":
                following[here][there] += 1
    return following


def stage_regressions(journeys: list[Journey]) -> Counter:
    """By person and number of the journey, how often the person fell back to an earlier stage."""
    regressions: Counter = Counter()
    stages: dict[str, int] = {}
    for journey in sorted(journeys, key=lambda journey: (journey.person_id, journey.number)):
        for touchpoint in journey.inbound:
            stage = STAGES[touchpoint.stage]
            if stage < stages.get(journey.person_id, 0):
                regressions[journey.person_id, journey.number] += 1
            stages[journey.person_id] = stage
    return regressions


def acquisition(world: World) -> Iterator[tuple]:
    persons = world.rows(
        "select person_id, first_seen_at, first_order_at, net_revenue "
        "from marts.dim_persons where not is_excluded"
    )
    visits = {
        session_id: facts
        for session_id, *facts in world.rows(
            "select session_id, landing_page, engaged, is_bounce from marts.fct_sessions"
        )
    }
    sold_in_stores = {
        order_id
        for (order_id,) in world.rows(
            "select order_id from marts.fct_orders where sales_channel = 'pos'"
        )
    }
    entries, orders = defaultdict(list), defaultdict(list)
    for journey in sorted(world.journeys, key=lambda journey: journey.number):
        entries[journey.person_id] += journey.latest_entries
    for order in sorted(
        orders_of(world.warehouse).values(), key=lambda o: (o.ordered_at, o.order_id)
    ):
        orders[order.person_id].append(order)

    cells = defaultdict(list)
    for person_id, first_seen_at, first_order_at, lifetime in persons:
        met = entries[person_id]
        entry = met[0] if met else None
        if entry and first_order_at and entry.sequenced_at > first_order_at:
            entry = None
        since = entry.sequenced_at if entry else first_seen_at
        until = since + world.settings.lookback
        met = [e for e in met if since <= e.sequenced_at <= until]
        bought = [o for o in orders[person_id] if since <= o.ordered_at <= until]
        won = [o for o in bought if o is orders[person_id][0]]
        landing, *_, is_bounce = (
            visits[entry.session_id] if entry and entry.session_id else (None,) * 3
        )
        kind = entry.kind if entry else "(none)"
        key = (
            month_of(since, world.settings),
            entry.channel if entry else "(none)",
            kind,
            landing or "(none)",
            ENVIRONMENTS.get(kind, "(none)"),
        )
        sessions = [e.session_id for e in met if e.session_id]
        cells[key].append(
            {
                "omnichannel": len({ENVIRONMENTS[e.kind] for e in met}) > 1,
                "landed": is_bounce is not None,
                "bounced": bool(is_bounce),
                "sessions": len(sessions),
                "engaged": sum(visits[session][1] for session in sessions),
                "customer": first_order_at is not None,
                "lifetime": lifetime,
                "won": len(won),
                "won_in_store": sum(o.order_id in sold_in_stores for o in won),
                "conversions": len(bought),
                "first_revenue": sum((o.net_revenue for o in won), Decimal(0)),
                "revenue": sum((o.net_revenue for o in bought), Decimal(0)),
                "seconds": seconds_between(since, won[0].ordered_at) if won else None,
            }
        )
    for key, inside in cells.items():
        total = {name: sum(p[name] for p in inside) for name in inside[0] if name != "seconds"}
        waited = hours(person["seconds"] for person in inside)
        yield (
            *key,
            len(inside),
            *(total[name] for name in total),
            share(total["bounced"], total["landed"]),
            share(total["engaged"], total["sessions"]),
            share(total["won"], len(inside)),
            cents(total["revenue"], len(inside)),
            waited / 24 if waited is not None else None,
        )
