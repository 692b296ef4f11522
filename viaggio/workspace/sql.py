"""Names, texts and paths in SQL. No other code puts one of these between quotes.

DuckDB reads the path of a file as a pattern: `[1]` stands for `1`, `*` for anything. A path that is
read must therefore be escaped, not only quoted (`file_to_read`, `files_below`).
"""

from __future__ import annotations

from pathlib import Path


def quote(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def file_to_write(path: Path) -> str:
    """A path that DuckDB takes as it is: to `copy ... to`, `attach`, or as a setting."""
    return literal(str(path))


def file_to_read(path: Path) -> str:
    """The path of one file for `read_csv`, `read_parquet` and the like."""
    return literal(as_pattern(path))


def files_below(folder: Path, pattern: str) -> str:
    """A pattern of files (`*/*.parquet`) below a folder whose own path is none."""
    return literal(f"{as_pattern(folder)}/{pattern}")


def as_pattern(path: Path) -> str:
    """The pattern that only this path matches, to be bound to a parameter of a statement."""
    return "".join(f"[{char}]" if char in "[*?" else char for char in str(path))
