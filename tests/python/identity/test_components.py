"""Connected components in SQL, against a union-find of a few lines."""

from __future__ import annotations

import json
import random
from hashlib import md5
from pathlib import Path

import duckdb
import pytest

from tests.python.conftest import Command, run_command
from viaggio.workspace.dbt_project import DBT
from viaggio.workspace.paths import DataDir
from viaggio.workspace.salt import ensure_salt

pytestmark = pytest.mark.slow

Edge = tuple[str, str]


def key(*parts: object) -> str:
    return md5("|".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()


def chain(length: int) -> list[Edge]:
    return [(key("chain", i), key("chain", i + 1)) for i in range(length - 1)]


def random_graph(name: str, vertices: int, edges: int) -> list[Edge]:
    draw = random.Random(name)  # noqa: S311
    return [
        (key(name, draw.randrange(vertices)), key(name, draw.randrange(vertices)))
        for _ in range(edges)
    ]


def star(rays: int) -> list[Edge]:
    return [(key("star", "hub"), key("star", i)) for i in range(rays)]


def union_find(edges: list[Edge]) -> dict[str, str]:
    """The least member of the component of each vertex that an edge joins to another."""
    parents: dict[str, str] = {}

    def root(vertex: str) -> str:
        parents.setdefault(vertex, vertex)
        while parents[vertex] != vertex:
            vertex = parents[vertex]
        return vertex

    for left, right in edges:
        if left != right:
            least, other = sorted((root(left), root(right)))
            parents[other] = least
    return {vertex: root(vertex) for vertex in parents}


def components(folder: Path, edges: list[Edge], most_rounds: int) -> Command:
    """Have dbt run the macro on edges, on DuckDB; its output ends with the rows as JSON."""
    data_dir = DataDir(folder)
    ensure_salt(data_dir)
    file = folder / "edges.parquet"
    with duckdb.connect() as connection:
        connection.execute("create table edges (identifier_id text, other_identifier_id text)")
        connection.executemany("insert into edges values (?, ?)", edges)
        connection.execute(f"copy edges to '{file}'")
    asked = (
        "select * from {{ connected_components("
        f"\"select * from read_parquet('{file}')\", 'test', {most_rounds}) }}}}"
    )
    return run_command(
        data_dir,
        *(DBT, "--quiet", "show", "--no-version-check"),
        *("--inline", asked, "--limit", "-1", "--output", "json"),
    )


def test_a_long_chain_and_graphs_of_all_densities(tmp_path: Path) -> None:
    edges = [
        *chain(1000),
        *star(300),
        *random_graph("sparse", 600, 250),
        *random_graph("about one", 600, 600),
        *random_graph("dense", 60, 600),
        (key("loop"), key("loop")),
    ]
    done = components(tmp_path, edges, 60)
    assert done.code == 0, done.output
    rows = json.loads(done.output[done.output.index("{") :])["show"]
    found = {row["identifier_id"]: row["cluster_id"] for row in rows}
    assert len(found) == len(rows)
    assert found == union_find(edges)


def test_too_few_rounds_are_an_error_not_a_wrong_answer(tmp_path: Path) -> None:
    done = components(tmp_path, chain(1000), 3)
    assert done.code != 0
    assert "have not converged in 3 rounds" in done.output
