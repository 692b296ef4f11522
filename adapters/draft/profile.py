"""What the values of a column are, whatever its heading says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from adapters.draft.words import Meanings, plain, vocabulary

# A column is of a kind if so many of its values are: an export has mistakes, too.
MOST = 0.9

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)
URL = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)
IP = re.compile(r"\d{1,3}(\.\d{1,3}){3}|[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7}", re.IGNORECASE)
PHONE = re.compile(r"(\+|00)?[\d\s()./-]{7,20}")
CODE = re.compile(r"[\w#./:@+-]{1,64}")
CURRENCY = re.compile(r"[A-Z]{3}")
CURRENCIES = frozenset(
    "EUR USD GBP CHF SEK NOK DKK PLN CZK HUF RON BGN TRY CAD AUD NZD JPY CNY HKD SGD INR BRL MXN "
    "ARS CLP COP PEN ZAR AED SAR ILS THB KRW RUB UAH ISK".split()
)
SYMBOLS = {"€": "EUR", "£": "GBP", "US$": "USD"}
BOOLEANS = frozenset(
    "true false yes no y n 1 0 si vero falso ja nein wahr falsch oui non vrai faux on off".split()
)
LANGUAGE = re.compile(r"[a-z]{2}([-_][A-Za-z]{2})?", re.IGNORECASE)

ISO = re.compile(
    r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})"
    r"(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
NUMERIC_DATE = re.compile(
    r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})"
    r"(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp]\.?[Mm]\.?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
NAMED_MONTH = re.compile(r"(?:\w+,?\s+)?\d{1,2}\.?\s+[^\W\d]{3,10}\.?,?\s+\d{4}\b.*")
MONTH_FIRST = re.compile(r"(?:\w+,?\s+)?[^\W\d]{3,10}\.?\s+\d{1,2},?\s+\d{4}\b.*")
CLOCK = re.compile(r"\d{1,2}:\d{2}")
DAYTIME = re.compile(r"\d{1,2}:\d{2}(:\d{2})?(\s*[AaPp][Mm])?")
ZONE = re.compile(r"(Z|UTC|GMT|[+-]\d{2}:?\d{2})$")
EPOCH = re.compile(r"1[0-9]{9}([0-9]{3})?")

NUMBER = re.compile(r"[-+−]?\d[\d.,' ]*")
AROUND_NUMBER = re.compile(r"^(?:[A-Z]{3}|US\$|[€£$])\s*|\s*(?:[A-Z]{3}|[€£$])$")
POINT, COMMA, EITHER = "point", "comma", "either"


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
    def share_filled(self) -> float:
        return len(self.filled) / len(self.values) if self.values else 0.0

    @cached_property
    def distinct(self) -> int:
        return len(set(self.filled))

    @property
    def is_unique(self) -> bool:
        """Whether every row has a value of its own."""
        return bool(self.values) and self.distinct == len(self.values)

    def mostly(self, test: Callable[[str], object]) -> bool:
        """Whether nearly all filled values pass a test."""
        if not self.filled:
            return False
        return sum(bool(test(value)) for value in self.filled) >= MOST * len(self.filled)

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
        return self.distinct <= 2 and self.mostly(lambda value: plain(value) in BOOLEANS)

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
        return self.is_text and sum(value.count(" ") for value in self.filled) > 3 * len(self.filled)

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
        return any(CLOCK.search(value) for value in self.filled)

    @property
    def has_zone(self) -> bool:
        """Whether the values that have a time of day say in which zone."""
        return self.mostly(lambda value: not CLOCK.search(value) or ZONE.search(value))

    @cached_property
    def day_positions(self) -> frozenset[str]:
        """Where the day may stand in dates like 02/06/2025: `first`, `second`; none elsewhere."""
        dates = [found for value in self.filled if (found := NUMERIC_DATE.fullmatch(value))]
        if not dates or not self.is_time:
            return frozenset()
        if any(found[2] == "." for found in dates):
            return frozenset({"first"})
        positions = set()
        if all(int(found[3]) <= 12 for found in dates):
            positions.add("first")
        if all(int(found[1]) <= 12 for found in dates):
            positions.add("second")
        return frozenset(positions)

    # Numbers.

    @cached_property
    def is_number(self) -> bool:
        return not self.is_time and self.mostly(lambda value: NUMBER.fullmatch(bare(value)))

    @cached_property
    def decimal_signs(self) -> Counter[str]:
        """How many values have a decimal point, a decimal comma, or either."""
        if not self.is_number:
            return Counter()
        return Counter(sign for value in self.filled if (sign := decimal_sign(bare(value))))

    @property
    def has_decimals(self) -> bool:
        return bool(self.decimal_signs)

    @cached_property
    def has_cents(self) -> bool:
        """Whether numbers have two decimals, as money has."""
        return self.is_number and any(re.search(r"[.,]\d{2}$", bare(v)) for v in self.filled)

    @cached_property
    def currencies(self) -> frozenset[str]:
        """Currencies written beside the numbers (`€ 12,50`); a mere dollar sign says none."""
        if not self.is_number:
            return frozenset()
        found = set()
        for value in self.filled:
            found |= {code for sign, code in SYMBOLS.items() if sign in value}
            found |= CURRENCIES & set(CURRENCY.findall(value))
        return frozenset(found)

    def numbers(self, *, decimal_comma: bool) -> list[float | None]:
        """The values as numbers, row for row; none where there is none."""
        return [to_number(value, decimal_comma=decimal_comma) for value in self.values]

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
    """A number without currency and blanks at its ends."""
    return AROUND_NUMBER.sub("", value.replace("\u00a0", " ").replace("\u202f", " ")).strip()


def decimal_sign(number: str) -> str | None:
    """Which sign separates the decimals; `either` if it may also separate thousands."""
    points, commas = number.count("."), number.count(",")
    if points and commas:
        return COMMA if number.rindex(",") > number.rindex(".") else POINT
    if points + commas == 0:
        return None
    sign, other, count = (POINT, COMMA, points) if points else (COMMA, POINT, commas)
    if count > 1:
        return other
    whole, decimals = re.split(r"[.,]", number)
    if len(decimals) == 3 and whole.lstrip("+-−") not in ("", "0"):
        return EITHER
    return sign


def to_number(value: str, *, decimal_comma: bool) -> float | None:
    """A value as a number; none if it is none."""
    number = bare(value).replace("−", "-")
    thousands, decimals = (".", ",") if decimal_comma else (",", ".")
    number = re.sub(r"[' ]", "", number.replace(thousands, "")).replace(decimals, ".")
    try:
        return float(number)
    except ValueError:
        return None


def is_time(value: str) -> bool:
    """Whether a value is a day or a moment."""
    if found := ISO.fullmatch(value):
        return 1 <= int(found[3]) <= 12 and 1 <= int(found[4]) <= 31
    if found := NUMERIC_DATE.fullmatch(value):
        low, high = sorted((int(found[1]), int(found[3])))
        return 1 <= low <= 12 and high <= 31
    return bool(NAMED_MONTH.fullmatch(value) or MONTH_FIRST.fullmatch(value))


def _is_phone(value: str) -> bool:
    if not PHONE.fullmatch(value):
        return False
    digits = re.sub(r"\D", "", value)
    return 8 <= len(digits) <= 15 and (not value.isdigit() or value[0] == "0" or len(digits) >= 9)
