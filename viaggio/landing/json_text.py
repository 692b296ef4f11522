"""How deep JSON text is nested, asked before anything that would follow it down.

DuckDB's and Python's own functions call themselves once for each level: some thousand levels end
them, and in DuckDB the process with them.
"""

from __future__ import annotations

import re

import duckdb
from duckdb.sqltypes import BIGINT, VARCHAR

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_OPEN, _CLOSED = ord("["), ord("]")
_ONE_KIND = bytes.maketrans(b"{}", b"[]")
_OTHER_BYTES = bytes(set(range(256)) - set(b"[]{}"))


def depth(text: str) -> int:
    """Number of lists and objects around the innermost value of a JSON text."""
    brackets = _STRING.sub(b"", text.encode()).translate(_ONE_KIND, _OTHER_BYTES)
    level = deepest = 0
    for bracket in brackets:
        level += 1 if bracket == _OPEN else -1
        deepest = max(deepest, level)
    return deepest


def define(con: duckdb.DuckDBPyConnection, max_depth: int) -> None:
    """Define `is_readable_json(text)` in a database: JSON, and nested no deeper than that.

    A text with fewer brackets cannot be deeper; only others are looked through.
    """
    raising = duckdb.PythonExceptionHandling.DEFAULT
    con.create_function("json_depth", depth, [VARCHAR], BIGINT, exception_handling=raising)
    con.execute(
        f"""
        create or replace macro is_readable_json(json_text) as
            case
                when
                    len(string_split(json_text, '[')) + len(string_split(json_text, '{{'))
                    <= {max_depth} + 2
                    then json_valid(json_text)
                else coalesce(json_valid(json_text), false) and json_depth(json_text) <= {max_depth}
            end
        """
    )
