"""Values that outside systems send and nobody expects, by the type of the column they come in."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache

import duckdb

from viaggio.landing.empty_values import is_empty
from viaggio.workspace.contract import EPOCH_MICROSECONDS, Column, RawTable
from viaggio.workspace.sql import quote

# Letters whose upper and lower case each engine spells in its own way (ß, İ) are not among them.
# Long enough to break what holds a text twice over, and made of words, so that reviews read it.
LONG = "parola " * 15_000

TEXTS = (
    *("", " ", "  padded  ", "null", "NULL", "None", "NaN", "true", "~", "|", "a|b", "~|~"),
    *("%", "%zz", "%00", "%C3%28", "%E0%A4%A", "%ED%A0%80", "%F0%9F", "%25", "+%2B+"),
    "100% cotton",
    *("0", "-1", "1e400", "1e308", "9223372036854775808", "-9223372036854775809", "0x1F"),
    *("12345678901234567890123456789012345678901234567890", "٣", "1,5", "1_000", "Infinity"),
    *("'; drop table x; --", '"', "\\", "\\'", "a\\", "\\x41\\n", "$1", "\\1"),
    *("{{ 7*7 }}", "{% raw %}"),
    *("<script>alert(1)</script>", "=cmd()", "@", "a@", "@b", ".", "..", "////", "_", "?"),
    *("#", "&", "="),
    *("000.0", "gid://shopify/Order/0", "gid://shopify/Order/", "GA1.1.0"),
    *("line\nbreak", "tab\ttab", "return\r\n", "nul\x00nul", "\x7f\x1b[31m", "\ufeffbom", "\u2028"),
    *("😀", "👩‍👩‍👧‍👦", "e\u0301\u0301\u0301", "مرحبا بالعالم", "\u202eabc", "ñ Ç é"),
    *("漢字", "\uffff"),
    *("http://", "https://[::1", "https://", "HTTPS://X", "//x", "javascript:alert(1)", "mailto:"),
    *("?utm_source=%", "https://x.example/?a=%E0%A4%A", "https://x.example/%E0?utm_source=%E0#%"),
    *("https://x.example/?utm_source=%zz&utm_medium=%00&utm_campaign=%F0%9F&&==&utm_id",),
    *("99991231", "00010101", "20250230", "2025-03-01", "19700101"),
    LONG,
)  # fmt: skip

DOUBLES = (
    *(0.0, -0.0, -1.0, 1e-300, 5e-324, 0.005, 2.675, 1e15, 9e15, 1e18, 1e300, -1e300),
    *(1.7976931348623157e308, math.nan, math.inf, -math.inf),
)
INTEGERS = (0, -1, 2**31, 10**12, -(10**12), 10**15, 2**63 - 1, -(2**63))
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)


def numbers(column_type: str) -> tuple[object, ...]:
    """Zero, negative, tiny and the smallest and largest numbers of a type of the contract."""
    if column_type.startswith("decimal"):
        precision, scale = (int(part) for part in column_type[8:-1].split(","))
        largest = Decimal(10**precision - 1).scaleb(-scale)
        tiny = Decimal(1).scaleb(-scale)
        return (Decimal(0), Decimal(-1), tiny, -tiny, Decimal(10**9), largest, -largest, None)
    if column_type == "double":
        return (*DOUBLES, None)
    if column_type == "boolean":
        return (True, False, None)
    return (*INTEGERS, None)


def moments(column: Column, now: datetime) -> tuple[object, ...]:
    """The first and last moments that landing accepts in a column."""
    found: list[datetime] = [
        *(OLDEST, OLDEST + timedelta(microseconds=1), now),
        *(datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC),),
        # The hour that the clock skips, the one that it shows twice, and the end of a year.
        *(datetime(2025, 3, 30, 1, tzinfo=UTC), datetime(2025, 10, 26, 0, 30, tzinfo=UTC)),
        datetime(2024, 12, 31, 23, 30, tzinfo=UTC),
    ]
    if column.may_be_old:
        found += [datetime(1, 1, 1, tzinfo=UTC), datetime(1582, 10, 10, tzinfo=UTC)]
        found += [datetime(1899, 12, 30, tzinfo=UTC), datetime(1969, 12, 31, 23, 59, tzinfo=UTC)]
    if column.may_be_future:
        found += [datetime(2300, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)]
    nothing = [] if column.required else [None]
    if column.unit == EPOCH_MICROSECONDS:
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        return (*((moment - epoch) // timedelta(microseconds=1) for moment in found), *nothing)
    if column.type.id == "date":
        return (*(moment.date() for moment in found), *nothing)
    return (*(moment.replace(tzinfo=None) for moment in found), *nothing)


@cache
def _texts_that_land(column: str, is_empty: str) -> tuple[str, ...]:
    """The texts that landing does not quarantine, by its own condition on a required column."""
    relation = duckdb.sql(
        f"select texts.{column} from (select unnest($texts) as {column}) as texts "
        f"where not {is_empty}",
        params={"texts": list(TEXTS)},
    )
    return tuple(text for (text,) in relation.fetchall())


def of_column(column: Column, table: RawTable, now: datetime) -> tuple[object, ...]:
    """All values to try in a column that is not nested."""
    if column.is_moment:
        return moments(column, now)
    if column.name == "event_date":  # YYYYMMDD; landing quarantines what is no day
        return ("20000101", "20240229", f"{now:%Y%m%d}")
    if column.data_type == "varchar":
        if not column.required:
            return (*TEXTS, None)
        return _texts_that_land(quote(column.name), is_empty(column, table))
    return tuple(
        value for value in numbers(column.data_type) if value is not None or not column.required
    )
