"""An unknown file as a table of text: which row holds its headings, and the rows below."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from adapters.draft.profile import EMAIL, NUMBERS, is_time
from adapters.runner import AdapterError
from viaggio.exports.catalogue import plain
from viaggio.exports.files import MAX_ROWS_ABOVE, ExportError, Head, open_sheet
from viaggio.exports.recognise import look

MAX_ROWS = 50_000  # are enough to know what a column holds
MOST_CELLS = 0.8  # of the widest row: fewer are a title, or a row of totals


@dataclass(frozen=True)
class Table:
    """A file as text: headings and rows, and where in the file they are."""

    head: Head
    delimiter: str
    above: int
    headings: tuple[str, ...]
    rows: list[tuple[str, ...]]

    @property
    def repeated(self) -> set[str]:
        """Headings that stand more than once, so that nobody can say which column is meant."""
        names = [plain(each) for each in self.headings]
        return {each for each in self.headings if names.count(plain(each)) > 1}


def read_table(path: Path) -> Table:
    """Read an unknown file.

    Raises:
        AdapterError: It cannot be read, or has no headings with rows below.
    """
    head = look(path) if path.is_file() else None
    if head is None:
        raise AdapterError(
            f"{path} cannot be read. Give a CSV, JSON, Parquet or Excel file, as it was downloaded."
        )
    delimiter, above = headings_at(head)
    with tempfile.TemporaryDirectory() as work, duckdb.connect() as con:
        try:
            sheet = open_sheet(con, head, delimiter, above, Path(work))
            found = con.execute(f"from {sheet.relation} limit {MAX_ROWS}").fetchall()
        except (ExportError, duckdb.Error) as error:
            said = error if isinstance(error, ExportError) else "a row is damaged"
            raise AdapterError(f"{path} cannot be read: {said}") from None
    rows = [tuple((cell or "").strip() for cell in row) for row in found]
    rows = without_totals(rows)
    if not rows:
        raise AdapterError(f"{path} has no rows below its headings. Export a longer period.")
    return Table(head, delimiter, above, tuple(each.strip() for each in sheet.headings), rows)


def headings_at(head: Head) -> tuple[str, int]:
    """The delimiter, and how many rows stand above the headings."""
    best, most = ("", 0), 0
    for delimiter, rows in head.rows.items():
        widest = max((filled(row) for row in rows), default=0)
        above_most = MAX_ROWS_ABOVE if head.kind in ("csv", "xlsx") else 0
        for above, row in enumerate(rows[: above_most + 1]):
            if widest > most and filled(row) >= MOST_CELLS * widest and are_headings(row):
                best, most = (delimiter, above), widest
                break
    if most < 2:
        raise AdapterError(
            f"{head.path} has no row of headings. Add one, or export the file with headings."
        )
    return best


def filled(row: tuple[str, ...]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def are_headings(row: tuple[str, ...]) -> bool:
    """Whether the cells are names, not values."""
    cells = [cell.strip() for cell in row if cell.strip()]
    return not any(
        NUMBERS.number(cell) or is_time(cell) or EMAIL.fullmatch(cell) for cell in cells
    ) and any(re.search(r"[^\W\d_]", cell) for cell in cells)


def without_totals(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Without blank rows, and without the last ones where they have far fewer cells."""
    rows = [row for row in rows if filled(row)]
    usual = sorted(map(filled, rows))[len(rows) // 2] if rows else 0
    while len(rows) > 1 and filled(rows[-1]) <= usual / 2:
        rows.pop()
    return rows
