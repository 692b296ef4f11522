"""What a source consists of: feeds of records, each mapped to rows of the raw contract.

Values pass unchanged, as text; only lists and structs stay what they are. Landing finds, counts
and names what is wrong with them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import dlt
from dlt.extract import DltResource

from viaggio.workspace.contract import Contract, RawTable, load_contract

Record = dict[str, Any]
Row = dict[str, Any]
Mapper = Callable[[Record], Iterable[Row]]

# Added to each record of an API: when it changed.
CURSOR = "_cursor"
# Changes of the last minute wait for the next pull: vendors' indexes lag behind, and a record that
# changes while pages are read would be missed if a later page moved the cursor past it.
SETTLED = timedelta(minutes=1)
# The table of files that need no mapping; all others are tables of the contract.
COPIED = "copied"


@cache
def contract() -> Contract:
    """The raw contract, read once."""
    return load_contract()


@dataclass(frozen=True)
class Period:
    """What a pull asks for: from the last cursor on or, given both ends, these days once more."""

    since: datetime | None = None
    until: datetime | None = None

    def incremental(
        self, path: str, convert: Callable[[datetime], Any], **options: Any
    ) -> dlt.sources.incremental[Any]:
        """A cursor of dlt's; one with an end leaves the stored cursor as it is."""
        since, until = (moment and convert(moment) for moment in (self.since, self.until))
        return dlt.sources.incremental(path, initial_value=since, end_value=until, **options)


@dataclass(frozen=True)
class Feed:
    """A kind of record and the tables (`store.order`) it fills."""

    name: str
    records: Callable[[Period], DltResource]
    tables: Mapping[str, Mapper]

    def resources(self, period: Period) -> list[DltResource]:
        """The records, which are read once, and one resource for each table."""
        records = self.records(period)
        if not self.tables:
            return [records]
        tables = [
            _rows_of(self.name, table, self.tables[name], records)
            for table in contract().tables.values()
            if (name := ".".join(table.key)) in self.tables
        ]
        records.selected = False
        return [records, *tables]


def paged(
    name: str,
    pages: Callable[[str | None], Iterator[list[Record]]],
    changed: Callable[[Record], object],
    lag: float = 0,
) -> Callable[[Period], DltResource]:
    """Records of an API: `pages` takes the moment since when, `changed` gives a record's moment.

    Moments are compared as UTC in one format, since vendors write local ones that change their
    offset twice a year. With a `lag`, each pull reads that many seconds again.
    """

    def records(period: Period) -> DltResource:
        incremental = period.incremental(CURSOR, utc, lag=lag or None)

        @dlt.resource(name=name)
        def read(cursor: dlt.sources.incremental[str] = incremental) -> Iterator[list[Record]]:
            until = utc(datetime.now(UTC) - SETTLED)
            for page in pages(cursor.last_value):
                dated = [{**each, CURSOR: utc(changed(each))} for each in page]
                yield [each for each in dated if each[CURSOR] < until]

        return read()

    return records


def utc(value: object) -> str:
    """A moment as text that sorts by time; seconds or milliseconds since 1970, or ISO 8601."""
    if isinstance(value, int | float):
        moment = datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)
    else:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def seconds(moment: str) -> str:
    """The same moment without fractions, which some vendors do not read."""
    return moment.partition(".")[0] + "Z"


def as_text(value: Any) -> str | None:
    """A value as a file of text would have it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _rows_of(feed: str, table: RawTable, mapper: Mapper, records: DltResource) -> DltResource:
    nested = {column.name for column in table.columns if column.is_nested}
    names = [column.name for column in table.columns]

    def rows(page: list[Record]) -> Iterator[Row]:
        for record in page if isinstance(page, list) else [page]:
            for row in mapper(record):
                yield {
                    name: row.get(name) if name in nested else as_text(row.get(name))
                    for name in names
                }

    return dlt.transformer(
        rows,
        data_from=records,
        name=f"{feed}__{table.source}__{table.name}",
        table_name=f"{table.source}__{table.name}",
        columns={
            name: {"name": name, "data_type": "json" if name in nested else "text"}
            for name in names
        },
    )
