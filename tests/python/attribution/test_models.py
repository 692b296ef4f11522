"""The models of channels in SQL, against linear algebra and brute force in a few lines of numpy."""

from __future__ import annotations

import csv
import io
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations, groupby
from math import factorial
from pathlib import Path

import duckdb
import numpy as np
import pytest

from tests.python.conftest import run_command
from viaggio.attribution.attribute import attribute
from viaggio.attribution.path_tables import DECIMALS, PathTable
from viaggio.workspace.dbt_project import DBT
from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql_macros import SqlMacros, project_variables

pytestmark = pytest.mark.slow

END = "(end)"
START = ()
# What tells a random set of paths from another: how many channels, paths, and how long they are.
SHAPES = [(1, 3, 2), (2, 4, 6), (3, 8, 4), (4, 12, 5), (5, 20, 3), (6, 30, 8)]


@dataclass(frozen=True)
class PathRow:
    """A row of a path table."""

    channels: tuple[str, ...]
    conversions: int
    nulls: int
    value: int


def random_paths(draw: random.Random, prefix: str = "") -> list[PathRow]:
    """Paths of one of the shapes, at least one of which converts; some rows come twice."""
    channels, paths, longest = draw.choice(SHAPES)
    with_nulls = draw.random() < 0.8
    names = [f"{prefix}{letter}" for letter in "ABCDEF"[:channels]]
    rows = []
    for _ in range(draw.randint(1, paths)):
        conversions = draw.choice([0, 0, 1, 2, 7])
        rows.append(
            PathRow(
                tuple(draw.choice(names) for _ in range(draw.randint(1, longest))),
                conversions,
                draw.choice([0, 1, 3, 20]) if with_nulls else 0,
                conversions * draw.randint(0, 50),
            )
        )
    rows.append(PathRow((names[0],), 1, int(with_nulls), draw.randint(1, 9)))
    return rows


def removal_effects(paths: list[PathRow], order: int) -> dict[str, tuple[float, float]]:
    """Effects on conversions and on value, each by a solve without the channel's states."""
    steps: dict[tuple, dict[object, float]] = defaultdict(lambda: defaultdict(float))
    values: dict[tuple, float] = defaultdict(float)
    wins: dict[tuple, float] = defaultdict(float)
    for path in paths:
        if path.conversions + path.nulls == 0:
            continue
        state = START
        for channel, _ in groupby(path.channels):
            following = (*state, channel)[-order:]
            steps[state][following] += path.conversions + path.nulls
            state = following
        steps[state][END] += path.conversions + path.nulls
        wins[state] += path.conversions
        values[state] += path.value if path.conversions else 0
    states = list(steps)

    def arrives(without: str | None, gains: dict[tuple, float]) -> float:
        kept = [state for state in states if without not in state]
        number = {state: index for index, state in enumerate(kept)}
        matrix = np.eye(len(kept))
        reward = np.zeros(len(kept))
        for state in kept:
            total = sum(steps[state].values())
            reward[number[state]] = gains[state] / total
            for following, count in steps[state].items():
                if following in number:
                    matrix[number[state], number[following]] -= count / total
        return float(np.linalg.solve(matrix, reward)[number[START]])

    channels = sorted({channel for state in states for channel in state})
    whole = [arrives(None, gains) for gains in (wins, values)]
    return {
        channel: tuple(
            1 - arrives(channel, gains) / total if total else None
            for gains, total in zip((wins, values), whole, strict=True)
        )
        for channel in channels
    }


