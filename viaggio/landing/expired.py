"""Rows of expired days: the one place that says what is left of the personal values in a raw row.

A row stays, and staging makes the same of it as before. A value that staging hashes is replaced by
a placeholder, which holds the hash in the form of an e-mail address (macro `is_placeholder`); an
address or a number within a text, by one that staging masks in the same way. What staging leaves in
raw becomes null. Rows stay as distinct as they were, and keep their hashes `_key_hash` and
`_row_hash`, so that a row that lands again is still a duplicate.
"""

from __future__ import annotations

import csv
import re
from functools import cache

import duckdb
from duckdb.sqltypes import DuckDBPyType

from viaggio.landing.casts import fields_of
from viaggio.landing.empty_values import empty_values, treatment_of
from viaggio.landing.erased import load_phone_countries
from viaggio.workspace.contract import Column, RawTable
from viaggio.workspace.paths import PROJECT_DIR
from viaggio.workspace.salt import first_line
from viaggio.workspace.sql import literal, quote
from viaggio.workspace.sql_macros import SqlMacros, project_variables

# What takes the place of a value that a row must have, but that names nobody.
NOBODY = "expired"
# Kinds of columns that staging leaves in raw.
_LEFT_IN_RAW = {"name", "ip", "note"}
_NO_DOMAIN = "hashed.invalid"
_SALT = "getvariable('first_salt')"
_GA4_MODEL = PROJECT_DIR / "models" / "staging" / "ga4" / "stg_ga4__events.sql"
# Parameters and fields of GA4 that staging treats as identifiers, and those it treats as keys.
_GA4_IDENTIFIERS = ("transaction_id",)
_GA4_KEYS = (
    *("gclid", "gbraid", "wbraid", "dclid", "srsltid", "form_id", "item_id", "promotion_id"),
    *("campaign_id", "manual_campaign_id"),
)
_GA4_ADDRESSES = ("page_location", "page_referrer", "link_url")


def prepare_expiry(con: duckdb.DuckDBPyConnection, salt: str) -> None:
    """Make a session able to write placeholders."""
    con.execute(f"set variable first_salt = {literal(first_line(salt))}")
    load_phone_countries(con)
    render = _macros().rendered
    con.execute(
        "create or replace macro placeholder(value, domain) as"
        f" 'hashed_' || sha256({_SALT} || value) || '@' || domain"
    )
    is_placeholder = render("{{ is_placeholder('typed') }}")
    con.execute(
        "create or replace macro hashed_once(typed, value, domain) as case"
        f" when {is_placeholder} then typed else placeholder(value, domain) end"
    )
    digits = (
        f"lpad((('0x' || left(sha256({_SALT} || t), 9))::bigint % 100000000000)::varchar, 11, '0')"
    )
    email = f"hashed_' || left(sha256({_SALT} || t), 16) || '@{_NO_DOMAIN}"
    for name, macro, plus in (
        ("text_left", "masked", "+"),
        # In an address, a plus is a blank.
        ("address_left", "masked", "%2B"),
        ("key_left", "masked_key", "+"),
    ):
        phone = f"{plus}9990' || {digits} || '"
        text = render(f"{{{{ {macro}('t', email, phone) }}}}", email=email, phone=phone)
        con.execute(f"create or replace macro {name}(t) as {text}")
    identifier = render("case when {{ may_be_pseudonym('t') }} then {{ personal_value('t') }} end")
    con.execute(
        "create or replace macro identifier_left(t) as"
        f" coalesce(hashed_once(t, {identifier}, '{_NO_DOMAIN}'), t)"
    )
    names, addresses, keys, domains = (
        ", ".join(map(literal, each))
        for each in (
            empty_values("email_name"),
            empty_values("email"),
            empty_values("text", "key"),
            _marked_domains(),
        )
    )
    trimmed = render("({{ trimmed('t') }})")
    handle = render("{{ normal_handle(trimmed) }}", trimmed=trimmed)
    con.execute(
        f"create or replace macro handle_left(t) as case"
        f" when lower(trim(leading '@' from {trimmed})) not in ({keys})"
        f" then hashed_once(t, {handle}, '{_NO_DOMAIN}') end"
    )
    con.execute(
        f"""
        create or replace macro clean_email_left(clean) as case
            when clean not in ({addresses}) and split_part(clean, '@', 1) not in ({names})
                then hashed_once(clean, clean, case
                    when split_part(clean, '@', 2) in ({domains}) then split_part(clean, '@', 2)
                    else '{_NO_DOMAIN}'
                end)
        end
        """
    )
    clean = render("{{ clean_email(trimmed) }}", trimmed=trimmed)
    con.execute(f"create or replace macro email_left(t) as clean_email_left({clean})")


