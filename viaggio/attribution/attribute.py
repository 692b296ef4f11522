"""Attribution models of a table of paths: `viaggio attribute paths.csv`.

The file has a header and the columns `path` (channels in their order, `>` between them) and
`conversions`; `nulls` (how often it ended without one) and `value` (what the conversions were
worth) if there are any. What comes out has a row for each model and channel, by the very dbt models
that the marts read; it is printed, or written to `--out`. No warehouse is needed or touched.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import duckdb
import numpy as np

from viaggio.attribution.path_tables import (
    DECIMALS,
    SEPARATOR,
    PathTable,
    PathTableError,
    read_paths,
)
from viaggio.publishing.spreadsheets import csv_of_csv
from viaggio.workspace.sql_macros import SqlMacros, project_variables

COLUMNS = ("model", "channel", "effect", "effect_on_value", "credit_conversions", "credit_value")
_HELP = "Run the attribution models on a file of paths (docs/attribution.md)."
DIRECT = "Direct"
# The channels that Shapley does not tell apart, together.
OTHER = "Other"

_MACROS = ("rules/attribution.sql", "cross_engine/*.sql")
_MODELS = "intermediate/attribution"


def attribute(table: PathTable, variables: dict[str, int]) -> str:
    """All models of a table of paths, as CSV that is safe to open.

    `variables` go before those of `dbt_project.yml`.
    """
    settings = {**project_variables(), **variables}
    macros = SqlMacros(_MACROS, settings)
    codes = _codes(table.channels)
    with duckdb.connect() as connection:

        def build(model: str) -> None:
            query = macros.model(f"{_MODELS}/{model}.sql")
            connection.execute(f"create table {model} as {query}")

        _create_paths(connection, table, list(codes.values()))
        build("int_markov_transitions__counted")
        if settings["markov_order"] == 1:
            _create_removal_effects(connection)
        else:
            build("int_removal_effects__walked")
        build("int_shapley_values__averaged")
        build("int_rule_credits__summed")
        build("int_channel_credits__apportioned")
        # Where the conversions are worth nothing, each channel gets 0 of it, whatever its effect.
        rows = connection.execute(
            "select model, channel, effect, effect_on_revenue, credit_conversions, "
            "coalesce(credit_revenue, 0) from int_channel_credits__apportioned union all "
            "select model, channel, null, null, credit_conversions, credit_revenue "
            "from int_rule_credits__summed order by model, credit_conversions desc, channel"
        ).fetchall()
    names = {code: channel for channel, code in codes.items()} | {OTHER: _name_of_others(codes)}
    return _csv(rows, names, has_value=table.has_value)


def _codes(channels: list[str]) -> dict[str, str]:
    """A code for each channel, in the same order, so that no name is taken for a word of ours.

    Direct keeps its name, by which the models know it; codes before it begin with A, others with E.
    """
    width = len(str(len(channels)))
    codes = {
        channel: f"{'A' if channel < DIRECT else 'E'}{number:0{width}}"
        for number, channel in enumerate(channels, 1)
    }
    return codes | {name: name for name in channels if name == DIRECT}


def _name_of_others(channels: dict[str, str]) -> str:
    name = OTHER
    while name in channels:
        name += " channels"
    return name


def _create_paths(
    connection: duckdb.DuckDBPyConnection, table: PathTable, codes: list[str]
) -> None:
    """The table that stands in for the warehouse's paths; its numbers are exact."""
    paths = {
        "path": [" > ".join(codes[place] for place in path) for path in table.paths],
        **{
            name: [
                f"{number // 10**DECIMALS}.{number % 10**DECIMALS:0{DECIMALS}}" for number in column
            ]
            for name, column in zip(
                ("conversions", "nulls", "revenue"),
                zip(*table.paths.values(), strict=True),
                strict=True,
            )
        },
    }
    read = {name: np.array(texts, dtype=object) for name, texts in paths.items()}
    connection.register("read", read)
    connection.execute(
        "create table int_attribution_paths__counted as "
        f"select path, columns(* exclude path)::decimal(38, {DECIMALS}) from read"
    )


def _create_removal_effects(connection: duckdb.DuckDBPyConnection) -> None:
    """What `int_removal_effects__squared` says of a chain, by solving instead of squaring.

    With N the inverse of I - Q, a walk from the start meets channel x with the probability
    N(start, x) / N(x, x), and converts from there as often as row x of N r says. Squaring a matrix
    of hundreds of channels in SQL takes minutes.
    """
    found = connection.execute(
        "select from_number - 1 as here, to_number - 1 as there, from_state, to_state, "
        "probability, mean_value from int_markov_transitions__counted"
    ).fetchnumpy()
    # Numbers and texts, none of them of DuckDB's enums.
    steps = cast("dict[str, np.ndarray]", found)
    names = dict(zip(steps["here"].tolist(), steps["from_state"], strict=True))
    inner = ~np.ma.getmaskarray(steps["there"])
    matrix = np.eye(len(names))
    matrix[steps["here"][inner], steps["there"][inner]] -= steps["probability"][inner]
    ends = steps["to_state"] == "(conversion)"
    gains = np.zeros((len(names), 2))
    gains[steps["here"][ends], 0] = steps["probability"][ends]
    gains[steps["here"][ends], 1] = (steps["probability"] * steps["mean_value"])[ends]

    visits = np.linalg.inv(matrix)
    prospects = visits @ gains
    start = next(number for number, name in names.items() if name == "(start)")
    met = visits[start] / np.diagonal(visits)
    with np.errstate(invalid="ignore"):  # nothing is worth anything: nulls
        effects = met[:, None] * prospects / prospects[start]
    channels = [number for number in names if number != start]
    solved = {
        "channel": np.array([names[number] for number in channels], dtype=object),
        "removal_effect": effects[channels, 0],
        "removal_effect_revenue": effects[channels, 1],
    }
    connection.register("solved", solved)
    connection.execute("create table int_removal_effects__squared as select * from solved")


def _csv(rows: list[tuple], names: dict[str, str], *, has_value: bool) -> str:
    """The rows by the names of channels; without what they were worth where that is not known."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(COLUMNS)
    for row in rows:
        cells = dict(zip(COLUMNS, row, strict=True)) | {"channel": names[row[1]]}
        if not has_value:
            cells |= {"effect_on_value": None, "credit_value": None}
        lines.writerow(cells.values())
    return csv_of_csv(written.getvalue())


def main(arguments: Sequence[str] | None = None) -> int:
    """Attribute and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="viaggio attribute", description=_HELP)
    parser.add_argument("paths", type=Path, help="CSV file: path, conversions, nulls, value")
    parser.add_argument("--out", type=Path, help="CSV file to write (printed if not given)")
    parser.add_argument(
        "--separator", default=SEPARATOR, help="what stands between the channels of a path (>)"
    )
    parser.add_argument("--order", type=int, choices=range(1, 4), help="Markov order")
    parser.add_argument(
        "--shapley", type=int, choices=range(1, 17), help="channels Shapley tells apart"
    )
    options = parser.parse_args(arguments)
    given = {"markov_order": options.order, "shapley_max_channels": options.shapley}
    try:
        table = read_paths(options.paths, options.separator)
        found = attribute(table, {name: value for name, value in given.items() if value})
        if options.out:
            options.out.write_text(found, encoding="utf-8", newline="")
    except PathTableError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{options.out} cannot be written ({error.strerror}).", file=sys.stderr)
        return 1
    print(f"Wrote {options.out}\n" if options.out else found, end="")
    for note in table.notes:
        print(f"{options.paths}: {note}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
