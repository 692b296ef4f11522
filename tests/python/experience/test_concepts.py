"""docs/concepts.md says where each concept is, and each has a query that finds something there."""

from __future__ import annotations

import re

import duckdb
import pytest

from tests.python.conftest import FINDINGS, Built, run_module
from viaggio.publishing.questions import Question, read_questions
from viaggio.workspace.paths import PROJECT_DIR

CONCEPTS = read_questions("concepts")

# Two weeks of few persons are too short for a month that is over, a later one, enough answers,
# an offer, an event with enough guests, an effect beyond chance. The demo answers all of them.
TOO_SHORT = {"C27", "C32", "C43", "C46", "C54", "C89", "C98"}


def test_the_page_lists_each_concept_with_its_query() -> None:
    text = (PROJECT_DIR / "docs" / "concepts.md").read_text(encoding="utf-8")
    listed = [line for line in text.splitlines() if line.startswith("| C")]
    assert listed == [_line(concept) for concept in CONCEPTS]
    assert [concept.meta["id"] for concept in CONCEPTS] == [f"C{n:02}" for n in range(1, 99)]


def _line(concept: Question) -> str:
    columns = ", ".join(f"`{column}`" for column in concept.meta["columns"])
    model = concept.models[0]
    return f"| {concept.meta['id']} | {concept.words} | `{concept.name}` | `{model}` | {columns} |"


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda concept: concept.name)
def test_its_query_reads_the_columns_named(concept: Question) -> None:
    assert concept.meta["columns"]
    for name in concept.meta["columns"]:
        assert re.search(rf"(?<!\w){re.escape(name)}(?!\w)", concept.sql), name


def test_the_columns_named_are_of_the_model(built: Built) -> None:
    published = built.data_dir.published / "viaggio.duckdb"
    with duckdb.connect(published, read_only=True) as connection:
        for concept in CONCEPTS:
            described = connection.execute(f"describe marts.{concept.models[0]}").fetchall()
            assert set(concept.meta["columns"]) <= {row[0] for row in described}, concept.name


def test_each_query_answers_with_rows(built: Built) -> None:
    published = built.data_dir.published / "viaggio.duckdb"
    with duckdb.connect(published, read_only=True) as connection:
        silent = {
            concept.meta["id"]
            for concept in CONCEPTS
            if not connection.execute(concept.sql).fetchall() and concept.models[0] not in FINDINGS
        }
    assert silent <= TOO_SHORT


def test_all_are_printed(built: Built) -> None:
    said = run_module(built.data_dir, "viaggio.publishing.concepts")
    assert said.code == 0, said.output
    assert "C98 Satisfaction, loyalty, advocacy and revenue over time" in said.output
