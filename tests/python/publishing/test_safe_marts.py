"""Schemas `safe` and `bi_safe` of the publication: no small cell, and none that follows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import duckdb
import pytest

from tests.python.conftest import Built
from viaggio.publishing.readable_views import readable, view_names
from viaggio.publishing.safe_marts import (
    HIDDEN,
    SmallCells,
    create_safe_table,
    declared,
    minimum_persons,
)
from viaggio.workspace.dbt_project import load_manifest

SAFE = {mart: rule for mart, rule in declared().items() if isinstance(rule, SmallCells)}


@pytest.fixture(scope="module")
def published(built: Built) -> Iterator[duckdb.DuckDBPyConnection]:
    file = built.data_dir.published / "viaggio.duckdb"
    with duckdb.connect(str(file), read_only=True) as connection:
        yield connection


def columns_of(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> list[str]:
    return [row[0] for row in connection.execute(f'describe {schema}."{table}"').fetchall()]


def test_each_mart_with_figures_of_persons_says_how_its_small_cells_are_hidden(
    built: Built,
) -> None:
    marts = {
        node.name: set(node.column_descriptions)
        for node in load_manifest(built.data_dir).models
        if node.layer == "marts"
    }
    undeclared = set(marts) - set(declared())
    assert {mart for mart in undeclared if mart.startswith("mart_")} == set()
    for mart, rule in SAFE.items():
        assert {*rule.count, *rule.cell, *rule.together} <= marts[mart], mart
        assert len(rule.totals) <= 2, mart
    # What has a row per person or per thing a person did is in no safe schema.
    assert {mart for mart in SAFE if mart.startswith("fct_")} == set()


def test_only_safe_marts_are_there(published: duckdb.DuckDBPyConnection) -> None:
    tables = published.execute(
        "select table_name from duckdb_tables() where schema_name = 'safe'"
    ).fetchall()
    views = published.execute(
        "select view_name from duckdb_views() where schema_name = 'bi_safe'"
    ).fetchall()
    assert {name for (name,) in tables} == set(SAFE)
    assert {name for (name,) in views} == set(view_names(list(SAFE)).values())
    for mart in SAFE:
        assert "person_id" not in columns_of(published, "safe", mart)


@pytest.mark.parametrize("mart", SAFE)
def test_figures_are_those_of_the_mart_or_hidden(
    published: duckdb.DuckDBPyConnection, mart: str
) -> None:
    rule, columns = SAFE[mart], columns_of(published, "marts", mart)
    assert columns_of(published, "safe", mart) == [*columns, HIDDEN]
    named = ", ".join(f'"{column}"' for column in columns)
    cell = ", ".join(rule.cell)
    (changed,) = published.execute(
        f"select count(*) from ((select {named} from safe.{mart} where not {HIDDEN}) "
        f"except all (select {named} from marts.{mart}))"
    ).fetchone()
    (lost,) = published.execute(
        f"select count(*) from ((select {cell} from marts.{mart} where {rule.rows}) "
        f"except all (select {cell} from safe.{mart}))"
    ).fetchone()
    assert (changed, lost) == (0, 0)
    for column in set(columns) - set(rule.cell):
        (told,) = published.execute(
            f'select count("{column}") from safe.{mart} where {HIDDEN}'
        ).fetchone()
        assert told == 0, column
    view = view_names([mart])[mart]
    shown = columns_of(published, "bi_safe", view_names(list(SAFE)).get(mart, view))
    assert shown == [readable(column) for column in [*columns, HIDDEN]]


@pytest.mark.parametrize("mart", SAFE)
def test_no_small_cell_is_a_total_minus_what_is_shown(
    published: duckdb.DuckDBPyConnection, mart: str
) -> None:
    rule, minimum = SAFE[mart], minimum_persons()
    cells = counted_cells(published, mart, rule)
    small = {key for key, (count, _) in cells.items() if count < minimum}
    hidden = {key for key, (_, is_hidden) in cells.items() if is_hidden}
    assert small <= hidden
    groups = totals(published, mart, rule, cells, minimum)
    assert subtracted(groups, hidden) & small <= subtracted(groups, set(cells))


def counted_cells(
    connection: duckdb.DuckDBPyConnection, mart: str, rule: SmallCells
) -> dict[tuple, tuple[float, bool]]:
    """Of each cell with persons: how many, and whether it is hidden."""
    together = ", ".join(rule.together)
    counts = ", ".join(f"nullif({column}, 0)" for column in rule.count)
    names = " and ".join(
        f"marts.{column} is not distinct from safe.{column}" for column in rule.cell
    )
    rows = connection.execute(
        f"with cells as (select marts.*, safe.{HIDDEN} from marts.{mart} as marts "
        f"inner join safe.{mart} as safe on {names}) "
        f"select min(coalesce({counts})), bool_or({HIDDEN}), {together} from cells "
        f"group by {together}"
    ).fetchall()
    return {tuple(key): (count, hidden) for count, hidden, *key in rows if count}


def totals(
    connection: duckdb.DuckDBPyConnection,
    mart: str,
    rule: SmallCells,
    cells: dict[tuple, tuple[float, bool]],
    minimum: int,
) -> list[set[tuple]]:
    """The cells of each total that is no small cell itself."""
    groups: list[set[tuple]] = []
    for total in rule.totals:
        of_key: dict[tuple, set[tuple]] = defaultdict(set)
        size = len(rule.together)
        for row in connection.execute(
            f"select distinct {', '.join((*rule.together, *total))} from marts.{mart} "
            f"where {rule.rows}"
        ).fetchall():
            if row[:size] in cells:
                of_key[row[size:]].add(row[:size])
        groups += of_key.values()
    return [of for of in groups if sum(cells[key][0] for key in of) >= minimum]


def subtracted(groups: list[set[tuple]], hidden: set[tuple]) -> set[tuple]:
    """What one learns by subtracting from totals as long as one of them hides one cell only."""
    unknown = set(hidden)
    while alone := {next(iter(of & unknown)) for of in groups if len(of & unknown) == 1}:
        unknown -= alone
    return hidden - unknown


def test_something_is_hidden_and_most_is_shown(published: duckdb.DuckDBPyConnection) -> None:
    hidden: Counter[bool] = Counter()
    for mart in SAFE:
        hidden.update(
            dict(
                published.execute(
                    f"select {HIDDEN}, count(*) from safe.{mart} group by {HIDDEN}"
                ).fetchall()
            )
        )
    assert hidden[True] > 1000
    assert hidden[False] > 1000


def test_cells_that_give_each_other_away_are_hidden_together() -> None:
    rule = SmallCells(("entered",), ("month", "step"), (("month",),), ("month",))
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        connection.execute("create schema safe")
        connection.execute(
            "create table marts.funnel as select * from (values ('m1', 'cart', 90), "
            "('m1', 'order', 2), ('m2', 'cart', 80), ('m2', 'order', 0)) as t(month, step, entered)"
        )
        create_safe_table(connection, "funnel", ["month", "step", "entered"], rule, 5)
        rows = connection.execute("from safe.funnel order by month, step").fetchall()
    assert rows == [
        ("m1", "cart", None, True),
        ("m1", "order", None, True),
        ("m2", "cart", 80, False),
        ("m2", "order", 0, False),
    ]
