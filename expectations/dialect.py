"""The DuckDB dialect Great Expectations needs: results are read before the cursor goes away.

Great Expectations closes the connection before it reads the rows of a result, and DuckDB forgets
a result with its connection: nearly every expectation then ends in `list index out of range`.
This dialect fetches all rows as soon as a statement has run (they are few: metrics, not data).
"""

from __future__ import annotations

from collections import deque
from typing import Any

from duckdb_sqlalchemy import Dialect, DuckDBExecutionContext
from sqlalchemy import Connection
from sqlalchemy.dialects import registry
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy
from sqlalchemy.engine.interfaces import ReflectedColumn, ReflectedPrimaryKeyConstraint
from sqlalchemy.types import NullType


class BufferedExecutionContext(DuckDBExecutionContext):
    """Holds the rows of a result in memory from the moment the statement has run."""

    def post_exec(self) -> None:
        super().post_exec()
        if self.cursor.description is not None:
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(
                self.cursor, initial_buffer=deque(self.cursor.fetchall())
            )


class BufferedDialect(Dialect):
    """`duckdb+buffered://`: DuckDB with results that outlive their cursor."""

    driver = "buffered"
    execution_ctx_cls = BufferedExecutionContext
    supports_statement_cache = Dialect.supports_statement_cache

    # To ask the catalog goes through all columns of all tables, each time for one view.

    def get_pk_constraint(
        self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any
    ) -> ReflectedPrimaryKeyConstraint:
        """None: what is validated are views."""
        return {"constrained_columns": [], "name": None}

    def get_columns(
        self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any
    ) -> list[ReflectedColumn]:
        """The columns by name; suites that ask for types ask DuckDB in its own words."""
        table = ".".join(f'"{part}"' for part in (schema, table_name) if part)
        described = connection.exec_driver_sql(f"describe {table}")
        return [
            {"name": row[0], "type": NullType(), "nullable": True, "default": None}
            for row in described
        ]


registry.register("duckdb.buffered", __name__, BufferedDialect.__name__)
