"""Marts without small cells, for readers who must not learn what a few persons did.

Schema `safe` of the published file holds each mart that declares `small_cells` in its YAML, with
the marts' own names; schema `bi_safe` has views of them under readable names. In a hidden cell all
columns are null but those that name the cell. Facts and dimensions of persons are in neither.

`config.meta.small_cells` of a mart holds either `left_out`, the reason why it is in neither, or:

- `count`: the column that counts persons, or what comes closest; of several, the first that is
  neither null nor 0;
- `cell`: the columns that name a cell;
- `totals`: kinds of totals that readers may know from elsewhere, each as the columns of `cell` by
  which cells add up; `[]` is the sum of all. At most two; of two that nest, name the finer one;
- `together`: columns whose cells are hidden together, as the steps of one funnel give each other
  away; by default each cell is on its own;
- `rows`: a condition of SQL for the rows to keep, where others tell the same in another way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb
import yaml

from viaggio.publishing.readable_views import comment_on, create_views
from viaggio.publishing.small_cells import Cell, hidden_cells
from viaggio.workspace.paths import PROJECT_DIR

SCHEMA = "safe"
READABLE_SCHEMA = "bi_safe"
HIDDEN = "is_hidden"
_MARTS = PROJECT_DIR / "models" / "marts"
_COMMENT = "Whether the figures are hidden: those of a few persons, and those that give them away."

_Columns = Mapping[str, Sequence[tuple[str, str | None]]]


@dataclass(frozen=True)
class SmallCells:
    """What a mart says about its small cells; see the module."""

    count: tuple[str, ...]
    cell: tuple[str, ...]
    totals: tuple[tuple[str, ...], ...]
    together: tuple[str, ...]
    rows: str = "true"


def minimum_persons() -> int:
    """The dbt variable `safe_cell_persons`: cells of fewer persons are hidden; 0 hides none."""
    project = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))
    return int(project["vars"]["safe_cell_persons"])


@cache
def declared() -> dict[str, SmallCells | str]:
    """What each mart declares; a reason where it is left out."""
    found = {}
    for path in sorted(_MARTS.glob("*/_*__models.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]:
            declaration = model.get("config", {}).get("meta", {}).get("small_cells")
            if declaration is not None:
                found[model["name"]] = _read(declaration)
    return found


def _read(declaration: dict[str, Any]) -> SmallCells | str:
    if "left_out" in declaration:
        return str(declaration["left_out"])
    count, cell = declaration["count"], tuple(declaration["cell"])
    return SmallCells(
        count=(count,) if isinstance(count, str) else tuple(count),
        cell=cell,
        totals=tuple(tuple(total) for total in declaration["totals"]),
        together=tuple(declaration.get("together", cell)),
        rows=declaration.get("rows", "true"),
    )


def create_safe_marts(
    connection: duckdb.DuckDBPyConnection,
    database: str,
    marts: _Columns,
    comments: Mapping[str, str | None],
) -> None:
    """Create the schemas `safe` and `bi_safe` beside the marts.

    Args:
        connection: Has the database attached, for writing.
        database: The published one, with the schema `marts`.
        marts: Of each mart its columns, in their order, with their comments.
        comments: Of each mart its comment.
    """
    minimum = minimum_persons()
    rules = {name: rule for name, rule in declared().items() if isinstance(rule, SmallCells)}
    safe = {mart: [*of, (HIDDEN, _COMMENT)] for mart, of in marts.items() if mart in rules}
    connection.execute(f'use "{database}"')
    connection.execute(f"create schema {SCHEMA}")
    for mart, columns in safe.items():
        create_safe_table(connection, mart, [name for name, _ in marts[mart]], rules[mart], minimum)
        comment_on(connection, "table", f'{SCHEMA}."{mart}"', comments[mart], dict(columns))
    create_views(connection, database, safe, comments, schema=READABLE_SCHEMA, of=SCHEMA)


def create_safe_table(
    connection: duckdb.DuckDBPyConnection,
    mart: str,
    columns: Sequence[str],
    rule: SmallCells,
    minimum: int,
) -> None:
    """Copy `marts.<mart>` to `safe.<mart>`, with null in the figures of hidden cells."""
    together = ", ".join(rule.together)
    counted = f"coalesce({', '.join(f'nullif({column}, 0)' for column in rule.count)})"
    totals = ", ".join(
        f"[{', '.join(f'cast({column} as varchar)' for column in total)}]::varchar[]"
        for total in rule.totals
    )
    number = f"dense_rank() over (order by {together})"
    numbered = f"(select *, {number} as cell_number from marts.{mart} where {rule.rows})"
    rows = connection.execute(
        f"select cell_number, min({counted})::double, any_value([{totals}]) "
        f"from {numbered} where {counted} > 0 group by cell_number order by cell_number"
    ).fetchall()
    cells = [Cell(count, tuple(map(tuple, keys))) for _, count, keys in rows]
    hidden = [rows[position][0] for position in sorted(hidden_cells(cells, minimum))]
    is_hidden = "hidden.cell_number is not null"
    selected = ", ".join(
        f'cells."{column}"'
        if column in rule.cell
        else f'case when not ({is_hidden}) then cells."{column}" end as "{column}"'
        for column in columns
    )
    connection.execute(
        f"create table {SCHEMA}.{mart} as select {selected}, {is_hidden} as {HIDDEN} "
        f"from {numbered} as cells left join (select unnest($hidden::bigint[]) as cell_number) "
        f"as hidden on cells.cell_number = hidden.cell_number",
        {"hidden": hidden},
    )
