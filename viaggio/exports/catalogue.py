"""The exports that Viaggio knows: one folder `adapters/<vendor>/<export>/` for each.

`export.yml` names the vendor's headings and says how times and numbers are written. Beside it lies
one SQL file for each raw table that the export fills, `<source>.<table>.sql`. What several exports
of a vendor share is in its folder, `_<name>.sql` (docs/adapters.md).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from viaggio.workspace.paths import PROJECT_DIR

ADAPTERS_DIR = PROJECT_DIR / "adapters"
DESCRIPTION = "export.yml"
TYPES = ("text", "time", "date", "number")
SHOP = "shop"
_KEYS = {
    "title", "columns", "time_zone", "day_first", "decimal_comma", "content", "refuse", "refuse_if",
}  # fmt: skip
_COLUMN_KEYS = {"headings", "required", "type", "clock", "zone"}
# A sentence of what is wrong and one of what to do.
_WORDS = re.compile(r"(?P<reason>\S.+?)\. (?P<what_to_do>\S.+)", re.DOTALL)
# What a heading says beside its name, such as the currency: Amount spent ({currency}).
_BLANK = re.compile(r"\{(\w+)\}")
# The zone of a column's times, as HubSpot and others write it behind the heading.
_ZONE = re.compile(r"\s*\((?:gmt|utc)\s*([+-]\d{1,2}(?::?\d{2})?)?\)\s*$", re.IGNORECASE)


class CatalogueError(ValueError):
    """The description of an export is not as it should be; the message says what and where."""


@dataclass(frozen=True)
class ExportColumn:
    """A column of an export.

    Attributes:
        name: What the SQL files call it.
        headings: What the vendor calls it, in any of its languages. One may hold a blank: of
            `Amount spent ({currency})` what a file has there is the value of the column `currency`.
        required: A file without it is another export.
        type: `text`, `time`, `date` or `number`.
        clock: Headings of the time of day, where a time has it in a column of its own.
        zone: Headings of the column that names the zone of each time.
    """

    name: str
    headings: tuple[str, ...]
    required: bool = False
    type: str = "text"
    clock: tuple[str, ...] = ()
    zone: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What it is put together from: names as in `Export.find`, and headings."""
        return (
            (self.name, self.headings),
            (f"{self.name}, clock", self.clock),
            (f"{self.name}, zone", self.zone),
        )


@dataclass(frozen=True)
class Words:
    """Why a file is refused, and what to do."""

    reason: str
    what_to_do: str


