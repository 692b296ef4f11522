"""The exports that Viaggio knows: one folder `adapters/<vendor>/<export>/` for each.

`export.yml` names the vendor's headings and says how times and numbers are written. Beside it lies
one SQL file for each raw table that the export fills, `<source>.<table>.sql` (docs/adapters.md).
"""

from __future__ import annotations

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
_KEYS = {"title", "columns", "time_zone", "day_first", "decimal_comma", "content"}
_COLUMN_KEYS = {"headings", "required", "type"}
# The zone of a column's times, as HubSpot and others write it behind the heading.
_ZONE = re.compile(r"\s*\((?:gmt|utc)\s*([+-]\d{1,2}(?::?\d{2})?)?\)\s*$", re.IGNORECASE)


class CatalogueError(ValueError):
    """The description of an export is not as it should be; the message says what and where."""


@dataclass(frozen=True)
class ExportColumn:
    """A column of an export.

    Attributes:
        name: What the SQL files call it.
        headings: What the vendor calls it, in any of its languages.
        required: A file without it is another export.
        type: `text`, `time`, `date` or `number`.
    """

    name: str
    headings: tuple[str, ...]
    required: bool = False
    type: str = "text"


@dataclass(frozen=True)
class Export:
    """One kind of file that a vendor lets people download.

    Attributes:
        vendor: Name of its folder's folder.
        name: Name of its folder.
        title: What people call it, and where they find it.
        columns: Its columns that are read.
        targets: SQL by raw table, such as `store.order`.
        time_zone: Zone of times that name none: `shop`, or an IANA name.
        day_first: Whether 02/06/2025 is in June; None where only the values can tell.
        decimal_comma: Whether 1,234 is less than two; None where only the values can tell.
        content: Patterns that the values of some columns match, where headings are not enough.
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

    @property
    def key(self) -> str:
        return f"{self.vendor}/{self.name}"

    @property
    def slug(self) -> str:
        """Folder of its mapped files below those of the raw table."""
        return f"{self.vendor}_{self.name}"

    def find(self, headings: tuple[str, ...]) -> dict[str, int]:
        """Place of each of its columns among a file's headings; without those that are missing.

        Where a file has several headings of a column, the one listed first counts.
        """
        places = _places(headings)
        found = {}
        for column in self.columns:
            known = [places[each] for each in map(plain, column.headings) if each in places]
            if known:
                found[column.name] = known[0]
        return found

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
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    _refuse_unknown(document, _KEYS, f"{path}")
    if not document.get("title") or not document.get("columns"):
        raise CatalogueError(f"{path}: needs `title` and `columns`.")
    columns = tuple(_column(name, said, path) for name, said in document["columns"].items())
    if not any(column.required for column in columns):
        raise CatalogueError(f"{path}: mark the columns `required` that tell this export.")
    targets = {
        each.stem: each.read_text(encoding="utf-8") for each in sorted(path.parent.glob("*.sql"))
    }
    if not targets:
        raise CatalogueError(f"{path}: add one SQL file for each raw table: <source>.<table>.sql.")
    return Export(
        vendor=path.parent.parent.name,
        name=path.parent.name,
        title=document["title"],
        columns=columns,
        targets=targets,
        time_zone=document.get("time_zone", SHOP),
        day_first=document.get("day_first"),
        decimal_comma=document.get("decimal_comma"),
        content=tuple((document.get("content") or {}).items()),
    )


def _column(name: str, said: Any, path: Path) -> ExportColumn:
    where = f"{path}: column {name}"
    said = said if isinstance(said, dict) else {"headings": said}
    _refuse_unknown(said, _COLUMN_KEYS, where)
    headings, kind = said.get("headings"), said.get("type", "text")
    if not isinstance(headings, list) or not headings:
        raise CatalogueError(f"{where}: needs `headings`, a list.")
    if kind not in TYPES:
        raise CatalogueError(f"{where}: type {kind} is none of {', '.join(TYPES)}.")
    return ExportColumn(name, tuple(map(str, headings)), bool(said.get("required")), kind)


def _refuse_unknown(said: dict[str, Any], known: set[str], where: str) -> None:
    if unknown := sorted(set(said) - known):
        raise CatalogueError(f"{where}: nobody reads {', '.join(unknown)}; {sorted(known)} count.")
