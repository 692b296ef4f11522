"""The last guard before tables are published: nothing in them may say who a person is.

Staging masks or hashes whatever can say so. What is found here has slipped through, so that
nothing is published and the message says where to look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import yaml

from viaggio.workspace.paths import PROJECT_DIR

_PERSONAL_NAME = re.compile(
    r"(^|_)(e_?mail|e_?mail_address|phone|phone_number|mobile|handle|ip|ip_address"
    r"|first_?name|last_?name|full_?name|surname|author_name)$"
)
# Keys are often as long as a phone number; in these only a number with a plus counts.
_KEY_NAME = re.compile(r"(^|_)(ids?|hash|number|code)$")


class PersonalDataError(RuntimeError):
    """A table about to be published holds what says who a person is."""


@dataclass(frozen=True)
class Table:
    """A built table: its name, its columns with their types, and where its rows can be read."""

    schema: str
    name: str
    columns: dict[str, str]
    relation: str


@dataclass(frozen=True)
class _Search:
    """What is looked for: in words, a cheap condition that any hit meets, and the pattern."""

    words: str
    sign: str
    pattern: str


def refuse_personal_names(table: Table) -> None:
    """Raise if a column of texts is named for what says who a person is."""
    named = [
        column
        for column, data_type in table.columns.items()
        if _holds_texts(data_type) and _PERSONAL_NAME.search(column.lower())
    ]
    if named:
        raise PersonalDataError(
            f"{table.schema}.{table.name}: column {', '.join(named)} is named for an e-mail "
            "address, a phone number, a handle or a name. Hash it (`..._hash`) or leave it out of "
            "the model. Nothing was published."
        )


def refuse_personal_values(
    connection: duckdb.DuckDBPyConnection, table: Table, warehouse: Path
) -> None:
    """Raise if a value of the table shows an e-mail address or a phone number.

    Args:
        connection: Where the table can be read.
        table: What is about to be published.
        warehouse: The database it was built in, which the message says how to search.
    """
    found = list(_hits(connection, table))
    if found:
        lines = "\n".join(
            f"{table.schema}.{table.name}: column {column} shows {search.words} in {rows} rows. "
            f"To see them, run on {warehouse}: {_query(table, column, search)}"
            for column, search, rows in found
        )
        raise PersonalDataError(
            f"{lines}\nFind the raw column they come from, mask it where it is staged "
            "(macro `masked`, models/staging) or take it out of the model, and run again. "
            "Nothing was published."
        )


def _hits(
    connection: duckdb.DuckDBPyConnection, table: Table
) -> Iterator[tuple[str, _Search, int]]:
    """Columns, what was found in them, and in how many rows.

    Signs are sought first, in all columns at once and once for each different text; the patterns,
    which cost far more, only where there is a sign.
    """
    searches = [
        (column, search)
        for column, data_type in table.columns.items()
        if _holds_texts(data_type)
        for search in _searches(is_key=bool(_KEY_NAME.search(column.lower())))
    ]
    if not searches:
        return
    signs = ", ".join(
        f"(select bool_or({search.sign.replace('{}', 'text')}) from "
        f'(select distinct cast("{column}" as varchar) as text from {table.relation}))'
        for column, search in searches
    )
    suspects = connection.execute(f"select {signs}").fetchone() or ()
    for (column, search), is_suspect in zip(searches, suspects, strict=True):
        if is_suspect:
            row = connection.execute(
                f"select count(*) from {table.relation} where {_condition(column, search)}"
            ).fetchone()
            if row and row[0]:
                yield column, search, row[0]


def _query(table: Table, column: str, search: _Search) -> str:
    """What shows the rows, as somebody may paste it."""
    return (
        f'select * from {table.schema}."{table.name}" '
        f"where regexp_matches(cast(\"{column}\" as varchar), '{search.pattern}');"
    )


def _condition(column: str, search: _Search) -> str:
    text = f'cast("{column}" as varchar)'
    return (
        f"case when {search.sign.replace('{}', text)} "
        f"then regexp_matches({text}, '{search.pattern}') end"
    )


@cache
def _searches(*, is_key: bool) -> tuple[_Search, ...]:
    """The shapes that staging masks (dbt_project.yml), so that nothing masked is refused."""
    project = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))
    shapes = project["vars"]["personal_data_shapes"]

    def numbers(before: str, phones: Sequence[str]) -> str:
        pattern = "|".join(phones).replace("~", shapes["phone_separator"])
        return f"(?:{before})(?:{pattern})(?:{shapes['after_both']})"

    international = numbers(shapes["before_international"], shapes["international_phones"])
    national = numbers(shapes["before_national"], shapes["national_phones"])
    at = "contains({}, '@') or contains({}, '%') or contains({}, '\uff20') or contains({}, '(at)')"
    email = _Search("e-mail addresses", at, shapes["email"])
    if is_key:
        plus = "contains({}, '+') or contains({}, '%')"
        return email, _Search("phone numbers", plus, international)
    digits = "regexp_matches({}, '[0-9](?:[^0-9A-Za-z]{0,3}[0-9]){6}')"
    return email, _Search("phone numbers", digits, f"{international}|{national}")


def _holds_texts(data_type: str) -> bool:
    """Whether texts are in the column, alone or in lists, structs and maps."""
    return "VARCHAR" in data_type or "JSON" in data_type