def shapley(paths: list[PathRow], most: int) -> dict[str, Fraction]:
    """Values by the definition: the mean of what a channel adds, over all sets it could join."""
    paths = [path for path in paths if path.conversions + path.nulls]
    weight: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for path in paths:
        for channel in set(path.channels):
            weight[channel][0] -= path.conversions
            weight[channel][1] -= path.conversions + path.nulls
    ranked = sorted(weight, key=lambda channel: (*weight[channel], channel))
    player = {channel: channel if rank < most else "Other" for rank, channel in enumerate(ranked)}
    sets = [({player[channel] for channel in path.channels}, path) for path in paths]
    players = sorted(set(player.values()))
    n = len(players)

    def worth(members: frozenset[str]) -> Fraction:
        inside = [path for channels, path in sets if channels <= members]
        total = sum(path.conversions + path.nulls for path in inside)
        return Fraction(sum(path.conversions for path in inside), total) if total else Fraction(0)

    worths = {
        frozenset(members): worth(frozenset(members))
        for size in range(n + 1)
        for members in combinations(players, size)
    }
    return {
        one: sum(
            (worths[members | {one}] - worths[members])
            * Fraction(factorial(len(members)) * factorial(n - len(members) - 1), factorial(n))
            for members in worths
            if one not in members
        )
        for one in players
    }


FOLDER = "intermediate/attribution"
SETTINGS = project_variables() | {"shapley_max_channels": 4}


@cache
def query(model: str, order: int = 1) -> str:
    """A model as DuckDB runs it, over tables named as the models it reads."""
    macros = SqlMacros(
        ("rules/attribution.sql", "cross_engine/*.sql"), SETTINGS | {"markov_order": order}
    )
    return macros.model(f"{FOLDER}/{model}.sql")


def test_the_command_runs_what_dbt_compiles(tmp_path: Path) -> None:
    done = run_command(
        DataDir(tmp_path),
        *(DBT, "--quiet", "compile", "--no-version-check", "--select", FOLDER.replace("/", ".")),
        *("--vars", "{markov_order: 2, shapley_max_channels: 4}"),
    )
    assert done.code == 0, done.output
    compiled = next(tmp_path.rglob(f"compiled/viaggio/models/{FOLDER}"))
    for model in (
        "int_markov_transitions__counted",
        "int_removal_effects__walked",
        "int_shapley_values__averaged",
        "int_rule_credits__summed",
        "int_channel_credits__apportioned",
    ):
        text = (compiled / f"{model}.sql").read_text("utf-8")
        by_dbt = re.sub(r'"\w+"\."intermediate"\."(\w+)"', r"\1", text)
        assert query(model, order=2).strip() == by_dbt.strip()


@pytest.fixture
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def put(database: duckdb.DuckDBPyConnection, paths: list[PathRow]) -> None:
    database.execute(
        "create or replace temp table given "
        "(path text, conversions bigint, nulls bigint, revenue decimal(18, 2))"
    )
    database.executemany(
        "insert into given values (?, ?, ?, ?)",
        [(" > ".join(path.channels), path.conversions, path.nulls, path.value) for path in paths],
    )
    database.execute(
        "create or replace table int_attribution_paths__counted as "
        "select path, sum(conversions)::bigint as conversions, sum(nulls)::bigint as nulls, "
        "sum(revenue)::decimal(18, 2) as revenue from given group by path"
    )


def effects_in_sql(
    database: duckdb.DuckDBPyConnection, order: int
) -> dict[str, tuple[float | None, float | None]]:
    transitions = "int_markov_transitions__counted"
    database.execute(f"create or replace table {transitions} as {query(transitions, order)}")
    effects = "int_removal_effects__squared" if order == 1 else "int_removal_effects__walked"
    rows = database.execute(query(effects, order)).fetchall()
    found = {channel: (effect, on_revenue) for channel, effect, on_revenue in rows}
    assert len(found) == len(rows)
    return found


def assert_near(found: dict, wanted: dict) -> None:
    assert found.keys() == wanted.keys()
    for channel, numbers in wanted.items():
        for one, other in zip(found[channel], numbers, strict=True):
            if other is None:
                assert one is None
            else:
                assert one == pytest.approx(other, abs=1e-9)


