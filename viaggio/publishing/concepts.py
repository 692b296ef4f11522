"""Every concept of customer journeys, asked of what is published (`viaggio concepts`).

Each has a query in `analyses/concepts`; docs/concepts.md lists them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import duckdb

from viaggio.publishing.answers import text_table
from viaggio.publishing.publish import current
from viaggio.publishing.questions import read_questions
from viaggio.workspace.paths import DataDir

WIDEST = 60


def main(arguments: Sequence[str] | None = None) -> int:
    """Print each concept with its query and the rows it answers; 1 if nothing is published."""
    argparse.ArgumentParser(prog="viaggio concepts", description=__doc__).parse_args(arguments)
    data_dir = DataDir.from_env()
    if current(data_dir) is None:
        print("Nothing is published yet. Run `make demo` first.", file=sys.stderr)
        return 1
    with duckdb.connect(data_dir.published / "viaggio.duckdb", read_only=True) as connection:
        for concept in read_questions("concepts"):
            found = connection.execute(concept.sql)
            columns = [column[0] for column in found.description]
            rows = [tuple(map(_shortened, row)) for row in found.fetchall()]
            print(f"\n{concept.meta['id']} {concept.words}\n{concept.sql}\n")
            print(text_table(columns, rows) if rows else "(no rows)")
    return 0


def _shortened(value: object) -> object:
    text = isinstance(value, str) and len(value) > WIDEST
    return f"{value[: WIDEST - 3]}..." if text else value


if __name__ == "__main__":
    sys.exit(main())
