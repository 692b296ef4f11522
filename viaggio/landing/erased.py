"""Rows without erased persons: the one place that says what is left of a row that names one.

A row that is nothing but a record of the person (`is_record` in the contract) goes. Of any other
row, date, channel, place and amounts stay. Texts and addresses become null, and so do identifiers;
where a row needs one, a surrogate takes its place: the same for the same identifier, so that a
session, an order or an e-mail is counted as before, and made with the key of the tombstones, so
that nobody else can make it.

An identifier that somebody else has too has no tombstone, so rows that carry only such ones stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import duckdb

from viaggio.workspace.contract import Column, RawTable
from viaggio.workspace.paths import PROJECT_DIR
from viaggio.workspace.sql import file_to_read, literal, quote
from viaggio.workspace.sql_macros import SqlMacros, project_variables
from viaggio.workspace.tombstones import Tombstones

# Types of identifiers that have tombstones: those of identity, and a call or message of the CRM.
KINDS = (
    *("email", "phone", "customer", "contact", "device", "loyalty_card", "handle", "order"),
    "engagement",
)
REMOVED, ANONYMISED = "removed", "anonymised"
# A session or an order is nothing without its key, though the contract does not ask for it.
_ALWAYS_SURROGATE = {"device", "order", "engagement"}
_PERSONAL = {"name", "ip", "note", "text", "query"}
_ADDRESSED = {"email", "phone", "handle"}
# Query parameters that say where a visit came from; of a click's own key only that there was one.
_ORIGIN_PARAMETERS = (
    *("utm_source", "utm_medium", "utm_campaign", "utm_id", "utm_term", "utm_content"),
    *("gclid", "gbraid", "wbraid", "dclid", "srsltid", "fbclid", "msclkid"),
)
_CLICK_KEYS = ("gclid", "gbraid", "wbraid", "dclid", "srsltid", "fbclid", "msclkid")
# Texts of GA4's parameters that tools write. What visitors or shops may write is left out.
_KEPT_PARAMETERS = (
    *("page_title", "source", "medium", "campaign", "term", "content", "traffic_type"),
    *("debug_mode", "session_engaged", "currency", "value", "coupon", "payment_type"),
    *("shipping_tier", "form_id", "method", "content_type", "item_id", "video_title"),
    *("ga_session_id", "ga_session_number", "engagement_time_msec", "percent_scrolled"),
)
_URL_PARAMETERS = ("page_location", "page_referrer", "link_url")
# Places of named values in nested columns of GA4.
_FIELDS = ("transaction", "parameter")
_FOUND, _MENTIONED = "erased_found", "erased_mentioned"


@dataclass(frozen=True)
class Named:
    """A place in a raw row that names a person: a column, or a field in a nested one.

    Attributes:
        label: What it is called.
        kind: Type of the identifier.
        value: SQL of it as typed; a handle after its network and a bar.
    """

    label: str
    kind: str
    value: str


def named_places(table: RawTable) -> list[Named]:
    """Where rows of a table name persons."""
    places = []
    for column in table.columns:
        name = quote(column.name)
        if column.names == "handle":
            network = literal(column.network) if column.network else "network"
            places.append(Named(column.name, "handle", f"{network} || '|' || {name}"))
        elif column.names in KINDS:
            places.append(Named(column.name, column.names, name))
    if table.key == ("ga4", "event"):
        parameter = "list_filter(event_params, lambda each: each.key = 'transaction_id')[1].value"
        places += [
            Named(_FIELDS[0], "order", "ecommerce.transaction_id"),
            Named(
                _FIELDS[1],
                "order",
                f"coalesce({parameter}.string_value, {parameter}.int_value::varchar)",
            ),
        ]
    return places


def prepare_session(con: duckdb.DuckDBPyConnection, tombstones: Tombstones) -> None:
    """Make a session in memory, and its cursors, know the tombstones and write surrogates."""
    con.execute("create or replace table erased_mark (mark varchar)")
    con.execute("insert into erased_mark select unnest($1::varchar[])", [list(tombstones.marks)])
    con.execute("create or replace table erased_pads (inner_pad blob, outer_pad blob)")
    con.execute("insert into erased_pads values (?, ?)", list(tombstones.pads))
    con.execute(
        "create or replace macro mark_of(kind, identifier) as sha256("
        "(select outer_pad from erased_pads) || unhex(sha256("
        "(select inner_pad from erased_pads) || encode(kind || '|' || identifier))))"
    )
    con.execute(
        "create or replace macro surrogate_of(identifier) as"
        " 'erased-' || left(mark_of('surrogate', identifier), 16)"
    )
    origins = ", ".join(map(literal, _ORIGIN_PARAMETERS))
    clicks = ", ".join(map(literal, _CLICK_KEYS))
    con.execute(
        "create or replace macro holds_any(text, parts) as"
        " coalesce(len(list_filter(parts, lambda part: contains(lower(text), lower(part)))) > 0,"
        " false)"
    )
    con.execute(
        f"""
        create or replace macro url_left(url, parts) as
            case
                when holds_any(split_part(url, '?', 1), parts)
                    or regexp_matches(split_part(url, '?', 1), '@|%40')
                    then regexp_extract(url, '^[a-z]+://[^/?#]+') || '/'
                else split_part(split_part(url, '?', 1), '#', 1)
            end
            || coalesce('?' || nullif(array_to_string(list_transform(
                list_filter(
                    string_split(split_part(split_part(url, '#', 1), '?', 2), '&'),
                    lambda pair: split_part(pair, '=', 1) in ({origins})
                        and not regexp_matches(pair, '@|%40') and not holds_any(pair, parts)
                ),
                lambda pair: case
                    when split_part(pair, '=', 1) in ({clicks})
                        then split_part(pair, '=', 1) || '=erased'
                    else pair
                end
            ), '&'), ''), '')
        """
    )
    load_phone_countries(con)


def load_phone_countries(con: duckdb.DuckDBPyConnection) -> None:
    """Make the seed that the macro `phone_numbers` reads a table of a session."""
    seed = PROJECT_DIR / "seeds" / "identity" / "phone_countries.csv"
    con.execute(
        "create or replace table phone_countries as"
        f" from read_csv({file_to_read(seed)}, all_varchar = true)"
    )


def normal_values(relation: str, kind: str) -> str:
    """Query of the values `typed` in a relation as identity compares them: typed, kind, value.

    `relation` is the name of a table. What names nobody is left out. A login that is an e-mail
    address is one.
    """
    if kind == "phone":
        numbers = _macros().rendered("{{ phone_numbers(relation, 'typed') }}", relation=relation)
        return f"select typed, 'phone' as kind, e164 as value from ({numbers})"
    trimmed = _macros().rendered("{{ trimmed('typed') }}")
    email = _macros().rendered("{{ clean_email('trimmed') }}")
    key = _macros().rendered("{{ clean_key('trimmed') }}")
    value = {
        "email": email,
        "customer": f"case when trimmed like '%@%' then {email} else {key} end",
        "handle": "lower(split_part(trimmed, '|', 1)) || '|'"
        " || ltrim(lower(trim(split_part(trimmed, '|', 2))), '@')",
    }.get(kind, key)
    said = literal(kind)
    if kind == "customer":
        said = "case when trimmed like '%@%' then 'email' else 'customer' end"
    return (
        f"select typed, {said} as kind, {value} as value"
        f" from (select distinct typed, {trimmed} as trimmed from {relation})"
        " where trimmed <> ''"
    )


def salted_hash(value: str) -> str:
    """SQL of the hash that staging makes of a value in its normal form, or of a placeholder.

    Reads a table `landing_hash_salt` with the salt.
    """
    return _macros().rendered("{{ salted_hash(value) }}", value=value)


@cache
def _macros() -> SqlMacros:
    rules = ("values", "personal_data", "hashes")
    files = ("cross_engine/*.sql", *(f"rules/{name}.sql" for name in rules))
    return SqlMacros(files, project_variables())


@dataclass(frozen=True)
class Erasing:
    """What the rows of a relation lose.

    Attributes:
        table: The contract of the rows.
        labels: Places in which an erased person is named.
        mentions: SQL of the texts in which an erased person's e-mail address stands, by column.
    """

    table: RawTable
    labels: frozenset[str]
    mentions: dict[str, str]

    def __bool__(self) -> bool:
        return bool(self.labels or self.mentions)

    def rows(self, relation: str, more: Iterable[str] = ()) -> str:
        """Query of the relation's rows as they are left, with `_erased` (removed or anonymised).

        Removed rows are still there. `more` names columns that are handed on as they are.
        """
        places = named_places(self.table)
        flags = {place.label: f"_is_{number}" for number, place in enumerate(places)}
        others = {
            place.label
            for place in places
            for column in self.table.columns
            if column.name == place.label and column.is_other_party
        }
        named = ", ".join(f"{self._is_found(place)} as {flags[place.label]}" for place in places)
        # Ahead of lists, in which DuckDB takes no subquery.
        named += "".join(
            f", {_surrogate_of(place.value)} as _{place.label}"
            for place in places
            if place.label in _FIELDS
        )
        mine = [flags[place.label] for place in places if place.label not in others]
        mentions = [f"holds_any({text}, _addresses)" for text in self.mentions.values()]
        parts = ", ".join(
            f"case when {flags[place.label]} then trim(split_part({place.value}, '|', -1)) end"
            for place in places
        )
        columns = ", ".join(
            f"case when _erased is null then {quote(column.name)}"
            f" else {self._left(column, flags)} end as {quote(column.name)}"
            if column.is_nested or column.type.id == "varchar"
            else quote(column.name)
            for column in self.table.columns
        )
        outcome = REMOVED if self.table.is_record else ANONYMISED
        handed = "".join(f", {quote(name)}" for name in more)
        return f"""
            select
                {columns},
                case when _erased is null then _extra_columns end as _extra_columns,
                _erased{handed}
            from (
                select *, case
                    when _is_own then '{outcome}'
                    when {" or ".join(["_is_named", *mentions])} then '{ANONYMISED}'
                end as _erased
                from (
                    select *,
                        {" or ".join(mine) or "false"} as _is_own,
                        {" or ".join(flags.values()) or "false"} as _is_named,
                        list_filter([{parts}], lambda part: length(part) >= 5) as _parts,
                        (select list(address) from {_MENTIONED}) as _addresses
                    from (select *{f", {named}" if named else ""} from {relation})
                )
            )
        """

    def marks(self, relation: str, row: str) -> str:
        """Query of the tombstones that the relation's rows meet: row, mark.

        `row` is SQL of a row's key.
        """
        return " union all ".join(
            f"select {row} as row, mark from {relation} as rows inner join {_FOUND} as found"
            f" on found.label = {literal(place.label)} and found.typed = {place.value}"
            for place in named_places(self.table)
            if place.label in self.labels
        )

    def _is_found(self, place: Named) -> str:
        if place.label not in self.labels:
            return "false"
        return (
            f"coalesce(({place.value}) in"
            f" (select typed from {_FOUND} where label = {literal(place.label)}), false)"
        )

    def _mention(self, column: Column) -> str:
        return f"holds_any({_as_text(column)}, _addresses)"

    def _left(self, column: Column, flags: dict[str, str]) -> str:
        """SQL of what is left of a column in a row that loses something."""
        name = quote(column.name)
        if column.is_nested:
            return _left_of_nested(column, flags)
        required = column.required or column.name in self.table.business_key
        if column.names:
            is_needed = required or column.names in _ALWAYS_SURROGATE
            gone = _surrogate(column) if is_needed else "null"
            if column.name == "user_id":
                # A shared device must not become the device of the one who is left.
                gone = f"case when not {flags['user_pseudo_id']} then {_surrogate(column)} end"
            hit = flags.get(column.name, "false")
            if column.pii in _ADDRESSED or column.names not in KINDS:
                hit = f"{hit} or _is_own" if not column.is_other_party else hit
            return f"case when {hit} then {gone} else {name} end"
        if column.pii in _PERSONAL:
            gone = "'erased'" if required else "null"
            return f"case when _is_own or {self._mention(column)} then {gone} else {name} end"
        if column.pii == "url":
            return f"url_left({name}, list_concat(_parts, _addresses))"
        gone = _surrogate(column) if required or column.pii != "label" else "null"
        return (
            f"case when holds_any({name}, list_concat(_parts, _addresses)) then {gone}"
            f" else {name} end"
        )


def find(con: duckdb.DuckDBPyConnection, table: RawTable, relation: str) -> Erasing:
    """Find where the rows of a relation name erased persons; keeps what it finds in the session.

    Args:
        con: A session that knows the tombstones (`prepare_session`).
        table: The contract of the rows.
        relation: What to select them from, with the contract's columns and `_extra_columns`.
    """
    con.execute(
        f"create or replace temp table {_FOUND} (label varchar, typed varchar, mark varchar)"
    )
    con.execute(f"create or replace temp table {_MENTIONED} (address varchar)")
    labels = set()
    for place in named_places(table):
        con.execute(
            "create or replace temp table erased_typed as"
            f" select distinct {place.value} as typed from {relation}"
        )
        row = con.execute(
            f"insert into {_FOUND} select {literal(place.label)}, typed, mark"
            " from (select typed, mark_of(kind, value) as mark"
            f" from ({normal_values('erased_typed', place.kind)}))"
            " where mark in (select mark from erased_mark)"
        ).fetchone()
        if row and row[0]:
            labels.add(place.label)
    texts = {column.name: _as_text(column) for column in _texts(table)}
    texts |= {"_extra_columns": "_extra_columns"}
    mentions = {name: text for name, text in texts.items() if _find_mentions(con, relation, text)}
    return Erasing(table, frozenset(labels), mentions)


def _find_mentions(con: duckdb.DuckDBPyConnection, relation: str, text: str) -> bool:
    """Note erased persons' e-mail addresses in a text."""
    row = con.execute(
        f"""
        insert into {_MENTIONED}
        select distinct written from (
            select unnest(regexp_extract_all(
                lower({text}), '[0-9a-z_.+-]+(?:@|%40)[0-9a-z-]+(?:[.][0-9a-z-]+)*[.][0-9a-z]+'
            )) as written
            from {relation}
            where contains({text}, '@') or contains({text}, '%40')
        )
        where mark_of('email', replace(written, '%40', '@')) in (select mark from erased_mark)
        """
    ).fetchone()
    return bool(row and row[0])


