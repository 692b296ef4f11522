"""How many rows a refused file holds, so that the books name them too.

Only the shape of the file is read, not its values: a file refused for its columns, or for a table
that nobody knows, is counted; one that is damaged is not.
"""

from __future__ import annotations

import contextlib
import csv
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import duckdb

from viaggio.landing.content import BadFileError, Content, inspect
from viaggio.landing.reading import DELIMITERS
from viaggio.landing.settings import LandingSettings
from viaggio.workspace.sql import file_to_read

# A last row of our own: where it is not read as one, a quote before it was never closed.
_END = "\x00end of the file\x00"


def count_rows(
    con: duckdb.DuckDBPyConnection, path: Path, name: str, folder: Path, settings: LandingSettings
) -> int | None:
    """Rows below the header; None where the file cannot be read, so that nobody can say.

    Args:
        con: What reads Parquet.
        path: The file, under a name that DuckDB takes.
        name: What it was called when it was dropped.
        folder: Where to unpack it.
        settings: How large it may become.
    """
    with contextlib.suppress(BadFileError, duckdb.Error, csv.Error, UnicodeDecodeError):
        content = inspect(path, name, folder / "unpacked", settings)
        if content.kind == "parquet":
            footer = con.sql(f"from parquet_file_metadata({file_to_read(content.path)})")
            ((rows,),) = footer.select("num_rows").fetchall()
            return rows
        if content.kind == "jsonl":
            return sum(1 for line in _lines(content, settings) if line.strip())
        return _csv_rows(content, settings)
    return None


def _csv_rows(content: Content, settings: LandingSettings) -> int | None:
    """Rows below the header, as quotes and line ends part them; None where a quote stays open."""
    csv.field_size_limit(settings.max_line_bytes)
    first = next(_lines(content, settings), "")
    delimiter = max(DELIMITERS, key=lambda each: len(next(csv.reader([first], delimiter=each))))
    records, last = 0, None
    for record in csv.reader(chain(_lines(content, settings), [_END]), delimiter=delimiter):
        records, last = records + bool(record), record
    # Neither the header nor the end is a row.
    return max(records - 2, 0) if last == [_END] else None


def _lines(content: Content, settings: LandingSettings) -> Iterator[str]:
    """The lines of a text with their ends; csv.Error at one that is longer than may be."""
    with content.path.open(encoding="utf-8-sig", newline="") as text:
        while line := text.readline(settings.max_line_bytes + 1):
            if len(line) > settings.max_line_bytes:
                raise csv.Error("line too long")
            yield line
