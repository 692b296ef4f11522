"""Which headline figures moved between two publications, and why: `analyses/changes`.

Everything comes from the two published files. Rows are compared by their keys: a row that only the
later publication has is new or late, by its day; one that only the earlier has was withdrawn; one
that both have is corrected where its values differ, or belongs to another person. Each row has one
cause, so the causes of a figure add up to its difference.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

from viaggio.publishing.history import HistoryError, find
from viaggio.publishing.publish import Publication, position
from viaggio.publishing.questions import read_questions
from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import file_to_write

FIGURES = (
    *("orders", "net_revenue", "persons", "touchpoints", "sessions"),
    *("journeys", "converted_journeys", "reviews"),
)
CAUSES = (
    *("new_rows", "late_rows", "corrected_rows", "withdrawn_rows"),
    *("identity_changes", "rules_or_code"),
)


@dataclass(frozen=True)
class Moved:
    """One figure in both publications, or its part of a month and channel; a month's first day.

    `causes` has every name of `CAUSES`. They and the residual add up to the difference.
    """

    figure: str
    month: date | None
    channel: str | None
    before: Decimal
    after: Decimal
    causes: dict[str, Decimal]
    residual: Decimal

    @property
    def difference(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True)
class Comparison:
    """Two publications, each figure in all, the parts that moved, and what limits the answer."""

    earlier: Publication
    later: Publication
    totals: list[Moved]
    parts: list[Moved]
    notes: list[str]


def compare(data_dir: DataDir, one: str, other: str) -> Comparison:
    """Compare two publications that are kept, given by number or id in any order.

    Raises:
        HistoryError: One is not kept, is damaged, or is of a version that lacks a column.
    """
    found = sorted((find(data_dir, each) for each in (one, other)), key=lambda it: position(it[0]))
    (folder, earlier), (later_folder, later) = found
    if folder == later_folder:
        raise HistoryError(f"Publication {one} is the same as {other}: name two.")
    has_same_files = earlier.loaded == later.loaded
    has_same_rules = earlier.rules_version == later.rules_version
    headline, changed, moved = read_questions("changes")
    with duckdb.connect() as connection:
        data_dir.tmp.mkdir(exist_ok=True)
        connection.execute(f"set temp_directory = {file_to_write(data_dir.tmp)}")
        connection.execute(f"set memory_limit = '{os.environ.get('VIAGGIO_MEMORY_LIMIT', '8GB')}'")
        try:
            for name, where in (("earlier", folder), ("later", later_folder)):
                file = file_to_write(where / "viaggio.duckdb")
                connection.execute(f"attach {file} as {name} (read_only)")
                connection.execute(f"use {name}")
                connection.execute(f"create table memory.{name}_rows as {headline.sql}")
            connection.execute("use memory")
            connection.execute(f"set variable has_same_files = {has_same_files}")
            connection.execute(f"set variable has_same_rules = {has_same_rules}")
            connection.execute(f"create table changed_rows as {changed.sql}")
        except (duckdb.BinderException, duckdb.CatalogException) as error:
            raise HistoryError(
                "They cannot be compared, since one lacks a table or column of this version: "
                f"{str(error).splitlines()[0]}"
            ) from error
        rows = connection.execute(moved.sql).fetchall()
    totals = {figure: _moved(figure, *row) for is_total, figure, *row in rows if is_total}
    return Comparison(
        earlier,
        later,
        [totals[figure] for figure in FIGURES if figure in totals],
        [_moved(*row) for is_total, *row in rows if not is_total],
        _notes(earlier, later, has_same_files=has_same_files, has_same_rules=has_same_rules),
    )


def _moved(
    figure: str,
    month: date | None,
    channel: str | None,
    before: Decimal,
    after: Decimal,
    *changes: Decimal,
) -> Moved:
    *causes, residual = changes
    named = dict(zip(CAUSES, causes, strict=True))
    return Moved(figure, month, channel, before, after, named, residual)


def _notes(
    earlier: Publication, later: Publication, *, has_same_files: bool, has_same_rules: bool
) -> list[str]:
    """What the two files alone cannot tell."""
    notes = []
    if has_same_files:
        notes.append("No file landed between the two, so whatever moved comes of rules or code.")
    elif not has_same_rules:
        notes.append(
            "Rules and files changed. Rows with other values count as rules or code, though some "
            "may be corrections; late and withdrawn rows may come of other rules."
        )
    elif earlier.code_version != later.code_version:
        notes.append(
            "The rules are the same, but other code or texts of the project changed. Corrected "
            "rows may come of it."
        )
    return notes