@dataclass(frozen=True)
class Export:
    """One kind of file that a vendor lets people download.

    Attributes:
        vendor: Name of its folder's folder.
        name: Name of its folder.
        title: What people call it, and where they find it.
        columns: Its columns that are read.
        targets: SQL by raw table, such as `store.order`.
        parts: SQL that they share with other exports of the vendor, by the name they read it under.
        fingerprint: Changes with the description and the SQL.
        time_zone: Zone of times that name none: `shop`, or an IANA name.
        day_first: Whether 02/06/2025 is in June; None where only the values can tell.
        decimal_comma: Whether 1,234 is less than two; None where only the values can tell.
        content: Patterns that the values of some columns match, where headings are not enough.
        refuse: Why it is of no use, and what to do; None where it is.
        refuse_if: The same words by condition: SQL that is true for a row of a file of no use.
    """

    vendor: str
    name: str
    title: str
    columns: tuple[ExportColumn, ...]
    targets: dict[str, str]
    time_zone: str = SHOP
    day_first: bool | None = None
    decimal_comma: bool | None = None
    content: tuple[tuple[str, str], ...] = ()
    refuse: Words | None = None
    refuse_if: tuple[tuple[str, Words], ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    fingerprint: str = ""

    @property
    def key(self) -> str:
        return f"{self.vendor}/{self.name}"

    @property
    def slug(self) -> str:
        """Folder of its mapped files below those of the raw table."""
        return f"{self.vendor}_{self.name}"

    def find(self, headings: tuple[str, ...]) -> dict[str, int]:
        """Place of each of its columns among a file's headings; without those that are missing.

        Where a file has several headings of a column, the one listed first counts. The clock and
        the zone of a time may have columns of their own.
        """
        places = _places(headings)
        found = {}
        for column in self.columns:
            for name, names in column.parts:
                known = [places[each] for each in map(plain, names) if each in places]
                if known:
                    found[name] = known[0]
            if column.name not in found:
                place = _place_with_blank(column, places)
                found |= {} if place is None else {column.name: place}
        return found

    def values_in(self, headings: tuple[str, ...], found: dict[str, int]) -> dict[str, str]:
        """What a file's headings say beside their names: the value of every row, by column."""
        values: dict[str, str] = {}
        for column in self.columns:
            for each in column.headings if column.name in found else ():
                heading = _one_spaced(headings[found[column.name]])
                values |= (
                    match.groupdict() if (match := _with_blanks(each).fullmatch(heading)) else {}
                )
        return values

    def lacks(self, found: dict[str, int]) -> list[str]:
        """Headings of required columns that a file does not have."""
        return [
            column.headings[0]
            for column in self.columns
            if column.required and column.name not in found
        ]


@lru_cache(maxsize=256)  # every export is sought in the same few rows
def _places(headings: tuple[str, ...]) -> dict[str, int]:
    """Place of each heading; of one that stands twice, the first."""
    return {plain(heading): place for place, heading in reversed(list(enumerate(headings)))}


@lru_cache(maxsize=1 << 14)
def plain(heading: str) -> str:
    """A heading as it is compared: case, blanks, underscores and a zone behind it do not count."""
    return " ".join(_ZONE.sub("", heading).replace("_", " ").lower().split())


def _place_with_blank(column: ExportColumn, places: dict[str, int]) -> int | None:
    """The first of a file's headings that is one of a column's with something in its blank."""
    patterns = [_with_blanks(each) for each in column.headings if "{" in each]
    found = (place for each, place in places.items() for p in patterns if p.fullmatch(each))
    return min(found, default=None) if patterns else None


def _one_spaced(heading: str) -> str:
    return " ".join(heading.replace("_", " ").split())


@cache
def _with_blanks(heading: str) -> re.Pattern[str]:
    """What a file's heading looks like, with a group for each blank of ours."""
    parts = _BLANK.split(heading)
    texts = [re.escape(_one_spaced(f"|{each}|")[1:-1]) for each in parts[::2]]
    blanks = [f"(?P<{name}>[^()]+)" for name in parts[1::2]] + [""]
    pattern = "".join(text + blank for text, blank in zip(texts, blanks, strict=True))
    return re.compile(pattern, re.IGNORECASE)


def zone_in(heading: str) -> str | None:
    """The zone behind a heading, as an offset such as `+2`; None where it names none."""
    match = _ZONE.search(heading)
    return (match[1] or "+0") if match else None


@cache
def load_exports(folder: Path = ADAPTERS_DIR) -> tuple[Export, ...]:
    """All exports that are described, by vendor and name.

    Raises:
        CatalogueError: A description lacks something or has a key that nobody reads.
    """
    return tuple(read_export(path) for path in sorted(folder.glob(f"*/*/{DESCRIPTION}")))


def read_export(path: Path) -> Export:
    """Read one description and the SQL beside it.

    Raises:
        CatalogueError: As `load_exports`.
    """
    text = path.read_text(encoding="utf-8")
    document = yaml.safe_load(text)
    _refuse_unknown(document, _KEYS, f"{path}")
    if not document.get("title") or not document.get("columns"):
        raise CatalogueError(f"{path}: needs `title` and `columns`.")
    columns = tuple(_column(name, said, path) for name, said in document["columns"].items())
    if not any(column.required for column in columns):
        raise CatalogueError(f"{path}: mark the columns `required` that tell this export.")
    targets = {
        each.stem: each.read_text(encoding="utf-8") for each in sorted(path.parent.glob("*.sql"))
    }
    refuse = document.get("refuse")
    if not targets and not refuse:
        raise CatalogueError(
            f"{path}: add one SQL file for each raw table, <source>.<table>.sql, or `refuse`."
        )
    vendor = path.parent.parent
    shared = {
        f"{vendor.name}_{each.stem.lstrip('_')}": each.read_text(encoding="utf-8")
        for each in sorted(vendor.glob("_*.sql"))
    }
    parts = tuple(
        (name, sql)
        for name, sql in shared.items()
        if any(re.search(rf"\b(from|join) {name}\b", each) for each in targets.values())
    )
    return Export(
        vendor=vendor.name,
        name=path.parent.name,
        title=document["title"],
        columns=columns,
        targets=targets,
        time_zone=document.get("time_zone", SHOP),
        day_first=document.get("day_first"),
        decimal_comma=document.get("decimal_comma"),
        content=tuple((document.get("content") or {}).items()),
        refuse=_words(refuse, path) if refuse else None,
        refuse_if=tuple(
            (condition, _words(said, path))
            for condition, said in (document.get("refuse_if") or {}).items()
        ),
        parts=parts,
        fingerprint=hashlib.sha256(repr((text, targets, parts)).encode()).hexdigest(),
    )


def _words(said: object, path: Path) -> Words:
    match = _WORDS.fullmatch(" ".join(str(said).split()))
    if match is None:
        raise CatalogueError(f"{path}: refuse it in two sentences: the reason, and what to do.")
    return Words(match["reason"], match["what_to_do"])


def _column(name: str, said: Any, path: Path) -> ExportColumn:
    where = f"{path}: column {name}"
    said = said if isinstance(said, dict) else {"headings": said}
    _refuse_unknown(said, _COLUMN_KEYS, where)
    headings, kind = said.get("headings"), said.get("type", "text")
    clock, zone = said.get("clock", []), said.get("zone", [])
    if not isinstance(headings, list) or not headings:
        raise CatalogueError(f"{where}: needs `headings`, a list.")
    if kind not in TYPES:
        raise CatalogueError(f"{where}: type {kind} is none of {', '.join(TYPES)}.")
    if kind != "time" and (clock or zone):
        raise CatalogueError(f"{where}: only a time has a `clock` or a `zone`.")
    names, clocks, zones = (tuple(map(str, each)) for each in (headings, clock, zone))
    return ExportColumn(name, names, bool(said.get("required")), kind, clocks, zones)


def _refuse_unknown(said: dict[str, Any], known: set[str], where: str) -> None:
    if unknown := sorted(set(said) - known):
        raise CatalogueError(f"{where}: nobody reads {', '.join(unknown)}; {sorted(known)} count.")
