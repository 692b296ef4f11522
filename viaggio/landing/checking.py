"""From a file's own columns to the contract's: one SQL query with the reason a row is bad."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from viaggio.landing.casts import (
    Cast,
    cast,
    cast_json,
    hash_of,
    is_json,
)
from viaggio.landing.empty_values import is_empty
from viaggio.landing.reading import Field, Reading
from viaggio.workspace.contract import DAY_ZERO, EPOCH_MICROSECONDS, Column, RawTable
from viaggio.workspace.sql import literal, quote

OLDEST = "2000-01-01"
# Local days and moments of the earliest time zone are at most this far ahead of UTC.
EARLIEST_ZONE = timedelta(hours=14)


@dataclass(frozen=True)
class Checked:
    """SQL of a checked file.

    Attributes:
        query: Selects the contract's columns, `_extra_columns`, `_reason` (null for a good row),
            `_row_text` (null for a good row) and, where the reader knows it, `_row_number`, from 1;
            otherwise the order of the rows numbers them. The
            underscores keep them apart from columns of the contract (a refund has a `reason`).
        extra_columns: Names of what the contract does not know; `name.*` for undeclared fields.
    """

    query: str
    extra_columns: tuple[str, ...]


def check(table: RawTable, reading: Reading, latest: datetime) -> Checked:
    """Build the query that types and checks the rows of one file.

    Args:
        table: The contract.
        reading: The file.
        latest: Moments after it are in the future.
    """
    held = {name: f"f{number}" for number, name in enumerate(reading.fields)}
    casts = {c.name: _cast(c, reading, held) for c in table.columns}
    extras = _extras(table, reading)
    columns = ", ".join(quote(column.name) for column in table.columns)
    source = ", ".join(
        [f"{field.expr} as {held[name]}" for name, field in reading.fields.items()]
        + [f"{reading.row_text} as _row_text"]
        + ([f"{reading.row_number} as _row_number"] if reading.row_number else [])
        + (
            [
                f"{reading.unreadable[0]} as _is_unreadable",
                f"case when {reading.unreadable[0]} then {reading.unreadable[1]} end"
                " as _unreadable_reason",
            ]
            if reading.unreadable
            else []
        )
    )
    typed = ", ".join(f"{casts[c.name].value} as {quote(c.name)}" for c in table.columns)
    reasons = [_reason(column, table, casts[column.name], latest) for column in table.columns]
    reason = f"nullif(concat_ws('; ', {', '.join(['null', *filter(None, reasons)])}), '')"
    if reading.unreadable:
        reason = f"case when _is_unreadable then _unreadable_reason else {reason} end"
    query = (
        f"select {columns}, {_extra_json(extras, reading, held)} as _extra_columns, _reason,"
        " case when _reason is not null then _row_text end as _row_text"
        f"{', _row_number' if reading.row_number else ''}"
        f" from (select *, {reason} as _reason"
        f" from (select *, {typed} from (select {source} from {reading.relation})))"
    )
    names = tuple(f"{field.name}.*" if field.holds_more else field.name for field in extras)
    return Checked(query, names)


def loaded_columns(table: RawTable, source_file: str, loaded_at: datetime) -> str:
    """SQL of a raw row: the contract's columns, those landing adds, and `event_day`."""
    names = [column.name for column in table.columns]
    return ", ".join(
        [
            *(quote(name) for name in names),
            "_extra_columns",
            f"{literal(source_file)} as _source_file",
            "_row_number as _source_row",
            f"timestamp '{loaded_at}' as _loaded_at",
            *hashes(table),
            f"{event_day(table)} as event_day",
        ]
    )


def hashes(table: RawTable) -> tuple[str, str]:
    """SQL of `_row_hash` (all columns of the contract) and `_key_hash` (the business key)."""
    types = {column.name: column.type for column in table.columns}
    return (
        f"{hash_of(list(types), types)} as _row_hash",
        f"{hash_of(list(table.business_key), types)} as _key_hash",
    )


