"""The DuckDB in memory that one validation reads through; files are opened to read and let go."""

from __future__ import annotations

import os
import uuid
from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from expectations import dialect  # noqa: F401  (registers duckdb+buffered)
from expectations.gx import Expectation
from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import file_to_write, literal

Days = Mapping[tuple[str, str], Collection[date]]


@dataclass(frozen=True)
class TableSuite:
    """One table and what is expected of it.

    `view` is what the expectations read, in the session's default schema.
    """

    source_name: str
    table_name: str
    view: str
    expectations: list[Expectation] = field(default_factory=list)


@dataclass(frozen=True)
class Session:
    """A connection to an in-memory DuckDB, where to find the data and which days to read."""

    data_dir: DataDir
    url: str
    connection: sa.Connection
    days: Days | None
    now: datetime

    def execute(self, sql: str) -> sa.CursorResult:
        """Run one statement as written (no parameters), seen at once by every connection."""
        result = self.connection.exec_driver_sql(sql)
        self.connection.commit()
        return result

    def skips(self, source_name: str, table_name: str) -> bool:
        """Whether the table has nothing new to validate."""
        return self.days is not None and not self.days.get((source_name, table_name))

    def day_filter(self, *tables: tuple[str, str], column: str = "event_day") -> str:
        """SQL on `column` that is true for the days of these tables, as (source, table).

        The days are literals, so that partitions are pruned.
        """
        if self.days is None:
            return "true"
        days = {day for table in tables for day in self.days.get(table, ())}
        listed = ", ".join(f"date '{day}'" for day in sorted(days))
        return f"{column} in ({listed})" if days else "false"


@contextmanager
def open_session(
    data_dir: DataDir, days: Days | None, now: datetime | None
) -> Generator[Session, None, None]:
    """Open the in-memory database; on leaving, every file and connection is let go."""
    url = f"duckdb+buffered:///:memory:expectations_{uuid.uuid4().hex}"
    engine = sa.create_engine(url, poolclass=NullPool)
    data_dir.tmp.mkdir(parents=True, exist_ok=True)
    try:
        with engine.connect() as connection:
            session = Session(data_dir, url, connection, days, now or datetime.now(UTC))
            session.execute("set global TimeZone = 'UTC'")
            # Expectations read the same files again and again.
            session.execute("set global parquet_metadata_cache = true")
            session.execute(f"set global temp_directory = {file_to_write(data_dir.tmp)}")
            limit = os.environ.get("VIAGGIO_MEMORY_LIMIT", "8GB")
            session.execute(f"set global memory_limit = {literal(limit)}")
            # The names Spark knows them by, so that suites need no dialect of their own.
            session.execute("create macro regexp_like(t, pattern) as regexp_matches(t, pattern)")
            session.execute("create macro timestamp_micros(n) as make_timestamp(n)")
            yield session
            session.execute("detach database if exists warehouse")
    finally:
        engine.dispose()
