"""Journeys and paths worked out person by person in plain Python, from the facts alone.

Touchpoints and orders go in (`fct_touchpoints`, `fct_orders`), nothing of the journey models does.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

import duckdb
import yaml

from viaggio.workspace.paths import PROJECT_DIR

SEEDS = PROJECT_DIR / "seeds" / "touchpoints"
PROJECT_VARIABLES = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))[
    "vars"
]

# What another system tells of an order; it stands at the order's own moment.
RETOLD = ("web_purchase", "social_order")


@dataclass(frozen=True)
class Settings:
    """The variables of the project that journeys and paths follow."""

    inactivity: timedelta
    lookback: timedelta
    most_entries: int
    flow_steps: int
    time_zone: str
    transforms: tuple[str, ...]

    @classmethod
    def of(cls, variables: dict[str, Any]) -> Settings:
        """Take them from the variables of dbt_project.yml."""
        return cls(
            timedelta(days=variables["journey_inactivity_days"]),
            timedelta(days=variables["attribution_lookback_days"]),
            variables["max_path_touchpoints"],
            variables["path_flow_steps"],
            variables["reporting_timezone"],
            tuple(transform["name"] for transform in variables["path_transforms"]),
        )


@dataclass(frozen=True)
class Order:
    """A conversion: who ordered, when, and what it left."""

    order_id: str
    person_id: str
    ordered_at: datetime
    net_revenue: Decimal


@dataclass(frozen=True)
class Touchpoint:
    """One touchpoint of a person, at the moment it counts for."""

    touchpoint_id: str
    person_id: str
    sequenced_at: datetime
    priority: int
    kind: str
    channel: str
    stage: str
    environment: str
    direction: str
    session_id: str | None
    is_entry: bool
    is_excluded: bool
    order: Order | None


@dataclass
class Journey:
    """The touchpoints of a person from one conversion, or silence, to the next."""

    person_id: str
    number: int
    settings: Settings
    touchpoints: list[Touchpoint] = field(default_factory=list)
    outcome: str = ""

    @property
    def order(self) -> Order | None:
        return self.touchpoints[-1].order

    @property
    def counted(self) -> list[Touchpoint]:
        """Touchpoints that are no machine's, test's or colleague's."""
        return [touchpoint for touchpoint in self.touchpoints if not touchpoint.is_excluded]

    @property
    def inbound(self) -> list[Touchpoint]:
        return [touchpoint for touchpoint in self.counted if touchpoint.direction == "inbound"]

    @property
    def all_entries(self) -> list[Touchpoint]:
        return [touchpoint for touchpoint in self.counted if touchpoint.is_entry]

    @property
    def latest_entries(self) -> list[Touchpoint]:
        """As many of them as are kept."""
        return self.all_entries[-self.settings.most_entries :]

    @cached_property
    def entries(self) -> list[Touchpoint]:
        """Path touchpoints within the lookback of the conversion, or of the last of them."""
        entries = self.latest_entries
        if not entries:
            return []
        until = self.order.ordered_at if self.order else entries[-1].sequenced_at
        return [entry for entry in entries if entry.sequenced_at >= until - self.settings.lookback]

    @property
    def path(self) -> list[str]:
        return [entry.channel for entry in self.entries]

    @property
    def is_excluded(self) -> bool:
        """Whether it is of nothing that people did, or of nothing but joining the programme."""
        return all(entry.is_entry and entry.kind == "loyalty_enrol" for entry in self.counted)

    @property
    def seconds(self) -> int:
        return seconds_between(self.touchpoints[0].sequenced_at, self.touchpoints[-1].sequenced_at)


def seconds_between(start: datetime, end: datetime) -> int:
    """Whole seconds, parts of one not counted."""
    return (end - start) // timedelta(seconds=1)


def orders_of(connection: duckdb.DuckDBPyConnection) -> dict[str, Order]:
    """All conversions by their id."""
    rows = connection.execute(
        "select order_id, person_id, ordered_at, net_revenue from marts.fct_orders "
        "where is_conversion"
    ).fetchall()
    return {row[0]: Order(*row) for row in rows}


