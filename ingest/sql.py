"""Any SQL database: views in the raw contract's shape, each named `<source>__<table>`.

The views are the mapping; a person who knows the database writes them. Their `updated_at`, or else
the contract's moment of a table, is the cursor; a view without one is read whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, datetime

import dlt
import sqlalchemy as sa
from dlt.extract import DltResource
from dlt.sources.sql_database import sql_table
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from ingest.feeds import Feed, Period, Record, contract
from ingest.sources import IngestError
from viaggio.workspace.contract import RawTable

CHUNK = 10_000


def feeds(settings: dict[str, str], stack: ExitStack) -> list[Feed]:
    """One feed for each view or table that has a name of the contract."""
    schema = settings["VIAGGIO_SQL_SCHEMA"] or None
    try:
        # Errors name statements but no values.
        engine = sa.create_engine(settings["VIAGGIO_SQL_URL"], hide_parameters=True)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise IngestError(
            "VIAGGIO_SQL_URL is no address that SQLAlchemy understands, or its driver is not"
            f" installed ({type(error).__name__}). Example:"
            " postgresql+psycopg://user:password@host/database"
        ) from None
    stack.callback(engine.dispose)
    inspector = sa.inspect(engine)
    names = {*inspector.get_view_names(schema), *inspector.get_table_names(schema)}
    tables = contract().tables
    found = [tables[key] for key in tables if "__".join(key) in names]
    if not found:
        raise IngestError(
            "The database has no view named as a table of the contract (store__order) in"
            f" {'schema ' + schema if schema else 'the default schema'}: create views, or set"
            " VIAGGIO_SQL_SCHEMA."
        )
    return [_feed(engine, schema, table, inspector) for table in found]


def _feed(engine: sa.Engine, schema: str | None, table: RawTable, inspector: sa.Inspector) -> Feed:
    name = "__".join(table.key)
    columns = {each["name"]: each["type"] for each in inspector.get_columns(name, schema)}
    wanted = ("updated_at", table.updated_at, table.event_time)
    cursor = next((each for each in wanted if each in columns), None)
    convert = _converter(columns[cursor]) if cursor else None

    def records(period: Period) -> DltResource:
        incremental: dlt.sources.incremental[object] | None = None
        if cursor and convert:
            incremental = period.incremental(cursor, convert, on_cursor_value_missing="include")
        return sql_table(
            credentials=engine,
            table=name,
            schema=schema,
            incremental=incremental,
            chunk_size=CHUNK,
        )

    return Feed(name, records, {".".join(table.key): _as_it_is})


def _converter(kind: sa.types.TypeEngine[object]) -> Callable[[datetime], object]:
    """How a moment is written in a column of this type."""
    if isinstance(kind, sa.DateTime):
        return lambda moment: moment if kind.timezone else moment.replace(tzinfo=None)
    if isinstance(kind, sa.Date):
        return datetime.date
    if isinstance(kind, sa.Integer):  # the contract's are microseconds
        return lambda moment: int(moment.timestamp()) * 1_000_000
    return date.isoformat


def _as_it_is(record: Record) -> Iterator[Record]:
    yield record
