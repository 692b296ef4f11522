"""The demo company's data as its owner would download them: vendors' exports instead of raw tables.

A stack is a set of tools that shops commonly use together. `sample_data/stacks/<stack>/` holds one
SQL file for each export. It reads the generated rows of a raw table from the view
`<source>_<table>` and writes the vendor's headings, times and numbers. Its header names the file,
such as `-- file: shopify/orders_export_1.csv`; `{day}` in it makes one file of each value of the
column `day`. A query of one column `document` writes it as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb

from sample_data.writer import copy_to
from viaggio.workspace.contract import Contract, RawTable, load_contract
from viaggio.workspace.sql import file_to_read, literal, quote

STACKS_DIR = Path(__file__).resolve().parent / "stacks"
# The shop's clock, as its tools write it.
ZONE = "Europe/Rome"
_KINDS = {".csv": "csv", ".json": "jsonl"}
_SPLIT = re.compile(r"{(\w+)}")
_FILE = re.compile(r"^-- file: (\S+)$", re.MULTILINE)
_READERS = {
    ".csv": "read_csv({file}, all_varchar = true, header = true)",
    ".jsonl": "read_json({file}, format = 'newline_delimited')",
    ".parquet": "read_parquet({file})",
}


class StackError(ValueError):
    """No such stack, or its SQL names no file."""


def names() -> list[str]:
    """The stacks there are."""
    return sorted(path.name for path in STACKS_DIR.iterdir() if path.is_dir())


def write_exports(stack: str, landing: Path, out: Path) -> list[tuple[Path, int]]:
    """Write a stack's exports from the generated files in `landing`.

    Returns:
        The files below `out`, with their rows.

    Raises:
        StackError: There is no such stack.
    """
    folder = STACKS_DIR / stack
    if stack not in names():
        raise StackError(f"{stack} is no stack: choose {', '.join(names())}.")
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        con.execute(_MACROS)
        for name, query in _tables(landing, load_contract()):
            con.execute(f"create view {name} as {query}")
        return [
            written
            for path in sorted(folder.glob("*.sql"))
            for written in _write(con, path.read_text(encoding="utf-8"), path, out)
        ]


def _write(
    con: duckdb.DuckDBPyConnection, sql: str, path: Path, out: Path
) -> Iterator[tuple[Path, int]]:
    named = _FILE.search(sql)
    if named is None:
        raise StackError(f"{path}: say what the export is called: -- file: <path>.")
    query, name = sql.strip().rstrip(";"), named[1]
    split = _SPLIT.search(name)
    if split is None:
        yield out / name, _copy(con, query, out / name)
        return
    column = quote(split[1])
    con.execute(f"create or replace temp table export as {query}")
    for (value,) in con.execute(f"select distinct {column} from export order by all").fetchall():
        file = out / name.replace(split[0], str(value))
        rows = f"select * exclude ({column}) from export where {column} = {literal(str(value))}"
        yield file, _copy(con, rows, file)


def _copy(con: duckdb.DuckDBPyConnection, query: str, file: Path) -> int:
    if con.sql(query).columns != ["document"]:
        return copy_to(con, query, file, _KINDS[file.suffix])
    documents = con.execute(query).fetchall()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(text for (text,) in documents), encoding="utf-8")
    return len(documents)


def _tables(landing: Path, contract: Contract) -> Iterator[tuple[str, str]]:
    """Each raw table with the query of its generated rows, typed as in the contract."""
    for table in contract.tables.values():
        files = sorted(path for path in table.folder(landing).glob("*") if path.is_file())
        parts = [f"select * from {_reader(path)}" for path in files]
        yield f"{table.source}_{table.name}", _typed(table, " union all by name ".join(parts))


def _reader(path: Path) -> str:
    suffix = Path(path.name.removesuffix(".gz")).suffix
    return _READERS[suffix].format(file=file_to_read(path))


def _typed(table: RawTable, rows: str) -> str:
    if not rows:
        columns = ", ".join(
            f"null::{column.data_type} as {quote(column.name)}" for column in table.columns
        )
        return f"select {columns} where false"
    columns = ", ".join(
        f"try_cast({quote(column.name)} as {column.data_type}) as {quote(column.name)}"
        for column in table.columns
    )
    return f"select {columns} from ({rows})"


_MACROS = f"""
create macro shop_clock(moment) as timezone('{ZONE}', timezone('UTC', moment));
create macro comma(amount) as replace(amount::decimal(18, 2)::varchar, '.', ',');
create macro shop_time(moment) as
    strftime(shop_clock(moment), '%Y-%m-%d %H:%M:%S')
    || printf(' +%02d00', date_diff('hour', moment, shop_clock(moment)));
"""