def journeys_of(connection: duckdb.DuckDBPyConnection, settings: Settings) -> list[Journey]:
    """Journeys of all persons."""
    orders = orders_of(connection)
    by_person: dict[str, list[Touchpoint]] = defaultdict(list)
    for touchpoint in _contacts(connection, orders):
        by_person[touchpoint.person_id].append(touchpoint)
    (newest,) = connection.execute(
        "select max(touched_at) from marts.fct_touchpoints where person_id is not null"
    ).fetchone()
    journeys = []
    for person_id, touchpoints in by_person.items():
        touchpoints.sort(
            key=lambda touchpoint: (
                touchpoint.sequenced_at,
                touchpoint.priority,
                touchpoint.touchpoint_id,
            )
        )
        journeys += _cut(person_id, touchpoints, newest, settings)
    return journeys


def _contacts(
    connection: duckdb.DuckDBPyConnection, orders: dict[str, Order]
) -> Iterator[Touchpoint]:
    cursor = connection.execute("""
        select
            touchpoint_id, person_id, touched_at, source_priority, touchpoint_type, channel, stage,
            environment, direction, session_id, is_path_touchpoint,
            is_bot or is_machine or is_internal or is_test as is_excluded, order_id
        from marts.fct_touchpoints
        where person_id is not null
    """)
    while rows := cursor.fetchmany(50_000):
        for *facts, order_id in rows:
            touchpoint = Touchpoint(*facts, order=None)
            order = orders.get(order_id)
            if order is None or order.person_id != touchpoint.person_id:
                order = None
            if touchpoint.kind == "order":
                yield replace(touchpoint, order=order)
            elif touchpoint.kind in RETOLD and order and order.ordered_at < touchpoint.sequenced_at:
                yield replace(touchpoint, sequenced_at=order.ordered_at)
            else:
                yield touchpoint


def _cut(
    person_id: str, touchpoints: Sequence[Touchpoint], newest: datetime, settings: Settings
) -> list[Journey]:
    journeys: list[Journey] = []
    before: Touchpoint | None = None
    for touchpoint in touchpoints:
        if (
            before is None
            or before.order
            or touchpoint.sequenced_at > before.sequenced_at + settings.inactivity
        ):
            journeys.append(Journey(person_id, len(journeys) + 1, settings))
        journeys[-1].touchpoints.append(touchpoint)
        before = touchpoint
    for journey in journeys:
        is_over = (
            journey is not journeys[-1]
            or journey.touchpoints[-1].sequenced_at < newest - settings.inactivity
        )
        journey.outcome = "converted" if journey.order else "lost" if is_over else "open"
    return journeys


def seed(name: str) -> list[dict[str, str]]:
    """Rows of a seed about touchpoints."""
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def exposure(path: Sequence[str]) -> list[str]:
    """Without repeats side by side."""
    return [step for place, step in enumerate(path) if place == 0 or path[place - 1] != step]


def first(path: Sequence[str]) -> list[str]:
    """Each channel where it appears first."""
    return list(dict.fromkeys(path))


def frequency(path: Sequence[str]) -> list[str]:
    """Each channel once, with the number of times it was met."""
    return [f"{channel}({path.count(channel)})" for channel in first(path)]


def without(path: Sequence[str], dropped: str) -> list[str]:
    """Without a channel, unless it is all there is."""
    return [channel for channel in path if channel != dropped] or list(path)


def without_trailing(path: Sequence[str], dropped: str) -> list[str]:
    """Without a channel at the end, unless it is all there is."""
    kept = list(path)
    while kept and kept[-1] == dropped:
        kept.pop()
    return kept or list(path)


# By the names they have in the settings; and the channels of a path before they are counted.
TRANSFORMS = {
    "unique": list,
    "exposure": exposure,
    "first": first,
    "frequency": frequency,
    "exposure_to_last_known": lambda path: exposure(without_trailing(path, "Direct")),
    "without_direct": lambda path: frequency(without(path, "Direct")),
}
CHANNELS = {
    **TRANSFORMS,
    "frequency": first,
    "without_direct": lambda path: first(without(path, "Direct")),
}
