"""What a file is, recognised by its headings, wherever it lies and whatever it is called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from viaggio.exports.catalogue import Export, load_exports, plain
from viaggio.exports.files import MAX_ROWS_ABOVE, Head, read_head
from viaggio.workspace.contract import Contract, RawTable

# A file is one of ours where it has what the table needs and little else.
MIN_COLUMNS, MIN_SHARE = 3, 0.6
# Below these a file is not even a part of an export.
MIN_NEAR, MIN_NEAR_SHARE = 4, 0.5


@dataclass(frozen=True)
class Recognised:
    """A file that is a known export.

    Attributes:
        export: Which.
        head: The beginning of the file.
        delimiter: What parts its columns.
        above: Rows above its headings.
        headings: Its headings.
        found: Place of the export's columns among them.
    """

    export: Export
    head: Head
    delimiter: str
    above: int
    headings: tuple[str, ...]
    found: dict[str, int]

    @property
    def unread(self) -> tuple[str, ...]:
        """Headings that the export's description does not name."""
        known = {
            plain(each)
            for column in self.export.columns
            for _, headings in column.parts
            for each in headings
        }
        known |= {plain(self.headings[place]) for place in self.found.values()}
        return tuple(each for each in self.headings if each.strip() and plain(each) not in known)


class AmbiguousError(Exception):
    """A file fits several exports equally well; the message names them."""


def recognise(head: Head, exports: Iterable[Export] | None = None) -> Recognised | None:
    """The export that a file is; None where it is none that is known.

    Of several that fit, the one with most columns counts.

    Raises:
        AmbiguousError: Several fit equally well.
    """
    fitting = [
        each
        for export in (load_exports() if exports is None else exports)
        for each in _candidates(head, export)
        if not export.lacks(each.found) and _has_content(each)
    ]
    if not fitting:
        return None
    most = max(len(each.found) for each in fitting)
    best = {each.export.key: each for each in reversed(fitting) if len(each.found) == most}
    if len(best) > 1:
        titles = " or ".join(sorted(each.export.title for each in best.values()))
        raise AmbiguousError(f"it may be {titles}")
    return next(iter(best.values()))


def nearest(head: Head, exports: Iterable[Export] | None = None) -> tuple[Export, list[str]] | None:
    """The export that a file resembles most, and the headings it lacks for it."""
    near = [
        each
        for export in (load_exports() if exports is None else exports)
        for each in _candidates(head, export)
        if len(each.found) >= MIN_NEAR and len(each.found) / len(export.columns) >= MIN_NEAR_SHARE
    ]
    best = max(near, key=lambda each: len(each.found), default=None)
    return (best.export, best.export.lacks(best.found)) if best else None


def table_of(head: Head, contract: Contract) -> RawTable | None:
    """The raw table whose columns a file has under the contract's own names; None without one."""
    best: dict[float, list[RawTable]] = {}
    for names in _own_names(head):
        for table in contract.tables.values():
            known = len(names & {column.name.lower() for column in table.columns})
            if _has_required(names, table) and known >= MIN_COLUMNS:
                share = known / len(names)
                if share >= MIN_SHARE:
                    best.setdefault(share, []).append(table)
    tables = best[max(best)] if best else []
    return tables[0] if len(tables) == 1 else None


def fits_table(head: Head, table: RawTable) -> bool:
    """Whether a file has what the table needs, so that nothing need be mapped."""
    return any(_has_required(names, table) for names in _own_names(head))


def _has_required(names: set[str], table: RawTable) -> bool:
    return {column.name.lower() for column in table.columns if column.required} <= names


def _own_names(head: Head) -> Iterator[set[str]]:
    """Names of a file's columns as the contract compares them; of JSON, the outermost keys."""
    for _, headings in _headings(head, rows_above=0):
        outermost = (each.partition(".")[0] if head.kind == "json" else each for each in headings)
        yield {each.strip().lower() for each in outermost}


def look(path: Path) -> Head | None:
    """The beginning of a file; None where it cannot be read, for which landing has its words."""
    try:
        return read_head(path)
    except OSError:
        return None


def _headings(
    head: Head, rows_above: int = MAX_ROWS_ABOVE
) -> Iterator[tuple[tuple[str, int], tuple[str, ...]]]:
    """Each row that may hold the headings, with its delimiter and the number of rows above."""
    for delimiter, rows in head.rows.items():
        above = rows_above if head.kind in ("csv", "xlsx") else 0
        for number, row in enumerate(rows[: above + 1]):
            yield (delimiter, number), row


def _candidates(head: Head, export: Export) -> Iterator[Recognised]:
    for (delimiter, above), headings in _headings(head):
        if found := export.find(headings):
            yield Recognised(export, head, delimiter, above, headings, found)


def _has_content(each: Recognised) -> bool:
    """Whether the first values look as the export's description says."""
    rows = each.head.rows[each.delimiter][each.above + 1 :]
    for name, pattern in each.export.content:
        place = each.found.get(name)
        values = [row[place].strip() for row in rows if place is not None and place < len(row)]
        if not any(re.fullmatch(pattern, value) for value in values if value):
            return False
    return True