def event_day(table: RawTable) -> str:
    """SQL of the day a row belongs to; day zero where it has none."""
    if table.event_day:
        day = _day_of_text(quote(table.event_day))
    elif table.event_time:
        column = table.column(table.event_time)
        name = quote(column.name)
        day = (
            f"make_timestamp({name})::date"
            if column.unit == EPOCH_MICROSECONDS
            else f"{name}::date"
        )
    else:
        return f"date '{DAY_ZERO}'"
    return f"coalesce({day}, date '{DAY_ZERO}')"


def _day_of_text(expr: str) -> str:
    """YYYYMMDD as a date; null if it is none."""
    return f"try_strptime(case when length({expr}) = 8 then {expr} end, '%Y%m%d')::date"


def _cast(column: Column, reading: Reading, held: dict[str, str]) -> Cast:
    field = reading.fields.get(column.name.lower())
    if field is None:
        return Cast(f"null::{column.type}")
    expr = held[column.name.lower()]
    if column.is_nested and field.type.id == "varchar":
        return cast_json(expr, column.type, column.name)
    return cast(expr, field.type, column.type, column.name, decimal_comma=reading.decimal_comma)


def _reason(column: Column, table: RawTable, converted: Cast, latest: datetime) -> str | None:
    """SQL of the reason a column makes a row bad (null if it does not); None if it never can."""
    name = quote(column.name)
    cases = [(f"not {c.ok}", c.reason) for c in converted.checks]
    if column.required:
        cases.append((is_empty(column, table), f"{column.name}: required, but empty"))
    if column.is_moment:
        cases += _moment_cases(column, name, latest)
    if column.name == table.event_day:
        day = _day_of_text(name)
        cases.append(
            (f"{name} is not null and {day} is null", f"{column.name}: not a day YYYYMMDD")
        )
        cases.append((f"{day} < date '{OLDEST}'", f"{column.name}: before 2000"))
        last_day = (latest + EARLIEST_ZONE).date()
        cases.append((f"{day} > date '{last_day}'", f"{column.name}: in the future"))
    if not cases:
        return None
    whens = " ".join(f"when {condition} then {literal(text)}" for condition, text in cases)
    return f"case {whens} end"


def _moment_cases(column: Column, name: str, latest: datetime) -> list[tuple[str, str]]:
    if column.unit == EPOCH_MICROSECONDS:
        upper = f"epoch_us(timestamp '{latest}')"
        lower = f"epoch_us(timestamp '{OLDEST}')"
    elif column.type.id == "date":
        upper, lower = f"date '{(latest + EARLIEST_ZONE).date()}'", f"date '{OLDEST}'"
    else:
        upper, lower = f"timestamp '{latest}'", f"timestamp '{OLDEST}'"
    cases = []
    if not column.may_be_future:
        cases.append((f"{name} > {upper}", f"{column.name}: in the future"))
    if not column.may_be_old:
        cases.append((f"{name} < {lower}", f"{column.name}: before 2000"))
    return cases


def _extras(table: RawTable, reading: Reading) -> list[Field]:
    """Columns the contract does not have, and nested ones that hold undeclared fields."""
    declared = {column.name.lower() for column in table.columns}
    return [
        field for name, field in reading.fields.items() if name not in declared or field.holds_more
    ]


def _extra_json(extras: list[Field], reading: Reading, held: dict[str, str]) -> str:
    """SQL of the JSON text of those columns, without nulls; null if nothing is left."""
    if not extras:
        return "null::varchar"
    parts = []
    for name, field in reading.fields.items():
        if field in extras:
            is_json_text = field.holds_more and field.type.id == "varchar"
            expr = held[name]
            value = f"case when {is_json(expr)} then {expr}::json end" if is_json_text else expr
            parts.append(f"{literal(field.name)}, {value}")
    merged = f"json_merge_patch('{{}}', json_object({', '.join(parts)}))::varchar"
    return f"nullif({merged}, '{{}}')"
