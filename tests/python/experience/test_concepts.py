"""docs/concepts.md says where each concept is; the built warehouse has all of it, and filled."""

from __future__ import annotations

import re
from typing import NamedTuple

import duckdb
import pytest

from orchestration.paths import PROJECT_DIR
from tests.python.conftest import FINDINGS, Built


class Concept(NamedTuple):
    """A row of the table."""

    concept_id: str
    model: str
    columns: list[str]


def read_concepts() -> list[Concept]:
    """The rows of the table, as written."""
    text = (PROJECT_DIR / "docs" / "concepts.md").read_text(encoding="utf-8")
    concepts = []
    for line in text.splitlines():
        if re.match(r"\| C\d", line):
            concept_id, _, model, columns, how = (cell.strip() for cell in line[1:-1].split("|"))
            assert how, f"{concept_id} does not say how to ask"
            concepts.append(Concept(concept_id, model.strip("`"), re.findall(r"`(\w+)`", columns)))
    return concepts


@pytest.mark.alone
def test_each_concept_has_one_row() -> None:
    assert [c.concept_id for c in read_concepts()] == [f"C{n:02}" for n in range(1, 99)]


def test_each_concept_is_in_the_warehouse(built: Built) -> None:
    with duckdb.connect(str(built.data_dir.warehouse), read_only=True) as warehouse:
        columns = dict(
            warehouse.execute(
                "select table_name, list(column_name) from information_schema.columns "
                "where table_schema = 'marts' group by table_name"
            ).fetchall()
        )
        wrong = []
        for concept in read_concepts():
            if concept.model not in columns:
                wrong.append(f"{concept.concept_id}: there is no {concept.model}")
                continue
            missing = set(concept.columns) - set(columns[concept.model])
            if missing or not concept.columns:
                wrong.append(f"{concept.concept_id}: {concept.model} lacks {sorted(missing)}")
            rows = warehouse.execute(f"select count(*) from marts.{concept.model}").fetchone()
            if rows == (0,) and concept.model not in FINDINGS:
                wrong.append(f"{concept.concept_id}: {concept.model} is empty")
    assert wrong == []
