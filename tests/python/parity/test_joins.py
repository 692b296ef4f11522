"""Left and anti joins that DuckDB can only do by comparing every row with every other.

It does so as soon as a condition looks at the left side alone, however small the tables are in a
test. A key that is null where the condition fails joins the same rows by their hash.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import duckdb

from viaggio.workspace.dbt_project import load_manifest
from viaggio.workspace.paths import DataDir


def test_no_join_has_a_condition_on_its_left_side_alone(golden_at_once: DataDir) -> None:
    compiled = golden_at_once.root / "target" / "compiled" / "viaggio" / "models"
    models = {path.stem: path.read_text("utf-8") for path in compiled.rglob("*.sql")}
    assert len(models) == len(load_manifest(golden_at_once).models)
    found = {name: list(conditions_on_the_left(sql)) for name, sql in models.items()}
    assert {name: relations for name, relations in found.items() if relations} == {}


def test_such_a_condition_is_found() -> None:
    joined = "with a as (select 1 as id, 2 as n) select * from a left join b on a.id = b.id"
    assert list(conditions_on_the_left(f"{joined} and b.n = 1")) == []
    assert list(conditions_on_the_left(f"{joined} and a.n = b.n")) == []
    assert list(conditions_on_the_left(f"{joined} and a.n = 1 where b.n = 1")) == ["b"]
    assert list(conditions_on_the_left(f"select * from ({joined} and lower(a.n) = 'x')")) == ["b"]


def conditions_on_the_left(sql: str) -> Iterator[str]:
    """The relations that left and anti joins add under a condition that does not mention them."""
    [(tree,)] = duckdb.execute("select json_serialize_sql(?)", [sql]).fetchall()
    parsed = json.loads(tree)
    assert not parsed["error"], parsed
    for join in _within(parsed, "type", "JOIN"):
        if join["join_type"] in {"LEFT", "ANTI", "FULL"} and (condition := join["condition"]):
            added = join["right"]["alias"] or join["right"]["table_name"]
            terms = [condition]
            if condition["type"] == "CONJUNCTION_AND":
                terms = condition["children"]
            for term in terms:
                columns = list(_within(term, "class", "COLUMN_REF"))
                if columns and all(column["column_names"][0] != added for column in columns):
                    yield added


def _within(tree: Any, key: str, value: str) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        if tree.get(key) == value:
            yield tree
        for child in tree.values():
            yield from _within(child, key, value)
    elif isinstance(tree, list):
        for child in tree:
            yield from _within(child, key, value)
