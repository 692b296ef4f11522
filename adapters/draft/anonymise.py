"""Ten rows of an export for its test, with invented values of the same shape.

Days, amounts, counts and words of a closed list stay, because they show how the export writes them.
Everything else is invented, and columns that nobody reads are left empty.
"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Iterable

from adapters.draft.evidence import CURRENCY, EMAIL, MONEY, PHONE, TIME
from adapters.draft.profile import EMAIL as EMAIL_SHAPE
from adapters.draft.profile import Profile
from adapters.draft.propose import Draft

ROWS = 10
KEPT = frozenset({MONEY, TIME, CURRENCY, "count", "number", "boolean", "language"})
MANY_WORDS = 12  # more different words are no closed list
MANY_DIGITS = 5
TRIES = 100


class Inventor:
    """Invents a value for each value, the same one for the same, a different one for others."""

    def __init__(self, chance: random.Random) -> None:
        """`chance` draws the values; nothing leads back from them."""
        self.chance = chance
        self.known: dict[str, str] = {}

    def invent(self, value: str, kind: str) -> str:
        if not value:
            return ""
        if value not in self.known:
            for _ in range(TRIES):
                invented = self._draw(value, kind)
                if invented not in self.known.values() and invented != value:
                    break
            self.known[value] = invented
        return self.known[value]

    def _draw(self, value: str, kind: str) -> str:
        number = self.chance.randrange(10**6)
        if kind == EMAIL or EMAIL_SHAPE.search(value):
            return f"person{number}@example.com"
        if kind == "ip":
            return f"192.0.2.{number % 256}"
        if kind == "url":
            return f"https://shop.example/{number}"
        digits = iter(range(len(value)))
        if kind == PHONE:
            return re.sub(r"\d", lambda _: self._digit() if next(digits) > 1 else "0", value)
        return "".join(map(self._char, value))

    def _digit(self) -> str:
        return self.chance.choice(string.digits)

    def _char(self, char: str) -> str:
        if char.isdigit():
            return self.chance.choice("123456789")
        if char.isalpha():
            letters = string.ascii_uppercase if char.isupper() else string.ascii_lowercase
            return self.chance.choice(letters)
        return char


def sample_rows(draft: Draft, chance: random.Random | None = None) -> list[list[str]]:
    """Ten rows with all headings' cells: invented, kept or empty."""
    inventor = Inventor(chance or random.SystemRandom())
    kinds = {id(source): one.kind for one in draft.choices for source in one.sources}
    places = _rows(draft)
    cells = []
    for source in draft.columns:
        kind = kinds.get(id(source))
        values = [source.values[place] for place in places]
        if kind is None:
            cells.append([""] * len(values))
        elif kind in KEPT or (kind == "word" and _is_closed_list(source)):
            cells.append(values)
        else:
            cells.append([inventor.invent(value, kind) for value in values])
    return [list(row) for row in zip(*cells, strict=True)]


def _is_closed_list(source: Profile) -> bool:
    """Whether the values are a few words that name nobody."""
    few = source.distinct <= min(MANY_WORDS, max(2, len(source.filled) // 2))
    long_number = re.compile(rf"\d{{{MANY_DIGITS},}}")
    return few and not any("@" in one or long_number.search(one) for one in source.filled)


def _rows(draft: Draft) -> list[int]:
    """Which rows: those that settle how the file writes days and decimals, then the first ones."""
    used = [one.source for one in draft.choices if one.source is not None]
    chosen: list[int] = []
    for source in used:
        chosen += _settling(source)
    every = range(len(draft.columns[0].values))
    wanted = list(dict.fromkeys([*chosen, *every]))[:ROWS]
    return sorted(wanted)


def _settling(source: Profile) -> Iterable[int]:
    """The first value that alone settles what the column's values settle together."""
    for place, value in enumerate(source.values):
        alone = Profile(source.heading, (value,))
        dates, numbers = alone.dates, alone.numbers
        if dates.seen_day_first or dates.seen_month_first:
            return [place]
        if numbers.seen_comma or numbers.seen_point:
            return [place]
    return []
