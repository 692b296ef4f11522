"""SQL that turns what a file holds into the contract's types, and says where it cannot.

Everything here builds SQL text and touches no data. A bad value never becomes null in silence:
each conversion comes with checks that are false for the rows it does not fit.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from duckdb.sqltypes import DuckDBPyType

from viaggio.workspace.sql import literal, quote

_INTEGERS = {
    "tinyint", "smallint", "integer", "bigint", "hugeint",
    "utinyint", "usmallint", "uinteger", "ubigint", "uhugeint",
}  # fmt: skip
_NUMBERS = _INTEGERS | {"float", "double", "decimal"}


def fields_of(dtype: DuckDBPyType) -> list[tuple[str, DuckDBPyType]]:
    """Names and types of a struct's fields. Of other types DuckDB gives sizes or values, too."""
    return [(name, child) for name, child in dtype.children if isinstance(child, DuckDBPyType)]


@dataclass(frozen=True)
class Check:
    """One condition; `ok` is SQL that is true or false, never null."""

    path: str
    expected: str
    ok: str

    @property
    def reason(self) -> str:
        return f"{self.path}: not a {self.expected}"


@dataclass(frozen=True)
class Cast:
    """SQL of the converted value (null where a check fails) and the checks."""

    value: str
    checks: tuple[Check, ...] = ()


def type_name(dtype: DuckDBPyType) -> str:
    """A type in the contract's spelling (`decimal(18, 4)`, `struct(a bigint)[]`)."""
    return str(dtype).lower().replace(",", ", ").replace(",  ", ", ").replace('"', "")


def cast(
    expr: str,
    source: DuckDBPyType,
    target: DuckDBPyType,
    path: str,
    *,
    decimal_comma: bool = False,
    depth: int = 0,
) -> Cast:
    """Convert `expr` of type `source` to `target`; fields of structs are matched by name.

    Args:
        expr: SQL of the value.
        source: Type the file has.
        target: Type the contract wants.
        path: Name for the reasons, such as `event_params.value.int_value`.
        decimal_comma: Numbers in text are written `1.234,5`.
        depth: How many lists are around `expr`.
    """
    if str(source) == str(target):
        return Cast(expr)
    if target.id == "struct" and source.id == "struct":
        return _cast_struct(expr, source, target, path, decimal_comma=decimal_comma, depth=depth)
    if target.id == "list" and source.id in ("list", "array"):
        return _cast_list(expr, source, target, path, decimal_comma=decimal_comma, depth=depth)
    if target.id == "varchar":
        nested = source.id in ("struct", "list", "array", "map", "union")
        return Cast(f"to_json({expr})::varchar" if nested else f"{expr}::varchar")
    if source.id == "varchar":
        expr = f"nullif(trim({expr}), '')"
    value, fits = _cast_scalar(expr, source, target, decimal_comma)
    ok = f"({expr} is null or coalesce({fits}, false))"
    return Cast(value, (Check(path, type_name(target), ok),))


def _cast_struct(
    expr: str,
    source: DuckDBPyType,
    target: DuckDBPyType,
    path: str,
    *,
    decimal_comma: bool,
    depth: int,
) -> Cast:
    held = {name.lower(): (name, dtype) for name, dtype in fields_of(source)}
    fields, checks = [], []
    for name, dtype in fields_of(target):
        if name.lower() not in held:
            fields.append(f"{quote(name)} := null::{dtype}")
            continue
        held_name, held_type = held[name.lower()]
        inner = f"struct_extract({expr}, {literal(held_name)})"
        part = cast(
            inner, held_type, dtype, f"{path}.{name}", decimal_comma=decimal_comma, depth=depth
        )
        fields.append(f"{quote(name)} := {part.value}")
        checks.extend(part.checks)
    value = f"case when {expr} is not null then struct_pack({', '.join(fields)}) end"
    return Cast(value, tuple(checks))


def _cast_list(
    expr: str,
    source: DuckDBPyType,
    target: DuckDBPyType,
    path: str,
    *,
    decimal_comma: bool,
    depth: int,
) -> Cast:
    item = f"item_{depth}"
    part = cast(
        item, source.child, target.child, path, decimal_comma=decimal_comma, depth=depth + 1
    )
    checks = tuple(
        Check(
            check.path,
            check.expected,
            f"coalesce(list_bool_and(list_transform({expr}, lambda {item}: {check.ok})), true)",
        )
        for check in part.checks
    )
    return Cast(f"list_transform({expr}, lambda {item}: {part.value})", checks)


def _cast_scalar(
    expr: str, source: DuckDBPyType, target: DuckDBPyType, decimal_comma: bool
) -> tuple[str, str]:
    """SQL of the value, and of the condition under which a non-null `expr` fits the type."""
    is_text = source.id == "varchar"
    if not is_text and not _comparable(source, target):
        return f"null::{target}", "false"
    if is_text and decimal_comma and target.id in _NUMBERS:
        expr = _with_decimal_point(expr)
    value = f"try_cast({expr} as {target})"
    fits = f"{value} is not null"
    if target.id in _INTEGERS and source.id not in _INTEGERS:
        # A fraction would be rounded away: 1.0 and 1e3 are whole numbers, 1.5 is not.
        fits = f"try_cast({expr} as double) = {value}::double"
    elif target.id == "double":
        fits = f"isfinite({value})"
    elif target.id == "timestamp":
        if is_text:  # an offset counts; without one the text is UTC (the session's zone)
            joined = f"replace(replace(replace({expr}, ' +', '+'), ' -', '-'), ' Z', 'Z')"
            # Shopify and others leave a blank before the offset.
            value = (
                f"coalesce(try_cast({expr} as timestamptz), try_cast({joined} as timestamptz))"
                "::timestamp"
            )
        fits = f"isfinite({value})"
    elif target.id == "date":
        fits = f"isfinite({value}) and try_cast({expr} as timestamp) = {value}::timestamp"
    elif target.id == "boolean" and not is_text:
        fits = f"{expr} in (0, 1)"
    return value, fits


