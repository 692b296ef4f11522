"""How each kind of file is read by DuckDB: which columns it holds, and SQL that gives its rows."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path

import duckdb
from duckdb.sqltypes import VARCHAR, DuckDBPyType

from viaggio.landing.casts import is_json, undeclared_in_json, undeclared_in_type
from viaggio.landing.content import BadFileError, Content, Flaw
from viaggio.landing.settings import LandingSettings
from viaggio.workspace.contract import RawTable
from viaggio.workspace.sql import file_to_read, literal, quote

DELIMITERS = (",", ";", "\t", "|")
ROW_NUMBER = "file_row_number"
MAX_NAME = 1000  # characters of a column name
REJECTS, REJECTS_SCAN = "landing_rejects", "landing_rejects_scan"
JSON = DuckDBPyType("json")


@dataclass(frozen=True)
class Field:
    """A column of a file: SQL to read it, its type, whether it holds more than the contract."""

    name: str
    expr: str
    type: DuckDBPyType
    holds_more: bool = False


@dataclass(frozen=True)
class Reading:
    """A file as a DuckDB relation.

    Attributes:
        relation: What to select from.
        fields: The file's columns by lower-case name.
        row_text: SQL of the row as text, for the quarantine.
        unreadable: SQL that is true where a row cannot be read at all, and SQL of the reason.
        row_number: SQL of the row's number from 1; None where only a stored copy tells it.
        decimal_comma: Numbers are written `1.234,5`.
        has_rejects: Rows that are no rows at all are collected in `REJECTS` while reading.
    """

    relation: str
    fields: dict[str, Field]
    row_text: str
    unreadable: tuple[str, str] | None = None
    row_number: str | None = None
    decimal_comma: bool = False
    has_rejects: bool = False


def read(
    con: duckdb.DuckDBPyConnection, content: Content, table: RawTable, settings: LandingSettings
) -> Reading:
    """Find out what a file holds.

    Raises:
        BadFileError: A column appears twice, a required one is missing, nothing fits, or there are
            more columns than the settings allow.
    """
    readers = {"csv": _read_csv, "jsonl": _read_json_lines, "parquet": _read_parquet}
    reading = readers[content.kind](con, content, table, settings)
    missing = [c.name for c in table.columns if c.required and c.name.lower() not in reading.fields]
    if missing:
        raise BadFileError(
            Flaw(
                f"required column missing: {', '.join(missing)}",
                f"{table.source}.{table.name} needs the columns "
                f"{', '.join(c.name for c in table.columns if c.required)}; in CSV the first row "
                "must name the columns, separated by comma, semicolon, tab or |.",
                column=missing[0],
            )
        )
    return reading


def _refuse_many(columns: int, settings: LandingSettings) -> None:
    if columns > settings.max_columns:
        raise BadFileError(
            Flaw(
                f"{columns:,} columns, more than {settings.max_columns:,}",
                "Export only the columns that are needed, or raise VIAGGIO_LANDING_MAX_COLUMNS.",
            )
        )


def _by_name(fields: list[Field]) -> dict[str, Field]:
    found: dict[str, Field] = {}
    for field in fields:
        if len(field.name) > MAX_NAME:
            raise BadFileError(
                Flaw(
                    f"a column name of {len(field.name):,} characters, more than {MAX_NAME:,}",
                    "The first line must hold the names of the columns and nothing else; see "
                    "whether a quote in it is left open.",
                    column=f"{field.name[:40]}...",
                )
            )
        name = field.name.strip().lower()
        if name in found:
            raise BadFileError(
                Flaw(
                    f"column {found[name].name} appears more than once (case does not count)",
                    "Give every column a name of its own.",
                    column=found[name].name,
                )
            )
        found[name] = field
    return found


def _nested(table: RawTable) -> dict[str, DuckDBPyType]:
    return {c.name.lower(): c.type for c in table.columns if c.is_nested}


# --- Parquet ---------------------------------------------------------------------------------


def _read_parquet(
    con: duckdb.DuckDBPyConnection, content: Content, table: RawTable, settings: LandingSettings
) -> Reading:
    file = f"{file_to_read(content.path)}, hive_partitioning = false"
    nested = _nested(table)
    described = con.sql(f"select * from read_parquet({file}) limit 0")
    _refuse_many(len(described.columns), settings)
    fields = []
    for name, dtype in zip(described.columns, described.types, strict=True):
        more = name.lower() in nested and undeclared_in_type(dtype, nested[name.lower()])
        fields.append(Field(name, quote(name), dtype, more))
    text = ", ".join(f"{quote(field.name)} := {field.expr}" for field in fields)
    by_name = _by_name(fields)
    # DuckDB numbers the rows of a file, unless the file has a column of that name.
    is_numbered = ROW_NUMBER not in by_name
    return Reading(
        relation=f"read_parquet({file}{f', {ROW_NUMBER} = true' if is_numbered else ''})",
        fields=by_name,
        row_text=f"to_json(struct_pack({text}))::varchar",
        row_number=f"{ROW_NUMBER} + 1" if is_numbered else None,
    )


# --- CSV -------------------------------------------------------------------------------------


def _read_csv(
    con: duckdb.DuckDBPyConnection, content: Content, table: RawTable, settings: LandingSettings
) -> Reading:
    delimiter, header = _csv_header(content.path, table, settings)
    names = [name.strip() or f"column_{number}" for number, name in enumerate(header, start=1)]
    columns = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(len(names)))
    options = (
        f"{file_to_read(content.path)}, auto_detect = false, header = true, delim = '{delimiter}',"
        f" quote = '\"', escape = '\"', columns = {{{columns}}},"
        f" max_line_size = {settings.max_line_bytes}"
    )
    nested = _nested(table)
    probe = f"read_csv({options}, ignore_errors = true)"
    fields = []
    for number, name in enumerate(names):
        expr = f"c{number}"
        more = name.lower() in nested and undeclared_in_json(
            _json_structure(con, expr, probe), nested[name.lower()]
        )
        fields.append(Field(name, expr, VARCHAR, more))
    by_name = _by_name(fields)
    text = ", ".join(f"{quote(field.name)} := {field.expr}" for field in fields)
    return Reading(
        relation=f"read_csv({options}, store_rejects = true, rejects_table = '{REJECTS}',"
        f" rejects_scan = '{REJECTS_SCAN}', rejects_limit = 0)",
        fields=by_name,
        row_text=f"to_json(struct_pack({text}))::varchar",
        decimal_comma=delimiter != "," and _has_decimal_commas(con, probe, by_name, table),
        has_rejects=True,
    )


def _csv_header(path: Path, table: RawTable, settings: LandingSettings) -> tuple[str, list[str]]:
    """The delimiter under which the first row names most columns of the contract, and that row."""
    wanted = {column.name.lower() for column in table.columns}
    best: tuple[int, str, list[str]] = (0, ",", [])
    with path.open("rb") as handle:
        head = handle.read(settings.max_line_bytes).decode("utf-8-sig", errors="ignore")
    for delimiter in DELIMITERS:
        try:
            header = next(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter))
        except (csv.Error, StopIteration):
            continue
        known = len({name.strip().lower() for name in header} & wanted)
        if known > best[0]:
            best = (known, delimiter, header)
    if not best[0]:
        raise BadFileError(
            Flaw(
                "the first row names no column of the contract",
                "The first row must hold the column names, separated by comma, semicolon, tab or"
                f" |; {table.source}.{table.name} has {', '.join(c.name for c in table.columns)}.",
                row=0,
            )
        )
    _refuse_many(len(best[2]), settings)
    return best[1], best[2]


def _has_decimal_commas(
    con: duckdb.DuckDBPyConnection, probe: str, fields: dict[str, Field], table: RawTable
) -> bool:
    """Whether any number in the file ends in a comma and digits."""
    numbers = [
        fields[c.name.lower()].expr
        for c in table.columns
        if c.type.id in ("decimal", "double") and c.name.lower() in fields
    ]
    if not numbers:
        return False
    found = " or ".join(f"regexp_matches({expr}, '[0-9],[0-9]+ *$')" for expr in numbers)
    [(answer,)] = con.execute(f"select coalesce(bool_or({found}), false) from {probe}").fetchall()
    return answer


# --- JSON lines ------------------------------------------------------------------------------


def _read_json_lines(
    con: duckdb.DuckDBPyConnection, content: Content, table: RawTable, settings: LandingSettings
) -> Reading:
    # A line is read as a CSV row of one column; the separator is a control character that JSON
    # does not allow unescaped, so a line that holds it is broken in any case.
    lines = (
        f"read_csv({file_to_read(content.path)}, auto_detect = false, header = false,"
        " delim = '\x1e', quote = '', escape = '', strict_mode = false,"
        f" columns = {{'line': 'VARCHAR'}}, max_line_size = {settings.max_line_bytes})"
    )
    is_object = f"coalesce(case when {is_json('line')} then json_type(line) end = 'OBJECT', false)"
    found = _json_structure(con, "line", f"(from {lines} where {is_object})")
    keys = found if isinstance(found, dict) else {}
    nested = _nested(table)
    scalars = {column.name.lower() for column in table.columns if not column.is_nested}
    _refuse_many(len(keys), settings)
    fields = []
    for number, (key, structure) in enumerate(keys.items(), start=1):
        name = key.strip().lower()
        more = name in nested and undeclared_in_json(structure, nested[name])
        dtype = VARCHAR if name in nested or name in scalars else JSON
        # By its place, since a key may be any text, even none.
        fields.append(Field(key, f"struct_extract_at(document, {number})", dtype, more))
    by_name = _by_name(fields)
    shape = literal(json.dumps({field.name: str(field.type) for field in fields}))
    document = f"from_json(case when is_object then line end, {shape})" if fields else "null"
    return Reading(
        relation=f"(select *, {document} as document from (select line, {is_object} as is_object"
        f" from {lines} where trim(line) <> ''))",
        fields=by_name,
        row_text="line",
        unreadable=(
            "not is_object",
            f"case when {is_json('line')} or not json_valid(line)"
            " then 'the line is not a JSON object'"
            f" else 'nested more than {settings.max_json_depth} deep' end",
        ),
    )


def _json_structure(con: duckdb.DuckDBPyConnection, expr: str, relation: str) -> object:
    """What `json_group_structure` says of a column of JSON text, its invalid values left out."""
    row = con.execute(
        "select json_group_structure(case when is_valid then text::json end)"
        f" from (select text, {is_json('text')} as is_valid from (select {expr} as text"
        f" from {relation}))"
    ).fetchone()
    return json.loads(row[0]) if row and row[0] else None
