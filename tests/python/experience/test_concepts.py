"""docs/concepts.md says where each concept is, and each has a query that finds something there."""

from __future__ import annotations

import re

import duckdb
import pytest

from tests.python.conftest import FINDINGS, Built, run_module
from viaggio.publishing.concepts import Concept, read_concepts

# Two weeks of few persons are too short for a month that is over, a later one, enough answers,
# an offer, an event with enough guests, an effect beyond chance. The demo answers all of them.
TOO_SHORT = {"C27", "C32", "C43", "C46", "C54", "C89", "C98"}


def test_each_concept_has_one_row() -> None:
    assert [concept.concept_id for concept in read_concepts()] == [f"C{n:02}" for n in range(1, 99)]


@pytest.mark.parametrize("concept", read_concepts(), ids=lambda concept: concept.concept_id)
def test_its_query_reads_the_model_and_the_columns_named(concept: Concept) -> None:
    assert concept.columns
    for name in (f"marts.{concept.model}", *concept.columns):
        assert re.search(rf"(?<!\w){re.escape(name)}(?!\w)", concept.sql), name


def test_each_query_answers_with_rows(built: Built) -> None:
    published = built.data_dir.published / "viaggio.duckdb"
    with duckdb.connect(published, read_only=True) as connection:
        silent = {
            concept.concept_id
            for concept in read_concepts()
            if not connection.execute(concept.sql).fetchall() and concept.model not in FINDINGS
        }
    assert silent <= TOO_SHORT


def test_all_are_printed(built: Built) -> None:
    said = run_module(built.data_dir, "viaggio.publishing.concepts")
    assert said.code == 0, said.output
    assert "C98 Satisfaction, loyalty, advocacy and revenue over time" in said.output
