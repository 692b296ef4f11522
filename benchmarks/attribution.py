"""Which attribution model to trust, and what the models cost: `python benchmarks/attribution.py`.

First against the generated world's hidden truth: how many conversions each channel really caused
(`truth/channel_effect`: the same draws, the channel's effect taken away). For each model, the share
of the credit it gives each channel beside the share the channel caused, and how much of the credit
would have to move to be right. A new world of the default demo's size is generated and built, or
`--data-dir` names one that is built already; it is only read.

Then for speed: removal effects of 20 channels from a million paths by the project's SQL, beside the
public package ChannelAttribution where the interpreter given as `--package-python` has it, and the
error of both against a linear solve.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from worlds import generate_and_build

from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import file_to_write
from viaggio.workspace.sql_macros import SqlMacros, project_variables

# A friend's advice comes as a visit from a link (Referral) or as an invitation redeemed.
FRIENDS = "Referral and Word of Mouth"
FRIEND_CHANNELS = "('Referral', 'Word of Mouth')"

CREDITS = f"""
    with credits as (
        select model, channel, conversions, revenue
        from warehouse.marts.mart_attribution_comparison
        union all
        select 'markov, own totals', channel, credit_conversions, credit_revenue
        from warehouse.marts.mart_markov_removal_effects
        union all
        select 'shapley, own totals', channel, credit_conversions, credit_revenue
        from warehouse.marts.mart_shapley_values
    )
    select
        model,
        case when channel in {FRIEND_CHANNELS} then '{FRIENDS}' else channel end as channel,
        sum(conversions)::double as conversions,
        sum(revenue)::double as revenue
    from credits
    where channel <> 'Unattributed'
    group by all
"""

TRUTH = f"""
    select
        case when channel in {FRIEND_CHANNELS} then '{FRIENDS}' else channel end as channel,
        sum(expected_incremental_conversions) as conversions,
        sum(incremental_revenue) as revenue
    from '{{truth}}'
    group by all
"""

# The package's own loop, in the interpreter that has it; prints seconds and effects as JSON.
PACKAGE = """
import contextlib, json, os, resource, sys, time
with contextlib.redirect_stdout(open(os.devnull, "w")):
    import ChannelAttribution
    import pandas as pd
    data = pd.read_csv(sys.argv[1])
    before = time.perf_counter()
    cpu = time.process_time()
    found = ChannelAttribution.markov_model(
        data, "path", "conversions", var_value="value", var_null="nulls",
        out_more=True, verbose=False, flg_pro=False, ncore=2, nsim_start=float(sys.argv[2]),
    )
    spent = (time.perf_counter() - before, time.process_time() - cpu)
effects = found["removal_effects"]
print(json.dumps({
    "wall": spent[0],
    "cpu": spent[1],
    "effects": dict(zip(effects.iloc[:, 0], effects.iloc[:, 1])),
}))
"""


@dataclass(frozen=True)
class Spent:
    """What a query took, in seconds, and the removal effect of each channel."""

    wall: float
    cpu: float
    effects: dict[str, float]


def markov_sql() -> str:
    """The models' SQL of removal effects as DuckDB runs it, over a table `paths`."""
    macros = SqlMacros(("cross_engine/*.sql",), project_variables() | {"markov_order": 1})

    def created(model: str) -> str:
        query = macros.model(f"intermediate/attribution/{model}.sql")
        return f"create or replace table {model} as {query}"

    return f"""
        create or replace table int_attribution_paths__counted as
        select path, sum(conversions) as conversions, sum(nulls) as nulls, sum(value) as revenue
        from paths
        group by path;
        {created("int_markov_transitions__counted")};
        {created("int_removal_effects__squared")};
        select channel, removal_effect from int_removal_effects__squared
    """