def rows_left(
    con: duckdb.DuckDBPyConnection, table: RawTable, relation: str, old: str = "true"
) -> str:
    """Query of a relation's raw rows as they are once their day has expired, in their order.

    Args:
        con: A session that can write placeholders (`prepare_expiry`); phone numbers are looked up
            in a table of it.
        table: The contract of the rows.
        relation: What to select them from; columns beyond the contract's are handed on.
        old: SQL of the condition that a row is to expire; the others stay as they are.
    """
    phones = [column.name for column in table.columns if column.pii == "phone"]
    if phones:
        typed = " union ".join(f"select {quote(name)} as typed from {relation}" for name in phones)
        con.execute(f"create or replace temp table phones_typed as {typed}")
        numbers = _macros().rendered("{{ phone_numbers('phones_typed', 'typed') }}")
        con.execute(
            "create or replace temp table phones_known as"
            f" select typed, hashed_once(e164, e164, '{_NO_DOMAIN}') as hashed from ({numbers})"
        )
    left = {column.name: _left(column, table) for column in table.columns}
    left["_extra_columns"] = "null"
    values = [
        f"case when {old} then {value} else rows.{quote(name)} end as {quote(name)}"
        for name, value in left.items()
    ]
    return f"select * replace ({', '.join(values)}) from {relation} as rows"


def _left(column: Column, table: RawTable) -> str:
    """SQL of what is left of a column."""
    name = f"rows.{quote(column.name)}"
    nothing = literal(NOBODY) if column.required else "null"
    if column.is_nested:
        return _left_of(name, column.type, column.name)
    if column.type.id != "varchar" or column.accepted_values:
        return name
    if column.pii in _LEFT_IN_RAW:
        return f"case when {name} is not null then {nothing} end"
    hashed = {
        "email": f"email_left({name})",
        "phone": f"(select hashed from phones_known where typed = {name})",
        "handle": f"handle_left({name})",
    }
    treatment = treatment_of(column, table)
    if treatment in hashed:
        return f"case when {name} is not null then coalesce({hashed[treatment]}, {nothing}) end"
    if treatment == "key":
        return f"identifier_left({name})"
    return f"address_left({name})" if column.pii == "url" else f"text_left({name})"


def _left_of(value: str, dtype: DuckDBPyType, name: str) -> str:
    """SQL of what is left of a value of a nested column of GA4; a field is treated by its name."""
    if name == "event_params":
        return _parameters_left(value)
    if dtype.id == "list":
        [(_, child)] = fields_of(dtype)
        return f"list_transform({value}, lambda each: {_left_of('each', child, name)})"
    if dtype.id == "struct":
        fields = ", ".join(
            f"{quote(field)} := {_left_of(f'{value}.{quote(field)}', child, field)}"
            for field, child in fields_of(dtype)
        )
        return f"case when {value} is not null then struct_pack({fields}) end"
    if dtype.id != "varchar":
        return value
    if name in _GA4_IDENTIFIERS:
        return f"identifier_left({value})"
    return f"key_left({value})" if name in _GA4_KEYS else f"text_left({value})"


def _parameters_left(value: str) -> str:
    """SQL of what is left of the parameters of an event: the values that staging reads."""
    text = "each.value.string_value"
    keys, addresses, read = (
        ", ".join(map(literal, names))
        for names in (_GA4_KEYS, _GA4_ADDRESSES, ga4_parameters_read())
    )
    identifiers = ", ".join(map(literal, _GA4_IDENTIFIERS))
    return f"""list_transform({value}, lambda each: struct_pack(
        key := text_left(each.key),
        value := case when each.key in ({read}) then struct_pack(
            string_value := case
                when each.key in ({identifiers}) then identifier_left({text})
                when each.key in ({keys}) then key_left({text})
                when each.key in ({addresses}) then address_left({text})
                else text_left({text})
            end,
            int_value := each.value.int_value,
            float_value := each.value.float_value,
            double_value := each.value.double_value
        ) end
    ))"""


@cache
def ga4_parameters_read() -> tuple[str, ...]:
    """Names of the event parameters that the staging model of GA4 reads."""
    text = _GA4_MODEL.read_text(encoding="utf-8")
    return tuple(re.findall(r"parameter_(?:text|integer|boolean)\('(\w+)'\)", text))


def _marked_domains() -> list[str]:
    """Domains by which staging knows staff and test customers: they stay in placeholders."""
    seed = PROJECT_DIR / "seeds" / "flags" / "traffic_markers.csv"
    with seed.open(encoding="utf-8", newline="") as rows:
        found = [row["marker"] for row in csv.DictReader(rows) if row["field"] == "email_domain"]
    return found or [_NO_DOMAIN]


@cache
def _macros() -> SqlMacros:
    files = ("cross_engine/*.sql", "rules/values.sql", "rules/personal_data.sql")
    return SqlMacros(files, project_variables())
