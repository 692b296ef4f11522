"""How numbers and dates are written, in English and in Italian."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Literal

import pandas as pd

Language = Literal["en", "it"]
Kind = Literal[
    "text",
    "integer",
    "decimal",
    "times",
    "money",
    "price",
    "percent",
    "points",
    "score",
    "seconds",
    "hours",
    "month",
    "yes_no",
]

# Decimal mark and thousands' mark; Plotly wants the two as one text.
MARKS: dict[Language, tuple[str, str]] = {"en": (".", ","), "it": (",", ".")}
NO_VALUE = "–"
POINTS: dict[Language, str] = {"en": "pp", "it": "p.p."}

MONTHS: dict[Language, list[str]] = {
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "it": ["gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"],
}
YES_NO: dict[Language, tuple[str, str]] = {"en": ("yes", "no"), "it": ("sì", "no")}


def number(value: float | None, language: Language, digits: int = 0, *, sign: bool = False) -> str:
    """1,234.5 in English, 1.234,5 in Italian."""
    if value is None or pd.isna(value):
        return NO_VALUE
    text = f"{value:{'+' if sign else ''},.{digits}f}"
    decimal, thousands = MARKS[language]
    return text.translate(str.maketrans({".": decimal, ",": thousands})).replace("-", "−")


def money(value: float | None, language: Language, digits: int = 0) -> str:
    """€1,234 in English, 1.234 € in Italian."""
    text = number(value, language, digits)
    if text == NO_VALUE:
        return text
    if language == "it":
        return f"{text} €"
    return f"−€{text[1:]}" if text.startswith("−") else f"€{text}"


def percent(value: float | None, language: Language, digits: int = 1) -> str:
    """A share of 1 as a percentage: 12.3% in English, 12,3 % in Italian."""
    text = number(None if value is None else value * 100, language, digits)
    if text == NO_VALUE:
        return text
    return f"{text}%" if language == "en" else f"{text} %"


def points(value: float | None, language: Language) -> str:
    """A difference of shares in percentage points: +1.2 pp in English, +1,2 p.p. in Italian."""
    text = number(None if value is None else value * 100, language, 1, sign=True)
    return text if text == NO_VALUE else f"{text} {POINTS[language]}"


def seconds(value: float | None, language: Language) -> str:
    """Seconds, minutes, hours or days, whichever reads best."""
    if value is None or pd.isna(value):
        return NO_VALUE
    for size, unit in ((86400, {"en": "d", "it": "g"}), (3600, "h"), (60, "min")):
        if value >= 2 * size:
            name = unit if isinstance(unit, str) else unit[language]
            return f"{number(value / size, language, 1)} {name}"
    return f"{number(value, language)} s"


def month(value: date | pd.Timestamp | None, language: Language) -> str:
    """Jan 2025 in English, gen 2025 in Italian."""
    if value is None or pd.isna(value):
        return NO_VALUE
    return f"{MONTHS[language][value.month - 1]} {value.year}"


def day(value: date, language: Language) -> str:
    """1 Jan 2025 in English, 1 gen 2025 in Italian."""
    return f"{value.day} {month(value, language)}"


def text(value: object, kind: Kind, language: Language) -> str:
    """A value of a kind as text."""
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return NO_VALUE
    if kind == "yes_no":
        return YES_NO[language][0 if value else 1]
    if kind == "text" or isinstance(value, str):
        return str(value)
    return _WRITERS[kind](value, language)


def times(value: float | None, language: Language) -> str:
    """How many times as much: 4.25× in English, 4,25× in Italian."""
    text = number(value, language, 2)
    return text if text == NO_VALUE else f"{text}×"


_WRITERS: dict[str, Callable[[Any, Language], str]] = {
    "integer": number,
    "decimal": lambda value, language: number(value, language, 1),
    "times": times,
    "money": money,
    "price": lambda value, language: money(value, language, 2),
    "percent": percent,
    "points": points,
    "score": lambda value, language: number(value, language, 2),
    "seconds": seconds,
    "hours": lambda value, language: seconds(value * 3600, language),
    "month": month,
}