def _texts(table: RawTable) -> list[Column]:
    """Columns in which people or pages may write anything."""
    return [
        column
        for column in table.columns
        if column.pii in {*_PERSONAL, "url", "label"} and "varchar" in column.data_type
    ]


def _as_text(column: Column) -> str:
    name = quote(column.name)
    return f"to_json({name})::varchar" if column.is_nested else name


def _surrogate(column: Column) -> str:
    """SQL of the surrogate of a column; an identifier written in two ways has one."""
    name = quote(column.name)
    if column.pii != "email":
        return _surrogate_of(name)
    trimmed = _macros().rendered("{{ trimmed(name) }}", name=name)
    clean = _macros().rendered("{{ clean_email(name) }}", name=f"({trimmed})")
    return f"surrogate_of({clean}) || '@erased.invalid'"


def _surrogate_of(key: str) -> str:
    trimmed = _macros().rendered("{{ trimmed(key) }}", key=key)
    clean = _macros().rendered("{{ clean_key(key) }}", key=f"({trimmed})")
    return f"surrogate_of({clean})"


def _left_of_nested(column: Column, flags: dict[str, str]) -> str:
    """SQL of what is left of a nested column of GA4."""
    name = quote(column.name)
    order = " or ".join(flags[label] for label in _FIELDS)
    if column.name == "ecommerce":
        return (
            f"case when {order} then struct_update({name}, transaction_id := _transaction)"
            f" else {name} end"
        )
    if column.name == "collected_traffic_source":
        keys = ", ".join(
            f"{key} := case when {name}.{key} is not null then 'erased' end"
            for key in ("gclid", "dclid", "srsltid")
        )
        return f"case when {name} is not null then struct_update({name}, {keys}) end"
    if column.name != "event_params":
        return name
    kept = ", ".join(map(literal, _KEPT_PARAMETERS))
    urls = ", ".join(map(literal, _URL_PARAMETERS))
    text = f"""case
        when each.key = 'transaction_id' and ({order}) then _parameter
        when each.key in ({urls})
            then url_left(each.value.string_value, list_concat(_parts, _addresses))
        when each.key in ('gclid', 'gbraid', 'wbraid', 'dclid', 'srsltid') then 'erased'
        when each.key in ({kept})
            and not holds_any(each.value.string_value, list_concat(_parts, _addresses))
            then each.value.string_value
    end"""
    number = f"""case
        when each.key <> 'transaction_id' or not ({order}) then each.value.int_value
    end"""
    return (
        f"list_transform({name}, lambda each: struct_pack(key := each.key, value := struct_pack("
        f"string_value := {text}, int_value := {number},"
        " float_value := each.value.float_value, double_value := each.value.double_value)))"
    )
