"""Views for BI tools: the marts under names one reads, without rows that do not count.

They stand in the schema `bi` of the published file, beside the marts: `bi."Journey steps"` is
`marts.fct_journey_steps`, its column `"Hours since previous"` is `hours_since_previous`. Names
follow from those of the marts by one rule, so that there is no second list to keep, and comments
are the marts' own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import duckdb

SCHEMA = "bi"
# Excluded rows are in no figure: views leave them out, and the columns that say why.
EXCLUDED = "is_excluded"
HIDDEN = (EXCLUDED, "exclusion_reason", "is_bot", "is_internal", "is_machine", "is_test")

_UPPER_CASE = ("ces", "ci", "cpa", "csat", "id", "iso", "kpi", "nps", "roas", "roi", "ropo")
_ABBREVIATIONS = {word: word.upper() for word in _UPPER_CASE} | {"kpis": "KPIs"}
_ENDINGS = {
    "en": "(English)",
    "high": "(upper bound)",
    "it": "(Italian)",
    "low": "(lower bound)",
}


def readable(name: str) -> str:
    """A table's or column's name in words: `share_of_nps` is `Share of NPS`."""
    words = name.replace("_", " ")
    for ending, meant in _ENDINGS.items():
        words = re.sub(rf"(^| ){ending}$", rf"\g<1>{meant}", words)
    words = " ".join(_ABBREVIATIONS.get(word, word) for word in words.split(" "))
    return words[0].upper() + words[1:]


def view_names(marts: Sequence[str]) -> dict[str, str]:
    """The view of each mart: `fct_orders` is `Orders`.

    Where a fact and a mart would share a name, the mart, which counts by month, says so.
    """
    facts = {readable(_plain(mart)) for mart in marts if not mart.startswith("mart_")}
    names = {}
    for mart in marts:
        name = readable(_plain(mart))
        is_taken = mart.startswith("mart_") and name in facts
        names[mart] = f"{name} by month" if is_taken else name
    return names


def create_views(
    connection: duckdb.DuckDBPyConnection,
    database: str,
    marts: Mapping[str, Sequence[tuple[str, str | None]]],
    comments: Mapping[str, str | None],
    *,
    schema: str = SCHEMA,
    of: str = "marts",
) -> None:
    """Create the views beside the marts.

    Args:
        connection: Has the database attached, for writing.
        database: The published one, with the schema `of`.
        marts: Of each mart its columns, in their order, with their comments.
        comments: Of each mart its comment.
        schema: Where the views stand.
        of: Where the marts stand.
    """
    connection.execute(f'use "{database}"')
    connection.execute(f"create schema {schema}")
    for mart, view in view_names(list(marts)).items():
        columns = {column: text for column, text in marts[mart] if column not in HIDDEN}
        selected = ", ".join(f'"{column}" as "{readable(column)}"' for column in columns)
        counted = f"where not {EXCLUDED}" if EXCLUDED in dict(marts[mart]) else ""
        connection.execute(
            f'create view {schema}."{view}" as select {selected} from {of}."{mart}" {counted}'
        )
        told = {readable(column): text for column, text in columns.items()}
        comment_on(connection, "view", f'{schema}."{view}"', comments[mart], told)
    connection.execute("use memory")


def comment_on(
    connection: duckdb.DuckDBPyConnection,
    kind: str,
    relation: str,
    comment: str | None,
    columns: Mapping[str, str | None],
) -> None:
    """Write what a relation and its columns hold as comments, where there is a description.

    Args:
        connection: Has the database attached, for writing.
        kind: `table` or `view`.
        relation: Its name in SQL.
        comment: What it holds.
        columns: What each of its columns holds, by name.
    """
    told = {f"{kind} {relation}": comment}
    told |= {f'column {relation}."{column}"': text for column, text in columns.items()}
    texts = {target: text.replace("'", "''") for target, text in told.items() if text is not None}
    statements = [f"comment on {target} is '{text}'" for target, text in texts.items()]
    connection.execute("; ".join(["begin", *statements, "commit"]))


def _plain(mart: str) -> str:
    return mart.split("_", 1)[1]
