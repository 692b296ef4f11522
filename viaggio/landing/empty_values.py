"""Values that say nothing: the seed `empty_values` and the macros that staging reads it with."""

from __future__ import annotations

import csv
from functools import cache
from types import SimpleNamespace

from viaggio.workspace.contract import Column, RawTable
from viaggio.workspace.paths import PROJECT_DIR
from viaggio.workspace.sql import literal, quote
from viaggio.workspace.sql_macros import SqlMacros

SEED = PROJECT_DIR / "seeds" / "identity" / "empty_values.csv"


@cache
def empty_values(*kinds: str) -> list[str]:
    """Texts in lower case that say nothing where a value of one of the kinds belongs.

    `kinds` are those of the seed: `text`, `key`, `email`, `email_name`. The empty text and `null`,
    which a seed cannot hold, say nothing anywhere.
    """
    with SEED.open(encoding="utf-8", newline="") as seed:
        return ["", "null", *(row["value"] for row in csv.DictReader(seed) if row["kind"] in kinds)]


def is_empty(column: Column, table: RawTable) -> str:
    """SQL of the condition that a value is missing, or that staging makes it null.

    A row keeps its own key, whatever it is. A key of a person that is only part of the row's key
    must name somebody.
    """
    name = quote(column.name)
    if column.type.id != "varchar":
        return f"{name} is null"
    treatment = treatment_of(column, table)
    is_part_of_key = len(table.business_key) > 1 and column.pii == "identifier"
    text = _macros().rendered("{{ trimmed(name) }}", name=name)
    texts = [""]
    if treatment == "text":
        texts = empty_values("text")
    elif treatment == "key":
        text = _macros().rendered("{{ clean_key(name) }}", name=f"({text})")
        if column.name not in table.business_key or is_part_of_key:
            texts = empty_values("text", "key")
    return f"coalesce(lower({text}), '') in ({', '.join(map(literal, texts))})"


def treatment_of(column: Column, table: RawTable) -> str:
    """How staging treats a column: the macro `treatment_of` says it."""
    meta = {"accepted_values": column.accepted_values, "pii": column.pii}
    described = SimpleNamespace(
        name=column.name, data_type=column.data_type, config=SimpleNamespace(meta=meta)
    )
    rendered = _macros().rendered(
        "{{ treatment_of(column, key) }}", column=described, key=table.business_key
    )
    return rendered.strip()


@cache
def _macros() -> SqlMacros:
    return SqlMacros(("cross_engine/text.sql", "rules/values.sql", "rules/personal_data.sql"), {})
