"""Times and numbers as people's tools write them, turned into what landing reads.

A time becomes `YYYY-MM-DD HH:MM:SS` in UTC, a date `YYYY-MM-DD`, a number has a decimal point and
nothing else. How a file writes them is read from all its values together: `02/06/2025` is settled
by a `13/06/2025` elsewhere in the file. What stays unsettled is refused, never guessed; a value
that is none of these stays as it is, so that landing puts its row into quarantine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from viaggio.exports.files import ExportError

# First letters of the months, in the languages of Viaggio's exports.
_MONTHS = {
    "jan": 1, "gen": 1, "ene": 1, "janv": 1,
    "feb": 2, "fév": 2, "févr": 2, "fev": 2,
    "mar": 3, "mär": 3, "mrz": 3, "märz": 3,
    "apr": 4, "avr": 4, "abr": 4,
    "may": 5, "mag": 5, "mai": 5,
    "jun": 6, "giu": 6, "juin": 6,
    "jul": 7, "lug": 7, "juil": 7,
    "aug": 8, "ago": 8, "aoû": 8, "août": 8,
    "sep": 9, "set": 9, "sept": 9,
    "oct": 10, "ott": 10, "okt": 10,
    "nov": 11,
    "dec": 12, "dic": 12, "dez": 12, "déc": 12,
}  # fmt: skip
_CLOCK = (
    r"(?:[ T,]+(?:at |alle |ore )?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})"
    r"(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?(?:\s*(?P<half>[ap])\.?m\.?)?)?"
)
_OFFSET = r"\s*(?P<offset>z|utc|gmt|(?:utc|gmt)?[+-]\d{1,2}(?::?\d{2})?)?"
_FIGURES = re.compile(
    r"(?P<a>\d{1,4})(?P<mark>[-/.])(?P<b>\d{1,2})(?P=mark)(?P<c>\d{4}|\d{2})" + _CLOCK + _OFFSET,
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})")
_DAY_FIRST_WORDS = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?(?P<d>\d{1,2})(?:st|nd|rd|th|º|°)?\.?[\s-]+(?:de\s+)?(?P<m>[^\W\d]+)\.?"
    r"[\s,-]+(?:de\s+)?(?P<y>\d{4})" + _CLOCK + _OFFSET,
    re.IGNORECASE,
)
_MONTH_FIRST_WORDS = re.compile(
    r"(?:[^\W\d]+\.?,\s+)?(?P<m>[^\W\d]+)\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})"
    + _CLOCK
    + _OFFSET,
    re.IGNORECASE,
)
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?(?:\.\d+)?")

_AROUND_A_NUMBER = re.compile(r"[\s€$£%\u00a0\u202f']|\b(?:EUR|USD|GBP|CHF)\b")
_NUMBER = re.compile(r"[+-]?\d[\d.,]*|[+-]?[.,]\d+")


@dataclass(frozen=True)
class Moment:
    """What is written: year, month, day as figures, the clock and the offset, if any."""

    year: int
    month: int
    day: int
    clock: tuple[int, int, int]
    offset: str | None


@dataclass
class Dates:
    """How a file writes dates of figures, from the evidence of all its values."""

    day_first: bool | None = None
    seen_day_first: str | None = None
    seen_month_first: str | None = None
    unsettled: str | None = None

    def learn(self, column: str, values: Iterable[str]) -> None:
        """Take in a column: a first figure above 12 is a day, a second one likewise."""
        for value in values:
            match = _FIGURES.fullmatch(value.strip())
            if match is None or len(match["a"]) > 2:
                continue
            first, second = int(match["a"]), int(match["b"])
            if first > 12:
                self.seen_day_first = self.seen_day_first or column
            elif second > 12:
                self.seen_month_first = self.seen_month_first or column
            elif first != second:
                self.unsettled = self.unsettled or column

    def settle(self, usual: bool | None) -> None:
        """Decide the order of day and month.

        Args:
            usual: What the vendor usually does; None where nobody knows.

        Raises:
            ExportError: The values contradict each other, or cannot tell.
        """
        if self.seen_day_first and self.seen_month_first:
            raise ExportError(
                f"day/month and month/day are mixed (columns {self.seen_day_first} and "
                f"{self.seen_month_first})",
                "Export it with one date format, best YYYY-MM-DD.",
                self.seen_month_first,
            )
        if self.seen_day_first or self.seen_month_first:
            self.day_first = bool(self.seen_day_first)
        elif usual is not None:
            self.day_first = usual
        elif self.unsettled:
            raise ExportError(
                "its dates may be day/month or month/day: no day above 12 tells which",
                "Export a longer period or with the format YYYY-MM-DD, or say it in export.yml "
                "(day_first).",
                self.unsettled,
            )

    def moment(self, text: str) -> Moment | None:
        """A value taken apart; None where it is no date."""
        text = text.strip()
        if match := _FIGURES.fullmatch(text):
            first, second, third = int(match["a"]), int(match["b"]), int(match["c"])
            if len(match["a"]) == 4:
                year, month, day = first, second, third
            else:
                year = third if len(match["c"]) == 4 else 2000 + third
                month, day = (second, first) if self.day_first else (first, second)
            return Moment(year, month, day, _clock(match), match["offset"])
        if match := _COMPACT.fullmatch(text):
            return Moment(int(match["y"]), int(match["m"]), int(match["d"]), (0, 0, 0), None)
        for pattern in (_DAY_FIRST_WORDS, _MONTH_FIRST_WORDS):
            match = pattern.fullmatch(text)
            if match and (month := _month(match["m"])):
                return Moment(
                    int(match["y"]), month, int(match["d"]), _clock(match), match["offset"]
                )
        return None

    def time(self, text: str, zone: tzinfo) -> str | None:
        """A value as UTC; None where it is no time.

        Args:
            text: The value.
            zone: Where it was written, unless it says so itself.
        """
        if _EPOCH.fullmatch(text.strip()):
            seconds = float(text) if float(text) < 1e11 else float(text) / 1000
            return f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%d %H:%M:%S}"
        moment = self.moment(text)
        if moment is None:
            return None
        try:
            local = datetime(
                moment.year,
                moment.month,
                moment.day,
                *moment.clock,
                tzinfo=offset_zone(moment.offset) if moment.offset else zone,
            )
            return f"{local.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
        except (ValueError, OverflowError):
            return None

    def date(self, text: str) -> str | None:
        """A value as the day that is written, whatever its clock; None where it is no date."""
        moment = self.moment(text)
        try:
            return f"{datetime(moment.year, moment.month, moment.day):%Y-%m-%d}" if moment else None
        except ValueError:
            return None


def _clock(match: re.Match[str]) -> tuple[int, int, int]:
    hour = int(match["hour"] or 0)
    half = (match["half"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour, int(match["minute"] or 0), int(match["second"] or 0)


def _month(word: str) -> int | None:
    word = word.lower()
    return _MONTHS.get(word[:4]) or _MONTHS.get(word[:3])


def offset_zone(offset: str) -> tzinfo:
    """The zone of an offset such as `+0200`, `+2`, `-03:30`, `Z`."""
    figures = re.sub(r"[^\d+-]", "", offset)
    if not figures:
        return UTC
    sign = -1 if figures[0] == "-" else 1
    digits = figures.lstrip("+-")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    return timezone(sign * timedelta(hours=int(hours), minutes=int(minutes)))


def zone_named(name: str) -> tzinfo:
    """An IANA zone.

    Raises:
        ZoneInfoNotFoundError: There is none of that name.
    """
    return ZoneInfo(name)


@dataclass
class Numbers:
    """How a file writes numbers, from the evidence of all its values."""

    decimal_comma: bool = False
    seen_comma: str | None = None
    seen_point: str | None = None
    unsettled: str | None = None

    def learn(self, column: str, values: Iterable[str]) -> None:
        """Take in a column: the last of two marks parts decimals, and one not before 3 digits."""
        for value in values:
            match = _NUMBER.fullmatch(_bare(value))
            marks = re.sub(r"[^.,]", "", match[0]) if match else ""
            if not marks:
                continue
            after = len(match[0]) - 1 - match[0].rindex(marks[-1]) if match else 0
            if len(set(marks)) == 2 or (len(marks) == 1 and after != 3):
                is_comma = marks[-1] == ","
            elif len(marks) > 1:
                is_comma = marks[0] == "."
            elif match and match[0].lstrip("+-")[0] in "0.,":
                is_comma = marks == ","
            else:
                self.unsettled = self.unsettled or column
                continue
            if is_comma:
                self.seen_comma = self.seen_comma or column
            else:
                self.seen_point = self.seen_point or column

    def settle(self, usual: bool | None) -> None:
        """Decide what parts the decimals.

        Args:
            usual: Whether the vendor usually writes a comma; None where nobody knows.

        Raises:
            ExportError: The values contradict each other, or cannot tell.
        """
        if self.seen_comma and self.seen_point:
            raise ExportError(
                f"decimal commas and decimal points are mixed (columns {self.seen_comma} and "
                f"{self.seen_point})",
                "Export it with one number format.",
                self.seen_comma,
            )
        if self.seen_comma or self.seen_point:
            self.decimal_comma = bool(self.seen_comma)
        elif usual is not None:
            self.decimal_comma = usual
        elif self.unsettled:
            raise ExportError(
                "its numbers may have a decimal mark or part thousands (such as 1,234): no value "
                "tells which",
                "Export it with two decimals, or say it in export.yml (decimal_comma).",
                self.unsettled,
            )

    def number(self, text: str) -> str | None:
        """A value with a decimal point and nothing else; None where it is no number."""
        bare = _bare(text)
        if not _NUMBER.fullmatch(bare):
            return None
        thousands, decimal = (".", ",") if self.decimal_comma else (",", ".")
        figures = bare.replace(thousands, "").replace(decimal, ".")
        return figures if figures.count(".") <= 1 else None


def _bare(text: str) -> str:
    """A number without currency, blanks and percent sign; brackets are a minus."""
    text = _AROUND_A_NUMBER.sub("", text).replace("\u2212", "-")
    if text.startswith("(") and text.endswith(")"):
        text = f"-{text[1:-1]}"
    return text[-1] + text[:-1] if len(text) > 1 and text[-1] == "-" else text