def test_the_worked_chain(database: duckdb.DuckDBPyConnection) -> None:
    put(
        database,
        [
            PathRow(("A", "B"), 2, 0, 20),
            PathRow(("A",), 0, 1, 0),
            PathRow(("B",), 1, 1, 10),
            PathRow(("B", "A"), 1, 2, 40),
        ],
    )
    found = effects_in_sql(database, 1)
    assert found["A"] == pytest.approx((13 / 28, 34 / 49), abs=1e-12)
    assert found["B"] == pytest.approx((7 / 8, 5 / 7), abs=1e-12)
    total = found["A"][0] + found["B"][0]
    assert 4 * found["A"][0] / total == pytest.approx(104 / 75, abs=1e-12)
    assert 4 * found["B"][0] / total == pytest.approx(196 / 75, abs=1e-12)


def test_a_thousand_chains_of_order_one(database: duckdb.DuckDBPyConnection) -> None:
    """All at once: sets without a channel in common share nothing but the start.

    Their walks never mix, so a channel of one set loses its own set's conversions and no others:
    its effect on all is that on its set, times the set's part of all conversions.
    """
    draw = random.Random(1)  # noqa: S311
    sets = [random_paths(draw, f"{number}:") for number in range(1000)]
    put(database, [path for paths in sets for path in paths])
    found = effects_in_sql(database, 1)
    conversions = sum(path.conversions for paths in sets for path in paths)
    value = sum(path.value for paths in sets for path in paths)
    checked = 0
    for paths in sets:
        of_set = (sum(p.conversions for p in paths), sum(p.value for p in paths))
        for channel, wanted in removal_effects(paths, 1).items():
            effect, on_value = found[channel]
            assert effect * conversions / of_set[0] == pytest.approx(wanted[0], abs=1e-9)
            assert on_value * value / of_set[1] == pytest.approx(wanted[1], abs=1e-9)
            checked += 1
    assert checked == len(found) > 2500


@pytest.mark.parametrize("order", [1, 2, 3])
def test_chains_of_each_order(database: duckdb.DuckDBPyConnection, order: int) -> None:
    draw = random.Random(order)  # noqa: S311
    for _ in range(40):
        paths = random_paths(draw)
        put(database, paths)
        found = effects_in_sql(database, order)
        assert_near(found, removal_effects(paths, order))


