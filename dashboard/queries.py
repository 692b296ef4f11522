"""Every question the pages ask of the published marts: SQL in `sql/`, a file per question.

Marts are small however many events there were: no question here reads a fact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import pandas as pd

from dashboard import data
from viaggio.publishing.needs import LANDED

# Rows a page shows of a long list; its download has the same.
SHOWN = 200
ALL = "all"


@dataclass(frozen=True)
class Filters:
    """What the reader chose: months from first to last, personas and channels (empty: all)."""

    first: date | None = None
    last: date | None = None
    personas: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


EVERYTHING = Filters()


def ask(question: str, filters: Filters = EVERYTHING, **parameters: object) -> pd.DataFrame:
    """The answer to the question in `sql/<question>.sql`.

    A query names what it takes of the filters: `$first` and `$last`, always dates; `$personas` and
    `$channels`, null unless some are chosen; `$shown`, how many rows of a long list. The others are
    `parameters`.
    """
    known = {
        "first": filters.first or date.min,
        "last": filters.last or date.max,
        "personas": list(filters.personas) or None,
        "channels": list(filters.channels) or None,
        "shown": SHOWN,
        **parameters,
    }
    sql, named = _query(question)
    return data.rows(sql, {name: known[name] for name in named})


@cache
def _query(question: str) -> tuple[str, list[str]]:
    """The SQL of a question and the parameters it names."""
    sql = Path(__file__).with_name("sql").joinpath(f"{question}.sql").read_text(encoding="utf-8")
    (statement,) = duckdb.extract_statements(sql)
    return sql, sorted(statement.named_parameters)


def landed_tables() -> frozenset[str]:
    """Raw tables that have rows, as `source.table`."""
    return frozenset(data.rows(LANDED)["raw_table"])


def months() -> list[date]:
    """Months with orders or spend, oldest first."""
    if not data.is_published("marts.mart_channel_attribution"):
        return []
    return [month.date() for month in ask("months")["month"]]


def newest_day() -> date | None:
    """The newest day of any source."""
    if not data.is_published("marts.mart_data_coverage"):
        return None
    (newest,) = ask("newest_day")["newest"]
    return None if pd.isna(newest) else newest.date()
