"""First answers: tables in text, and every question answered on the demo world."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from tests.python.conftest import Built
from viaggio.publishing.answers import answers, text_table
from viaggio.publishing.publish import current
from viaggio.publishing.questions import read_questions
from viaggio.workspace.paths import DataDir

QUESTIONS = read_questions("answers")


def test_numbers_stand_right_and_text_left() -> None:
    rows = [("ga4", 1234567, True), ("crm", 5, False), (None, 0, None)]
    assert text_table(["source", "rows", "balanced"], rows).splitlines() == [
        "source       rows  balanced",
        "------  ---------  --------",
        "ga4     1,234,567  yes",
        "crm             5  no",
        "                0",
    ]


def test_what_is_no_number_is_not_printed() -> None:
    rows = [("a", 1.5), ("b", float("nan")), ("c", float("inf")), ("d", None)]
    assert text_table(["what", "rate"], rows).splitlines()[2:] == [
        "a     1.50",
        "b",
        "c",
        "d",
    ]


def test_no_rows() -> None:
    assert text_table(["source"], []) == "source\n------"


@pytest.mark.slow
def test_every_question_has_a_short_answer(built: Built) -> None:
    publication = current(built.data_dir)
    assert publication is not None
    found = dict(answers(built.data_dir, publication.run_id))
    assert list(found) == [question.words for question in QUESTIONS]
    for words, answer in found.items():
        assert 3 <= len(answer.splitlines()) <= 40, words
        assert max(map(len, answer.splitlines())) <= 110, words


@pytest.mark.slow
def test_a_question_without_an_answer_names_the_data_it_waits_for(
    built: Built, tmp_path: Path
) -> None:
    """A shop without orders, and without the site's visits in what an older version published."""
    data_dir = DataDir(tmp_path)
    data_dir.published.mkdir()
    file = data_dir.published / "viaggio.duckdb"
    shutil.copy(built.data_dir.published / "viaggio.duckdb", file)
    with duckdb.connect(file) as connection:
        connection.execute(
            """
            delete from marts.fct_orders;
            delete from marts.dim_personas;
            drop table marts.fct_sessions cascade;
            update audit.audit_reconciliation set rows_staged = 0
            where (source_name, table_name) in (('store', 'order'), ('ga4', 'event'))
            """
        )
        ((run_id,),) = connection.execute(
            "select max(run_id) from audit.audit_reconciliation"
        ).fetchall()
    found = dict(answers(data_dir, run_id))
    assert "How do people buy?" not in found
    waiting = found["Not answered yet:"].splitlines()
    assert waiting == [
        "- Which channels bring visits, and which of the visits buy? Waits for a run that "
        "publishes (what is published now is of an older version).",
        "- How far do visits get? Waits for a run that publishes (what is published now is of an "
        "older version).",
        "- How do people buy? Waits for orders of the shop and the tills (store.order) or visits "
        "and purchases on the site (ga4.event).",
        "- Who are the customers? Waits for more data.",
    ]


@pytest.mark.slow
def test_parts_add_up_to_all(built: Built) -> None:
    """Where an answer ends with all, the rows before it are its parts."""
    added_up = 0
    with duckdb.connect(built.data_dir.published / "viaggio.duckdb", read_only=True) as connection:
        for question in QUESTIONS:
            relation = connection.sql(question.sql)
            *parts, last = relation.fetchall() or [(None,)]
            if last[0] != "all":
                continue
            for column in {"visits", "orders", "touchpoints"} & set(relation.columns):
                i = relation.columns.index(column)
                assert sum(row[i] for row in parts) == last[i] > 0, question.words
                added_up += 1
    assert added_up >= 3