def effects_of_the_command(paths: list[PathRow]) -> dict[str, tuple[float | None, float | None]]:
    """What the command solves, whose numbers have ten decimals."""
    channels = sorted({channel for path in paths for channel in path.channels})
    sums: dict[tuple[int, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for path in paths:
        if path.conversions + path.nulls:
            numbers = (path.conversions, path.nulls, path.value)
            row = sums[tuple(channels.index(channel) for channel in path.channels)]
            for place, number in enumerate(numbers):
                row[place] += number * 10**DECIMALS
    written = attribute(PathTable(channels, sums, True, []), {"markov_order": 1})
    return {
        row["channel"]: tuple(
            float(row[name]) if row[name] else None for name in ("effect", "effect_on_value")
        )
        for row in csv.DictReader(io.StringIO(written, newline=""))
        if row["model"] == "markov"
    }


def test_the_command_solves_what_the_marts_square() -> None:
    draw = random.Random(11)  # noqa: S311
    for _ in range(20):
        paths = random_paths(draw)
        assert_near(effects_of_the_command(paths), removal_effects(paths, 1))


def test_the_command_solves_a_chain_of_many_channels() -> None:
    draw = random.Random(12)  # noqa: S311
    names = [f"{number:03}" for number in range(120)]
    paths = [
        PathRow(tuple(draw.choices(names, k=draw.randint(1, 9))), 1, draw.randint(0, 9), 5)
        for _ in range(900)
    ]
    paths += [PathRow((name, *names[:3] * 5), 1, 0, 2) for name in names]
    assert_near(effects_of_the_command(paths), removal_effects(paths, 1))


@pytest.mark.parametrize(("order", "rounds"), [(1, 1000), (2, 10), (3, 10)])
def test_a_walk_that_hardly_ends(
    database: duckdb.DuckDBPyConnection, order: int, rounds: int
) -> None:
    """Long paths: with a thousand rounds, walks are on their way after a hundred thousand steps."""
    paths = [
        PathRow(("A", "B", "C") * rounds, 1, 0, 7),
        PathRow(("B", "A") * rounds, 1, 4, 5),
        PathRow(("C",), 1, 0, 3),
    ]
    put(database, paths)
    found = effects_in_sql(database, order)
    assert_near(found, removal_effects(paths, order))
    if order == 1:
        assert_near(effects_of_the_command(paths), found)


def test_shapley_values_by_the_definition(database: duckdb.DuckDBPyConnection) -> None:
    """With up to six channels, of which four are told apart."""
    draw = random.Random(4)  # noqa: S311
    for _ in range(60):
        paths = random_paths(draw)
        put(database, paths)
        rows = database.execute(query("int_shapley_values__averaged")).fetchall()
        found = {channel: value for channel, _, value in rows}
        wanted = shapley(paths, most=4)
        assert found == pytest.approx({c: float(v) for c, v in wanted.items()}, abs=1e-12)
        rate = Fraction(
            sum(path.conversions for path in paths),
            sum(path.conversions + path.nulls for path in paths),
        )
        assert sum(found.values()) == pytest.approx(float(rate), abs=1e-12)


def linear_in_sql(database: duckdb.DuckDBPyConnection) -> dict[str, float]:
    rules = query("int_rule_credits__summed")
    rows = database.execute(
        f"select channel, credit_revenue from ({rules}) where model = 'linear'"
    ).fetchall()
    return dict(rows)


def test_the_sum_form_of_shapley_is_linear_on_the_first_of_each_channel(
    database: duckdb.DuckDBPyConnection,
) -> None:
    """R(S) / |S| for each set of channels a path has (Zhao et al. 2018)."""
    put(
        database,
        [
            PathRow(("A",), 1, 0, 10),
            PathRow(("B",), 1, 0, 20),
            PathRow(("B", "A"), 1, 0, 12),
            PathRow(("A", "B", "C"), 1, 0, 9),
        ],
    )
    assert linear_in_sql(database) == pytest.approx({"A": 19, "B": 29, "C": 3})

    draw = random.Random(5)  # noqa: S311
    for _ in range(20):
        paths = [
            PathRow(tuple(dict.fromkeys(path.channels)), 1, 0, path.value)
            for path in random_paths(draw)
        ]
        wanted: dict[str, float] = defaultdict(float)
        for path in paths:
            for channel in path.channels:
                wanted[channel] += path.value / len(path.channels)
        put(database, paths)
        assert linear_in_sql(database) == pytest.approx(dict(wanted))


def test_the_other_rules_by_hand(database: duckdb.DuckDBPyConnection) -> None:
    put(
        database,
        [
            PathRow(("A", "B", "B", "Direct"), 2, 5, 100),
            PathRow(("Direct", "Direct"), 1, 0, 10),
            PathRow(("A",), 1, 0, 1),
        ],
    )
    rows = database.execute(query("int_rule_credits__summed")).fetchall()
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for model, channel, conversions, value in rows:
        found[model][channel] = value
        assert 0 <= conversions <= 4
    found = {m: {c: v for c, v in of.items() if v} for m, of in found.items()}
    assert found["first"] == {"A": 101, "Direct": 10}
    assert found["last"] == {"A": 1, "Direct": 110}
    assert found["last_non_direct"] == {"A": 1, "B": 100, "Direct": 10}
    assert found["linear"] == {"A": 26, "B": 50, "Direct": 35}
    assert found["position"] == pytest.approx({"A": 41, "B": 20, "Direct": 50})
