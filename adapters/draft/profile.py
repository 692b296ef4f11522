"""What the values of a column are, whatever its heading says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from adapters.draft.words import Meanings, plain, vocabulary
from viaggio.exports.catalogue import zone_in
from viaggio.exports.values import Dates, Numbers

# A column is of a kind if so many of its values are: an export has mistakes, too.
MOST = 0.9
SOME = 5_000  # values are looked at for that

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)
URL = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)
IP = re.compile(r"\d{1,3}(\.\d{1,3}){3}|[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7}", re.IGNORECASE)
PHONE = re.compile(r"(\+|00)?[\d\s()./-]{7,20}")
CODE = re.compile(r"[\w#./:@+-]{1,64}")
CURRENCIES = frozenset(
    [
        "EUR",
        "USD",
        "GBP",
        "CHF",
        "SEK",
        "NOK",
        "DKK",
        "PLN",
        "CZK",
        "HUF",
        "RON",
        "BGN",
        "TRY",
        "CAD",
        "AUD",
        "NZD",
        "JPY",
        "CNY",
        "HKD",
        "SGD",
        "INR",
        "BRL",
        "MXN",
        "ARS",
        "CLP",
        "COP",
        "PEN",
        "ZAR",
        "AED",
        "SAR",
        "ILS",
        "THB",
        "KRW",
        "RUB",
        "UAH",
        "ISK",
    ]
)
SYMBOLS = {"€": "EUR", "£": "GBP", "US$": "USD"}
TRUE = frozenset(
    ["true", "yes", "y", "1", "si", "vero", "ja", "wahr", "oui", "vrai", "verdadero", "on"]
)
FALSE = frozenset(["false", "no", "n", "0", "falso", "nein", "falsch", "non", "faux", "off"])
LANGUAGE = re.compile(r"[a-z]{2}([-_][A-Za-z]{2})?", re.IGNORECASE)

DAYTIME = re.compile(r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?(\s*[AaPp][Mm])?")
EPOCH = re.compile(r"1[0-9]{9}([0-9]{3})?")
FIRST_YEAR, LAST_YEAR = 1900, 2100

CURRENCY_CODE = re.compile(r"\b[A-Z]{3}\b")
NUMBERS = Numbers()


@dataclass(frozen=True)
class Profile:
    """A column of an export: its heading, and its values as text, row for row."""

    heading: str
    values: tuple[str, ...]

    @cached_property
    def words(self) -> tuple[Meanings, ...]:
        return vocabulary().read(self.heading)

    @cached_property
    def filled(self) -> tuple[str, ...]:
        return tuple(value for value in self.values if value)

    @property
    def is_filled(self) -> bool:
        """Whether every row has a value."""
        return len(self.filled) == len(self.values)

    @cached_property
    def distinct(self) -> int:
        return len(set(self.filled))

    @property
    def is_unique(self) -> bool:
        """Whether every row has a value of its own."""
        return bool(self.values) and self.distinct == len(self.values)

    def mostly(self, test: Callable[[str], object]) -> bool:
        """Whether nearly all filled values pass a test."""
        some = self.filled[:SOME]
        return bool(some) and sum(bool(test(value)) for value in some) >= MOST * len(some)

    @cached_property
    def is_email(self) -> bool:
        return self.mostly(EMAIL.fullmatch)

    @cached_property
    def is_url(self) -> bool:
        return self.mostly(URL.match)

    @cached_property
    def is_ip(self) -> bool:
        return self.mostly(IP.fullmatch)

    @cached_property
    def is_phone(self) -> bool:
        return not self.is_time and not self.has_decimals and self.mostly(_is_phone)

    @cached_property
    def is_boolean(self) -> bool:
        return self.distinct <= 2 and self.mostly(lambda value: plain(value) in TRUE | FALSE)

    @cached_property
    def is_currency(self) -> bool:
        return self.mostly(lambda value: value.upper() in CURRENCIES)

    @cached_property
    def is_language(self) -> bool:
        return self.mostly(LANGUAGE.fullmatch)

    @cached_property
    def is_code(self) -> bool:
        """Whether the values are codes or numbers, not text: short, without blanks."""
        return self.mostly(CODE.fullmatch)

    @cached_property
    def is_text(self) -> bool:
        """Whether the values are words or sentences."""
        return self.mostly(lambda value: re.search(r"[^\W\d_]{2}", value)) and not (
            self.is_email or self.is_url or self.is_time
        )

    @cached_property
    def is_sentences(self) -> bool:
        blanks = sum(value.count(" ") for value in self.filled)
        return self.is_text and blanks > 3 * len(self.filled)

    # Time.

    @cached_property
    def is_time(self) -> bool:
        return self.mostly(is_time)

    @cached_property
    def is_epoch(self) -> bool:
        """Whether the values may count seconds or milliseconds since 1970."""
        return self.mostly(EPOCH.fullmatch)

    @cached_property
    def is_clock(self) -> bool:
        """Whether the values are times of day without a day."""
        return self.mostly(DAYTIME.fullmatch)

    @property
    def has_clock(self) -> bool:
        """Whether the values have a time of day."""
        return any(":" in value for value in self.filled)

    @property
    def has_zone(self) -> bool:
        """Whether the values say in which zone they are, or the heading does."""
        if zone_in(self.heading):
            return True
        return self.mostly(lambda value: (moment := Dates().moment(value)) and moment.offset)

    @cached_property
    def dates(self) -> Dates:
        """What the values say of the order of day and month."""
        dates = Dates()
        if self.is_time:
            dates.learn(self.heading, self.filled)
        return dates

    # Numbers.

    @cached_property
    def is_number(self) -> bool:
        return not self.is_time and self.mostly(lambda value: NUMBERS.number(bare(value)))

    @cached_property
    def numbers(self) -> Numbers:
        """What the values say of decimal commas."""
        numbers = Numbers()
        if self.is_number:
            numbers.learn(self.heading, map(bare, self.filled))
        return numbers

    @property
    def has_decimals(self) -> bool:
        """Whether some numbers have decimals, for certain."""
        return bool(self.numbers.seen_comma or self.numbers.seen_point)

    @cached_property
    def has_cents(self) -> bool:
        """Whether some numbers have one or two decimals, as money has, and none has many."""
        ends = [re.search(r"[.,](\d+)\D*$", value) for value in self.filled]
        decimals = [len(end[1]) for end in ends if end]
        return self.has_decimals and min(decimals, default=0) <= 2 and max(decimals, default=0) <= 4

    @property
    def is_zero(self) -> bool:
        return self.is_number and all(not value.strip("0., €$£") for value in self.filled)

    @cached_property
    def currencies(self) -> frozenset[str]:
        """Currencies written beside the numbers (`€ 12,50`); a mere dollar sign says none."""
        if not self.is_number:
            return frozenset()
        found = set()
        for value in self.filled:
            found |= {code for sign, code in SYMBOLS.items() if sign in value}
            found |= CURRENCIES & set(CURRENCY_CODE.findall(value))
        return frozenset(found)

    @cached_property
    def whole_numbers(self) -> tuple[int, ...] | None:
        """The values as whole numbers; none if they are not."""
        try:
            return tuple(int(value) for value in self.filled)
        except ValueError:
            return None


def profile(headings: Sequence[str], rows: Iterable[Sequence[str | None]]) -> list[Profile]:
    """The columns of a table of text. Cells that a row lacks are empty."""
    lines = [[(cell or "").strip() for cell in row] for row in rows]
    return [
        Profile(heading, tuple(line[at] if at < len(line) else "" for line in lines))
        for at, heading in enumerate(headings)
    ]


def bare(value: str) -> str:
    """A number without the currency beside it, whichever it is."""
    return CURRENCY_CODE.sub("", value).replace("US$", "").strip()


def is_time(value: str) -> bool:
    """Whether a value is a day or a moment; in dates of figures, month and day may be either."""
    moment = Dates().moment(value)
    if moment is None:
        return False
    low, high = sorted((moment.month, moment.day))
    return FIRST_YEAR <= moment.year <= LAST_YEAR and 1 <= low <= 12 and high <= 31


def _is_phone(value: str) -> bool:
    if not PHONE.fullmatch(value):
        return False
    digits = re.sub(r"\D", "", value)
    return 8 <= len(digits) <= 15 and (not value.isdigit() or value[0] == "0" or len(digits) >= 9)
