"""Every concept of customer journeys, asked of what is published (`viaggio concepts`).

Concepts are listed in docs/concepts.md, their queries in docs/concepts.sql.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from viaggio.publishing.answers import text_table
from viaggio.publishing.publish import current
from viaggio.workspace.paths import PROJECT_DIR, DataDir

WIDEST = 60


@dataclass(frozen=True)
class Concept:
    """A row of docs/concepts.md and its query."""

    concept_id: str
    words: str
    model: str
    columns: tuple[str, ...]
    sql: str


def read_concepts() -> list[Concept]:
    """The concepts, in their order.

    Raises:
        KeyError: A concept has no query.
    """
    docs = PROJECT_DIR / "docs"
    queries = dict(
        re.findall(
            r"^-- (C\d+)\n(.*?);$",
            (docs / "concepts.sql").read_text(encoding="utf-8"),
            re.DOTALL | re.MULTILINE,
        )
    )
    concepts = []
    for line in (docs / "concepts.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("| C"):
            concept_id, words, model, columns = (cell.strip() for cell in line[1:-1].split("|"))
            names = tuple(re.findall(r"`(\w+)`", columns))
            concepts.append(
                Concept(concept_id, words, model.strip("`"), names, queries[concept_id])
            )
    return concepts


def main(arguments: Sequence[str] | None = None) -> int:
    """Print each concept with its query and the rows it answers; 1 if nothing is published."""
    argparse.ArgumentParser(prog="viaggio concepts", description=__doc__).parse_args(arguments)
    data_dir = DataDir.from_env()
    if current(data_dir) is None:
        print("Nothing is published yet. Run `make demo` first.", file=sys.stderr)
        return 1
    with duckdb.connect(data_dir.published / "viaggio.duckdb", read_only=True) as connection:
        for concept in read_concepts():
            found = connection.execute(concept.sql)
            columns = [column[0] for column in found.description]
            rows = [tuple(map(_shortened, row)) for row in found.fetchall()]
            print(f"\n{concept.concept_id} {concept.words}\n{concept.sql}\n")
            print(text_table(columns, rows) if rows else "(no rows)")
    return 0


def _shortened(value: object) -> object:
    text = isinstance(value, str) and len(value) > WIDEST
    return f"{value[: WIDEST - 3]}..." if text else value


if __name__ == "__main__":
    sys.exit(main())
