"""What a run found wrong in the files that landed, as text for people.

Reads what the run left behind: the ledger, the quarantine, results of expectations, the raw rows
and, where it was built, the warehouse's reconciliation. Shows file names, columns, identifiers and
counts, never the text of a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from adapters.findings import ask
from adapters.runner import AdapterError
from viaggio.workspace.contract import load_contract
from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import file_to_write, files_below

Row = Sequence[object]
# Columns listed of those that the contract does not know.
NAMES_SHOWN = 6


def report(data: DataDir) -> str:
    """The report of everything landed in `data`; AdapterError where nothing has."""
    files = data.ledger / "file"
    if not any(files.glob("*.parquet")):
        raise AdapterError(
            f"nothing has landed in {data.root}: no {files}/*.parquet. Map the exports "
            "(viaggio adapt --from ...) and run landing first."
        )
    with duckdb.connect() as connection:
        connect_raw(connection, data)
        view(connection, "ledger_file", files)
        view(connection, "quarantined_row", data.quarantine / "quarantined_row")
        view(connection, "result", data.validation / "result")
        sections = [
            ("What landed", landed(connection)),
            ("Files refused whole", refused(connection)),
            ("Rows in quarantine", quarantined(connection)),
            ("Columns the contract does not know (kept in _extra_columns)", extra(connection)),
            ("Expectations that failed", failed_expectations(connection)),
            ("What is odd in the rows that landed", odd(connection)),
            ("Reconciliation (rows in files to rows staged)", reconciliation(connection, data)),
        ]
    return "\n\n".join(f"## {title}\n{body}" for title, body in sections)


def connect_raw(connection: duckdb.DuckDBPyConnection, data: DataDir) -> None:
    """A view `raw_<source>.<table>` of each raw table, and `raw_row` over the rows of all."""
    rows = []
    for table in load_contract().tables.values():
        files = files_below(table.folder(data.raw), "*/*.parquet")
        connection.execute(f"create schema if not exists raw_{table.source}")
        connection.execute(
            f'create view raw_{table.source}."{table.name}" as '
            f"select * from read_parquet({files}, hive_partitioning = true)"
        )
        rows.append(f'select _source_file, _key_hash from raw_{table.source}."{table.name}"')
    connection.execute(f"create view raw_row as {' union all '.join(rows)}")


def view(connection: duckdb.DuckDBPyConnection, name: str, folder: Path) -> None:
    """A view of a folder's Parquet files; none where the folder holds none."""
    if any(folder.glob("*.parquet")):
        connection.execute(
            f"create view {name} as select * from "
            f"read_parquet({files_below(folder, '*.parquet')}, union_by_name = true)"
        )


def exists(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    found = connection.execute("select 1 from duckdb_views() where view_name = ?", [name])
    return found.fetchone() is not None


def landed(connection: duckdb.DuckDBPyConnection) -> str:
    """Rows of each file, and how many of them repeat a business key within the file."""
    return table(
        ("file", "outcome", "rows", "raw", "quarantined", "duplicates"),
        connection.execute(
            """
            with repeated as (
                select _source_file, count(*) - count(distinct _key_hash) as duplicates
                from raw_row
                group by _source_file
            )

            select
                file.source_file,
                file.outcome,
                file.rows_in_file,
                file.rows_raw,
                file.rows_quarantined,
                coalesce(repeated.duplicates, 0),
            from ledger_file as file
            left join repeated on file.source_file = repeated._source_file
            order by file.source_file, file.loaded_at
            """
        ).fetchall(),
    )


def refused(connection: duckdb.DuckDBPyConnection) -> str:
    return table(
        ("file", "rows", "reason"),
        connection.execute(
            """
            select source_file, rows_in_file, reason
            from ledger_file
            where outcome = 'rejected'
            order by source_file
            """
        ).fetchall(),
    )


def quarantined(connection: duckdb.DuckDBPyConnection) -> str:
    if not exists(connection, "quarantined_row"):
        return "none"
    return table(
        ("file", "reason", "rows", "first row"),
        connection.execute(
            """
            select source_file, reason, count(*), min(row_number)
            from quarantined_row
            group by source_file, reason
            order by source_file, count(*) desc, reason
            """
        ).fetchall(),
    )


def extra(connection: duckdb.DuckDBPyConnection) -> str:
    rows = connection.execute(
        """
        select source_file, extra_columns
        from ledger_file
        where extra_columns is not null and outcome = 'loaded'
        order by source_file
        """
    ).fetchall()
    return table(("file", "columns", "names"), [(file, *summary(names)) for file, names in rows])


def summary(names: str) -> tuple[int, str]:
    """How many columns a comma-separated list names, and the first of them."""
    columns = [name.strip() for name in names.split(",")]
    more = len(columns) - NAMES_SHOWN
    shown = ", ".join(columns[:NAMES_SHOWN])
    return len(columns), f"{shown} and {more} more" if more > 0 else shown


def failed_expectations(connection: duckdb.DuckDBPyConnection) -> str:
    if not exists(connection, "result"):
        return "no validation was run"
    return table(
        ("layer", "table", "expectation", "severity", "observed"),
        connection.execute(
            """
            with newest as (
                select layer, max(validated_at) as validated_at
                from result
                group by layer
            )

            select
                result.layer,
                result.source_name || '.' || result.table_name,
                concat_ws(' ', result.expectation, result.column_name),
                result.severity,
                result.observed,
            from result
            inner join newest
                on result.layer = newest.layer and result.validated_at = newest.validated_at
            where not result.success
            order by all
            """
        ).fetchall(),
    )


def odd(connection: duckdb.DuckDBPyConnection) -> str:
    return table(
        ("table", "finding", "rows", "of", "examples"),
        [
            (one.table, one.says, one.rows, one.of_rows, ", ".join(one.examples))
            for one in ask(connection)
        ],
    )


def reconciliation(connection: duckdb.DuckDBPyConnection, data: DataDir) -> str:
    """The warehouse's own account of every table that received a file."""
    if not data.warehouse.is_file():
        return "the warehouse is not built"
    connection.execute(f"attach {file_to_write(data.warehouse)} as warehouse (read_only)")
    built = connection.execute(
        """
        select 1
        from duckdb_tables()
        where database_name = 'warehouse' and table_name = 'audit_reconciliation'
        """
    ).fetchone()
    if built is None:
        return "the warehouse has no audit_reconciliation: its build stopped before"
    header = ("table", "files", "raw", "bad", "refused", "duplicates", "staged", "balanced")
    return table(
        header,
        connection.execute(
            """
            select
                source_name || '.' || table_name,
                rows_in_files,
                rows_raw,
                rows_quarantined,
                rows_rejected,
                rows_duplicate,
                rows_staged,
                balanced,
            from warehouse.audit.audit_reconciliation
            where rows_in_files > 0
            order by all
            """
        ).fetchall(),
    )


def table(header: Sequence[str], rows: Iterable[Row]) -> str:
    """Rows as aligned columns, numbers to the right; `none` without rows."""
    cells = [[cell(value) for value in row] for row in rows]
    if not cells:
        return "none"
    numeric = [
        all(value is None or is_number(value) for value in column)
        for column in zip(*rows, strict=True)
    ]
    lines = [list(header), *cells]
    widths = [max(len(line[number]) for line in lines) for number in range(len(header))]
    return "\n".join(
        "  ".join(
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(line, widths, numeric, strict=True)
        ).rstrip()
        for line in lines
    )


def is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if is_number(value) else str(value)