def shares(
    rows: Sequence[tuple[str, float]], channels: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Amounts and shares of channels, in the order of `channels`; 0 for those that are missing."""
    found = dict(rows)
    amounts = np.array([found.get(channel) or 0.0 for channel in channels])
    return amounts, amounts / amounts.sum()


def compare_with_truth(data_dir: DataDir) -> None:
    """Print each model's error, and its share for each channel beside the share it caused."""
    with duckdb.connect() as connection:
        connection.execute(f"attach {file_to_write(data_dir.warehouse)} as warehouse (read_only)")
        credits = connection.execute(CREDITS).fetchall()
        truth = connection.execute(
            TRUTH.format(truth=data_dir.truth / "channel_effect.parquet")
        ).fetchall()
    models = list(dict.fromkeys(row[0] for row in sorted(credits)))
    channels = sorted({row[1] for row in credits} | {row[0] for row in truth})
    caused, caused_share = shares([(row[0], row[1]) for row in truth], channels)
    _, revenue_share = shares([(row[0], row[2]) for row in truth], channels)
    order = np.argsort(-caused)

    print(f"Conversions that some channel caused: {caused.sum():,.0f}")
    print(
        f"\n{'':<22}{'credit to move':>16}{'of revenue':>12}{'rank correlation':>18}"
        "  worst channels"
    )
    columns = {}
    for model in models:
        _, given = shares([(row[1], row[2]) for row in credits if row[0] == model], channels)
        _, earned = shares([(row[1], row[3]) for row in credits if row[0] == model], channels)
        columns[model] = given
        difference = given - caused_share
        worst = sorted(range(len(channels)), key=lambda i: -abs(difference[i]))[:3]
        print(
            f"{model:<22}{np.abs(difference).sum() / 2:>16.1%}"
            f"{np.abs(earned - revenue_share).sum() / 2:>12.1%}"
            f"{rank_correlation(given, caused):>18.2f}  "
            + ", ".join(f"{channels[i]} {difference[i]:+.1%}" for i in worst)
        )
    print(f"\n{'share of channel':<28}{'caused':>8}" + "".join(f"{m[:10]:>11}" for m in models))
    for i in order:
        print(
            f"{channels[i]:<28}{caused_share[i]:>8.1%}"
            + "".join(f"{columns[model][i]:>11.1%}" for model in models)
        )


def rank_correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Spearman's rank correlation; equal numbers share the mean of their places."""

    def places(numbers: np.ndarray) -> np.ndarray:
        return np.array([((numbers < n).sum() + (numbers <= n).sum()) / 2 for n in numbers])

    return float(np.corrcoef(places(first), places(second))[0, 1])


def make_paths(connection: duckdb.DuckDBPyConnection, paths: int, channels: int) -> None:
    """Fill the table `paths`: as long as those of the demo, some channels far commoner than others.

    Each draw hashes one number: DuckDB's hash of several values makes them depend on each other.
    """
    connection.execute(
        f"""
        create or replace table paths as
        with drawn as (
            select
                path_number,
                position,
                'channel ' || lpad(floor({channels} * pow(
                    (hash(path_number * 100 + position) >> 11) / pow(2, 53), 1.7
                ))::int::varchar, 2, '0') as channel
            from range({paths}) as numbers (path_number)
            cross join range(20) as positions (position)
            where position <= ln((hash(path_number * 100 + 99) >> 11) / pow(2, 53)) / ln(0.64)
        )
        select
            string_agg(channel, ' > ' order by position) as path,
            (hash(path_number * 100 + 98) % 10 = 0)::bigint as conversions,
            (hash(path_number * 100 + 98) % 10 <> 0)::bigint as nulls,
            conversions * (hash(path_number * 100 + 97) % 200)::double as value
        from drawn
        group by path_number
        """
    )


def in_sql(connection: duckdb.DuckDBPyConnection, query: str) -> Spent:
    """What the project's query takes, threads added up as CPU seconds."""
    before, cpu = time.perf_counter(), _cpu_seconds()
    rows = connection.execute(query).fetchall()
    return Spent(time.perf_counter() - before, _cpu_seconds() - cpu, dict(rows))


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def by_the_package(python: str, file: Path, walks: int) -> Spent | None:
    """The same by ChannelAttribution in another interpreter; None where it is not installed.

    `walks` is how many it simulates to begin with, for all channels and without each.
    """
    done = subprocess.run(
        (python, "-c", PACKAGE, str(file), str(walks)), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or ["nothing was said"]
        print(f"ChannelAttribution is left out: {said[-1]} (see --package-python)")
        return None
    return Spent(**json.loads(done.stdout.strip().splitlines()[-1]))


def by_linear_solve(connection: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """Removal effects by solving (1 - Q) x = r, once with all channels and once without each."""
    rows = connection.execute(
        "select string_split(path, ' > '), sum(conversions), sum(nulls) from paths group by all"
    ).fetchall()
    names = sorted({channel for path, _, _ in rows for channel in path})
    number = {name: index + 1 for index, name in enumerate(names)}
    steps = np.zeros((len(names) + 1, len(names) + 1))
    wins, ends = np.zeros(len(names) + 1), np.zeros(len(names) + 1)
    for path, conversions, nulls in rows:
        state = 0
        for channel in path:
            following = number[channel]
            if following != state:
                steps[state, following] += conversions + nulls
            state = following
        wins[state] += conversions
        ends[state] += conversions + nulls
    total = steps.sum(axis=1) + ends
    matrix, reward = steps / total[:, None], wins / total

    def rate(without: int | None) -> float:
        kept = [state for state in range(len(total)) if state != without]
        part = np.eye(len(kept)) - matrix[np.ix_(kept, kept)]
        return float(np.linalg.solve(part, reward[kept])[0])

    return {name: 1 - rate(index) / rate(None) for name, index in number.items()}


def measure_speed(paths: int, channels: int, python: str) -> None:
    """Print what removal effects take and how exact they are."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        connection.execute("set threads = 2")
        query = markov_sql()
        make_paths(connection, paths, channels)
        exact = by_linear_solve(connection)
        ours = min((in_sql(connection, query) for _ in range(3)), key=lambda spent: spent.cpu)
        file = Path(folder) / "paths.csv"
        connection.execute(f"copy paths to {file_to_write(file)}")
        print(
            f"\n{paths:,} paths, {channels} channels{'wall s':>16}{'CPU s':>9}{'largest error':>16}"
        )
        _print_spent("this project, in SQL", ours, exact)
        for walks in (100_000, 10_000_000):
            theirs = by_the_package(python, file, walks)
            if theirs is None:
                break
            _print_spent(f"ChannelAttribution, {walks:,} walks", theirs, exact)
            print(
                f"  {theirs.wall / ours.wall:.1f} times the wall, "
                f"{theirs.cpu / ours.cpu:.1f} times the CPU seconds"
            )


def _print_spent(name: str, spent: Spent, exact: dict[str, float]) -> None:
    error = max(abs(spent.effects[channel] - exact[channel]) for channel in exact)
    print(f"{name:<40}{spent.wall:>6.2f}{spent.cpu:>9.2f}{error:>16.1e}")


def main() -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--persons", type=int, default=20_000)
    parser.add_argument("--days", type=int, default=180)
    parser.add_argument("--paths", type=int, default=1_000_000)
    parser.add_argument("--channels", type=int, default=20)
    parser.add_argument("--data-dir", type=Path, help="a data directory that is built already")
    parser.add_argument(
        "--package-python", default=sys.executable, help="interpreter with ChannelAttribution"
    )
    options = parser.parse_args()
    if options.data_dir:
        compare_with_truth(DataDir(options.data_dir))
    else:
        with tempfile.TemporaryDirectory() as folder:
            generate_and_build(
                DataDir(Path(folder)),
                options.persons,
                options.days,
                ["+mart_attribution_comparison"],
            )
            compare_with_truth(DataDir(Path(folder)))
    measure_speed(options.paths, options.channels, options.package_python)
    return 0


if __name__ == "__main__":
    sys.exit(main())
