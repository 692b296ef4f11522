"""Search every byte below a data directory, and whatever packed files and databases hold."""

from __future__ import annotations

import gzip
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb


def found_in(root: Path, needles: dict[bytes, str]) -> list[str]:
    """Files in which a needle is found, each with what is found: kinds, never values."""
    hits: list[str] = []
    for path in sorted(root.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        for where, content in contents(path):
            kinds = {kind for needle, kind in needles.items() if needle in content}
            if kinds:
                hits.append(f"{path.relative_to(root)}{where}: {', '.join(sorted(kinds))}")
    return hits


def contents(path: Path) -> Iterator[tuple[str, bytes]]:
    """A file as it is, then as those who can open it read it."""
    content = path.read_bytes()
    yield "", content
    if content.startswith(b"\x1f\x8b"):
        yield " (unpacked)", gzip.decompress(content)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield f" ({name})", archive.read(name)
    if content.startswith(b"PAR1"):
        with duckdb.connect() as con:
            yield " (rows)", _rows(con, f"read_parquet('{path}', hive_partitioning = false)")
    if content[8:12] == b"DUCK":
        with duckdb.connect() as con:
            con.execute(f"attach '{path}' as warehouse (read_only)")
            for schema, table in con.execute(
                "select schema_name, table_name from duckdb_tables()"
                " where database_name = 'warehouse'"
            ).fetchall():
                relation = f'warehouse."{schema}"."{table}"'
                yield f" ({schema}.{table})", _rows(con, relation)
    if content.startswith(b"SQLite format 3"):
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            for (table,) in db.execute("select name from sqlite_master where type = 'table'"):
                rows = db.execute(f'select * from "{table}"').fetchall()
                yield f" ({table})", repr(rows).encode()


def _rows(con: duckdb.DuckDBPyConnection, relation: str) -> bytes:
    columns = [name for name, *_ in con.execute(f"describe from {relation}").fetchall()]
    texts = ", ".join(f'cast("{column}" as varchar)' for column in columns)
    found = con.execute(f"select string_agg(concat_ws('|', {texts}), chr(10)) from {relation}")
    row = found.fetchone()
    return (row[0] if row and row[0] else "").encode()
