"""Views with readable names beside the published marts."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.python.conftest import Built
from viaggio.publishing.readable_views import EXCLUDED, HIDDEN, readable, view_names


@pytest.fixture(scope="module")
def published(built: Built) -> Iterator[duckdb.DuckDBPyConnection]:
    file = built.data_dir.published / "viaggio.duckdb"
    with duckdb.connect(str(file), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("net_revenue", "Net revenue"),
        ("order_id", "Order ID"),
        ("identifier_kind", "Identifier kind"),
        ("lift_low", "Lift (lower bound)"),
        ("ci_high", "CI (upper bound)"),
        ("name_it", "Name (Italian)"),
        ("most_frequent", "Most frequent"),
        ("touchpoint_kpis", "Touchpoint KPIs"),
    ],
)
def test_names_are_words(name: str, words: str) -> None:
    assert readable(name) == words


def test_a_mart_named_as_a_fact_says_what_it_counts_by() -> None:
    names = view_names(["dim_persons", "fct_returns", "mart_returns", "mart_store_visits"])
    assert names == {
        "dim_persons": "Persons",
        "fct_returns": "Returns",
        "mart_returns": "Returns by month",
        "mart_store_visits": "Store visits",
    }


def test_each_mart_has_a_view_with_its_rows_that_count(
    published: duckdb.DuckDBPyConnection,
) -> None:
    columns: dict[str, list[str]] = {}
    for table, column in published.execute(
        "select table_name, column_name from duckdb_columns()"
        " where schema_name = 'marts' order by table_name, column_index"
    ).fetchall():
        columns.setdefault(table, []).append(column)
    names = view_names(list(columns))
    views = published.execute(
        "select view_name from duckdb_views() where schema_name = 'bi'"
    ).fetchall()
    assert sorted(view for (view,) in views) == sorted(names.values())
    assert len(set(names.values())) == len(names)
    left_out = 0
    for mart, view in names.items():
        kept = [column for column in columns[mart] if column not in HIDDEN]
        shown = published.execute(f'select * from bi."{view}"')
        assert [column for column, *_ in shown.description] == [readable(each) for each in kept]
        quoted = ", ".join(f'"{column}"' for column in kept)
        expected = f"select {quoted} from marts.{mart}"
        if EXCLUDED in columns[mart]:
            expected += f" where {EXCLUDED} is false"
        [(missing,)] = published.execute(
            f'select count(*) from (({expected}) except all (from bi."{view}"))'
        ).fetchall()
        [(of_view, of_expected, of_all)] = published.execute(
            f'select (select count(*) from bi."{view}"),'
            f" (select count(*) from ({expected})), (select count(*) from marts.{mart})"
        ).fetchall()
        assert (missing, of_view) == (0, of_expected), mart
        left_out += of_all - of_view
    assert left_out > 0


def test_orders_of_the_view_are_the_conversions(published: duckdb.DuckDBPyConnection) -> None:
    assert (
        published.execute('select count(*), sum("Net revenue") from bi."Orders"').fetchall()
        == published.execute(
            "select count(*), sum(net_revenue) from marts.fct_orders where is_conversion"
        ).fetchall()
    )


def test_views_carry_the_descriptions(published: duckdb.DuckDBPyConnection) -> None:
    of_view = "select comment from duckdb_columns() where table_name = 'Orders' and column_name = "
    of_mart = "select comment from duckdb_columns() where table_name = 'fct_orders' and "
    assert (
        published.execute(of_view + "'Net revenue'").fetchall()
        == published.execute(of_mart + "column_name = 'net_revenue'").fetchall()
    )
    [(undescribed,)] = published.execute(
        "select count(*) from duckdb_views() where schema_name = 'bi' and comment is null"
    ).fetchall()
    assert undescribed == 0
