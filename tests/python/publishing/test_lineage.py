"""Columns are followed through whatever a query does with them, to where they begin."""

from __future__ import annotations

from typing import Any

import pytest

from viaggio.publishing.lineage import LineageError, read_lineage

ORDER = "source.viaggio.store.order"
LINE = "source.viaggio.store.line"
STAGES = "seed.viaggio.stages"
MODEL = "model.viaggio.made"
TABLES = {
    ORDER: ["id", "total", "kind", "tags"],
    LINE: ["order_id", "price", "quantity"],
}


def manifest_of(sql: str, columns: str, *more: tuple[str, str, str]) -> dict[str, Any]:
    """A manifest of two raw tables, a seed and models, the last one called `made`."""
    models = [*more, ("made", sql, columns)]
    return {
        "sources": {name: source(name, columns) for name, columns in TABLES.items()},
        "nodes": {
            STAGES: relation(STAGES, "seeds", ["stage", "kind"]),
            **{
                f"model.viaggio.{name}": {
                    **relation(f"model.viaggio.{name}", "marts", named.split()),
                    "compiled_code": written,
                }
                for name, written, named in models
            },
        },
    }


def source(name: str, columns: list[str]) -> dict[str, Any]:
    _, _, folder, table = name.split(".")
    return {
        **relation(name, f"raw_{folder}", columns),
        "identifier": table,
        "source_name": folder,
        "meta": {"external_location": "read_parquet('raw/{name}/*.parquet')"},
        "config": {"meta": {"dagster": {"asset_key": ["raw", folder, table]}}},
    }


def relation(name: str, schema: str, columns: list[str]) -> dict[str, Any]:
    kind, _, *_, table = name.split(".")
    return {
        "unique_id": name,
        "resource_type": kind,
        "database": "warehouse",
        "schema": schema,
        "name": table,
        "alias": table,
        "relation_name": f"warehouse.{schema}.{table}",
        "fqn": ["viaggio", schema, "sales", table],
        "depends_on": {"nodes": []},
        "description": f"One row per {table}.",
        "columns": {each: {"name": each, "description": f"What {each} holds."} for each in columns},
    }


ORDERS = "read_parquet('raw/order/*.parquet')"
LINES = "read_parquet('raw/line/*.parquet')"
SEED = "warehouse.seeds.stages"


@pytest.mark.parametrize(
    ("sql", "made_of", "chosen_by"),
    [
        (f"select total as a from {ORDERS}", {(ORDER, "total")}, set()),
        (f"with o as (select * from {ORDERS}) select total as a from o", {(ORDER, "total")}, set()),
        (f"select count(*) as a from {ORDERS}", {(ORDER, "*")}, set()),
        (
            f"with o as (select 1 as orders, 0 as lines from {ORDERS} union all"
            f" select 0 as orders, 1 as lines from {LINES}) select sum(orders) as a from o",
            set(),
            {(ORDER, "*"), (LINE, "*")},
        ),
        (
            f"select count(*) as a from {ORDERS} as o left join {LINES} as l on o.id = l.order_id",
            {(ORDER, "*")},
            set(),
        ),
        (
            f"select s.stage as a from {ORDERS} as o left join {SEED} as s on o.kind = s.kind",
            {(STAGES, "stage")},
            {(ORDER, "kind")},
        ),
        (
            f"select s.stage as a from {ORDERS} as o cross join {SEED} as s where o.kind = s.kind",
            {(STAGES, "stage")},
            {(ORDER, "kind")},
        ),
        (f"select unnest(tags) as a from {ORDERS}", {(ORDER, "tags")}, set()),
        (
            f"select t.tag as a from {ORDERS} as o, unnest(o.tags) as t (tag)",
            {(ORDER, "tags")},
            set(),
        ),
        (
            f"select row_number() over w as a from {ORDERS} window w as (order by total)",
            {(ORDER, "total")},
            set(),
        ),
        (
            f"select exists (select 1 from {LINES} as l where l.order_id = o.id) as a"
            f" from {ORDERS} as o",
            {(LINE, "*")},
            set(),
        ),
        (
            f"select (select max(price) from {LINES}) as a from {ORDERS}",
            {(LINE, "price")},
            set(),
        ),
        (
            f"with recursive walk as (select id, total from {ORDERS} union all"
            " select id, total + 1 from walk where total < 9) select total as a from walk",
            {(ORDER, "total")},
            set(),
        ),
        (
            f"with recursive walk as (select id, total, kind from {ORDERS} union all"
            " select id, kind as total, total as kind from walk) select kind as a from walk",
            {(ORDER, "total"), (ORDER, "kind")},
            set(),
        ),
        (f"select 'x' as a from {ORDERS}", set(), {(ORDER, "*")}),
        ("select 'x' as a", set(), set()),
    ],
)
def test_a_column_comes_from(sql: str, made_of: set, chosen_by: set) -> None:
    origin = read_lineage(manifest_of(sql, "a")).origins[MODEL, "a"]
    assert (set(origin.columns), set(origin.chosen_by)) == (made_of, chosen_by)


def test_the_expression_is_that_of_the_query_that_computes() -> None:
    sql = (
        f"with s as (select id, price * quantity as worth from {LINES} as l inner join {ORDERS} as "
        "o on o.id = l.order_id), t as (select id, sum(worth) as worth from s group by id) "
        "select id, worth as a from t"
    )
    origins = read_lineage(manifest_of(sql, "id a")).origins
    assert origins[MODEL, "a"].sql.splitlines() == ["SUM(s.worth)", "l.price * l.quantity"]
    assert origins[MODEL, "a"].is_computed
    assert not origins[MODEL, "id"].is_computed


def test_the_ends_lie_before_all_models() -> None:
    staged = ("staged", f"select id, kind, total from {ORDERS}", "id kind total")
    sql = (
        "select o.total, s.stage, count(*) as orders from warehouse.marts.staged as o "
        f"left join {SEED} as s on o.kind = s.kind group by all"
    )
    lineage = read_lineage(manifest_of(sql, "total stage orders", staged))
    assert lineage.ends((MODEL, "total")) == {(ORDER, "total")}
    assert lineage.ends((MODEL, "stage")) == {(STAGES, "stage")}
    assert lineage.ends((MODEL, "stage"), chosen=True) == {(STAGES, "stage"), (ORDER, "kind")}
    assert lineage.ends((MODEL, "orders")) == {(ORDER, "*")}


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (f"select missing as a from {ORDERS}", "has the column missing|has no column missing"),
        (f"select total as b from {ORDERS}", "there is no column a"),
        ("select a from warehouse.marts.unknown", "no table has the column a"),
        ("select (", "made: "),
    ],
)
def test_what_cannot_be_followed_is_an_error(sql: str, message: str) -> None:
    with pytest.raises(LineageError, match=message):
        read_lineage(manifest_of(sql, "a"))