def _comparable(source: DuckDBPyType, target: DuckDBPyType) -> bool:
    """Whether a value that is no text can be of the target's type at all."""
    if target.id in _NUMBERS:
        return source.id in _NUMBERS
    if target.id == "boolean":
        return source.id in _INTEGERS
    moments = ("date", "timestamp")
    return target.id in moments and source.id.startswith(moments)


def _with_decimal_point(expr: str) -> str:
    """`1.234,5` as `1234.5`; a point stays one where it cannot group thousands (`12.50`)."""
    grouped = f"regexp_full_match(trim({expr}), '[+-]?[0-9]{{1,3}}(\\.[0-9]{{3}})*(,[0-9]+)?')"
    without_groups = f"case when {grouped} then replace({expr}, '.', '') else {expr} end"
    return f"replace({without_groups}, ',', '.')"


def is_json(expr: str) -> str:
    """SQL that is true for text that is JSON, nested no deeper than landing reads (`json_text`)."""
    return f"is_readable_json({expr})"


def json_shape(dtype: DuckDBPyType) -> object:
    """The structure `from_json` needs to read JSON text of that type with all leaves as text."""
    if dtype.id == "struct":
        return {name: json_shape(child) for name, child in fields_of(dtype)}
    if dtype.id == "list":
        return [json_shape(dtype.child)]
    return "VARCHAR"


def text_type(dtype: DuckDBPyType) -> str:
    """SQL of the same nested type with all leaves as text."""
    if dtype.id == "struct":
        fields = ", ".join(f"{quote(name)} {text_type(child)}" for name, child in fields_of(dtype))
        return f"struct({fields})"
    if dtype.id == "list":
        return f"{text_type(dtype.child)}[]"
    return "varchar"


def json_checks(expr: str, dtype: DuckDBPyType, path: str) -> tuple[Check, ...]:
    """Checks that JSON text has objects and lists where the type has structs and lists."""
    checks = [Check(path, "JSON value", f"({expr} is null or {is_json(expr)})")]
    document = f"(case when {is_json(expr)} then {expr} end)"
    for json_path, name, kind in _nodes(dtype, "$", path):
        wanted = "OBJECT" if kind == "struct" else "ARRAY"
        found = f"json_type({document}, {literal(json_path)})"
        if "[*]" in json_path:
            fits = f"lambda kind: kind in ('NULL', '{wanted}')"
            ok = f"coalesce(list_bool_and(list_transform({found}, {fits})), true)"
        else:
            ok = f"coalesce({found} in ('NULL', '{wanted}'), true)"
        checks.append(Check(name, f"JSON {wanted.lower()}", ok))
    return tuple(checks)


def _nodes(dtype: DuckDBPyType, json_path: str, name: str) -> list[tuple[str, str, str]]:
    """(JSON path, name, kind) of every struct and list in a type, the outermost first."""
    if dtype.id == "struct":
        nodes = [(json_path, name, "struct")]
        for field, child in fields_of(dtype):
            nodes += _nodes(child, f'{json_path}."{field}"', f"{name}.{field}")
        return nodes
    if dtype.id == "list":
        return [(json_path, name, "list"), *_nodes(dtype.child, f"{json_path}[*]", name)]
    return []


def cast_json(expr: str, target: DuckDBPyType, path: str) -> Cast:
    """Convert JSON text to a nested type."""
    document = f"(case when {is_json(expr)} then {expr} end)"
    parsed = f"from_json({document}, {literal(json.dumps(json_shape(target)))})"
    part = cast(parsed, DuckDBPyType(text_type(target)), target, path)
    return Cast(part.value, (*json_checks(expr, target, path), *part.checks))


def undeclared_in_type(source: DuckDBPyType, target: DuckDBPyType) -> bool:
    """Whether a nested type of a file holds fields the contract does not declare."""
    if source.id == "struct" and target.id == "struct":
        declared = {name.lower(): child for name, child in fields_of(target)}
        return any(
            name.lower() not in declared or undeclared_in_type(child, declared[name.lower()])
            for name, child in fields_of(source)
        )
    if source.id in ("list", "array") and target.id == "list":
        return undeclared_in_type(source.child, target.child)
    return False


def undeclared_in_json(found: object, target: DuckDBPyType) -> bool:
    """The same for the structure that `json_group_structure` found in JSON text.

    Where rows differ in shape DuckDB says just "JSON": then there may be such fields.
    """
    if found == "JSON":
        return target.id in ("struct", "list")
    if isinstance(found, dict) and target.id == "struct":
        declared = dict(fields_of(target))
        return any(
            name not in declared or undeclared_in_json(inner, declared[name])
            for name, inner in found.items()
        )
    if isinstance(found, list) and target.id == "list":
        return any(undeclared_in_json(inner, target.child) for inner in found)
    return False


def hash_of(names: list[str], types: dict[str, DuckDBPyType]) -> str:
    """SQL of a 64-bit hash, as bigint, of the columns; lists of keyed structs in any order."""
    parts = []
    for name in names:
        dtype = types[name]
        is_list_of_structs = dtype.id == "list" and dtype.child.id == "struct"
        if is_list_of_structs and fields_of(dtype.child)[0][0] == "key":
            parts.append(f"list_sum(list_transform({quote(name)}, lambda item: hash(item)))")
        else:
            parts.append(quote(name))
    # The cast of a hash above 2^63 would overflow: shift its range onto that of bigint.
    return f"(hash({', '.join(parts)})::hugeint - 9223372036854775808)::bigint"
