"""First answers: questions that `make demo` asks of what was just published.

A layer that can answer something new adds its question here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from orchestration.paths import DataDir


@dataclass(frozen=True)
class Question:
    """A question in words, and SQL on the published file that answers it in a few rows.

    The variable `run_id` names the run that published.
    """

    words: str
    sql: str


QUESTIONS = [
    Question(
        "Is every row accounted for?",
        """
        select
            coalesce(source_name, 'all') as source,
            sum(files)::bigint as files,
            sum(rows_in_files)::bigint as rows,
            sum(rows_rejected)::bigint as rejected,
            sum(rows_quarantined)::bigint as quarantined,
            sum(rows_duplicate)::bigint as duplicates,
            sum(rows_staged)::bigint as staged,
            sum(rows_modelled)::bigint as modelled,
            sum(rows_filtered)::bigint as filtered,
            bool_and(balanced) as balanced
        from audit.audit_reconciliation
        where run_id = getvariable('run_id')
        group by grouping sets ((source_name), ())
        order by source_name nulls last
        """,
    ),
    Question(
        "Which rows are no contact of anybody, and why?",
        """
        select source_name as source, table_name as table, reason, rows_filtered as rows
        from audit.audit_filtered_rows
        where run_id = getvariable('run_id')
        order by all
        """,
    ),
]


def answers(data_dir: DataDir, run_id: str) -> Iterator[tuple[str, str]]:
    """Each question in words with its answer as a table in text."""
    with duckdb.connect(data_dir.published / "viaggio.duckdb", read_only=True) as connection:
        connection.execute("set variable run_id = $run_id", {"run_id": run_id})
        for question in QUESTIONS:
            relation = connection.sql(question.sql)
            yield question.words, text_table(relation.columns, relation.fetchall())


def text_table(columns: list[str], rows: list[tuple[object, ...]]) -> str:
    """Lay rows out in columns: numbers to the right with thousands marked, text to the left."""
    cells = [[_text(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    numeric = [
        all(isinstance(row[i], (int, float)) and not isinstance(row[i], bool) for row in rows)
        for i in range(len(columns))
    ]
    lines = []
    for line in [columns, ["-" * width for width in widths], *cells]:
        padded = (
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, numeric, strict=True)
        )
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return "" if value is None else str(value)
