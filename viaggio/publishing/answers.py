"""First answers: the questions of `analyses/answers`, asked of what was just published."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence

import duckdb

from viaggio.publishing import needs
from viaggio.publishing.questions import Question, read_questions
from viaggio.workspace.paths import DataDir


def answers(data_dir: DataDir, run_id: str) -> Iterator[tuple[str, str]]:
    """Each question in words with its answer as a table in text.

    Queries find the run that published in the variable `run_id`. Questions without an answer come
    last and together, each with the data it waits for.
    """
    with duckdb.connect(data_dir.published / "viaggio.duckdb", read_only=True) as connection:
        connection.execute("set variable run_id = $run_id", {"run_id": run_id})
        landed = {table for (table,) in connection.execute(needs.LANDED).fetchall()}
        waiting = []
        for question in read_questions("answers"):
            try:
                relation = connection.sql(question.sql)
                rows = relation.fetchall()
            except (duckdb.BinderException, duckdb.CatalogException):
                older = "a run that publishes (what is published now is of an older version)"
                waiting.append(f"{question.words} Waits for {older}.")
                continue
            if rows:
                yield question.words, text_table(relation.columns, rows)
            else:
                waiting.append(f"{question.words} Waits for {_waits_for(question, landed)}.")
    if waiting:
        yield "Not answered yet:", "\n".join(f"- {line}" for line in waiting)


def _waits_for(question: Question, landed: Collection[str]) -> str:
    """What has to land before the question has an answer."""
    return needs.in_words(needs.missing(question.models, landed)) or "more data"


def text_table(columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> str:
    """Lay rows out in columns: numbers to the right with thousands marked, text to the left."""
    cells = [[_text(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    numeric = [_is_numeric([row[i] for row in rows]) for i in range(len(columns))]
    lines = []
    for line in [columns, ["-" * width for width in widths], *cells]:
        padded = (
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, numeric, strict=True)
        )
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)


def _is_numeric(values: list[object]) -> bool:
    """Whether a column holds numbers, some of which may be missing, and nothing else."""
    filled = [value for value in values if value is not None]
    return (not values or bool(filled)) and all(
        isinstance(value, (int, float)) and not isinstance(value, bool) for value in filled
    )


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}" if math.isfinite(value) else ""
    return "" if value is None else str(value)
