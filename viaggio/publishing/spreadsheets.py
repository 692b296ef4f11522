"""CSV for people: no cell of it is a formula, whatever the data say.

Spreadsheets run a text that begins like a formula, and texts come from outside (a search, a
campaign's name, a store's zone). Such a text gets an apostrophe in front, as OWASP advises
(https://owasp.org/www-community/attacks/CSV_Injection). Numbers stay numbers. To make any CSV
file safe to open: `viaggio spreadsheet from.csv to.csv`.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# A cell may begin within a text too: where commas are decimal, spreadsheets divide at semicolons,
# and a line break or tab divides where quotes are not understood.
_CELL = r"(?:^|(?<=[;\t\r\n]))"
_FILLING = r'[\s\ufeff\u200b"]*'  # blanks, byte order marks, quotes
_SIGN = r"[=+\-@\uff1d\uff0b\uff0d\uff20]"  # the wide ones of Asian keyboards too
_FORMULA = re.compile(rf"{_CELL}(?={_FILLING}{_SIGN})|^(?=[\t\r\n])")
# Python quotes only the line breaks that end its own lines: these have both.
_LINE_END = "\r\n"
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def defused(text: str) -> str:
    """The text, with an apostrophe wherever a spreadsheet would see a formula begin."""
    return text if _NUMBER.fullmatch(text) else _FORMULA.sub("'", text)


def csv_of(frame: pd.DataFrame) -> str:
    """Rows as CSV that is safe to open; numbers, dates and missing values as pandas writes them."""
    safe = frame.rename(columns=lambda name: defused(str(name)))
    texts = safe.select_dtypes(include=["object", "string", "category"]).columns
    safe = safe.assign(**{name: safe[name].map(_of_value) for name in texts})
    return safe.to_csv(index=False, lineterminator=_LINE_END)


def _of_value(value: object) -> object:
    return defused(value) if isinstance(value, str) else value


def csv_of_csv(text: str) -> str:
    """The same rows as CSV that is safe to open."""
    written = io.StringIO()
    rows = csv.reader(io.StringIO(text, newline=""))
    csv.writer(written, lineterminator=_LINE_END).writerows(
        [defused(cell) for cell in row] for row in rows
    )
    return written.getvalue()


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a copy of a CSV file that is safe to open in a spreadsheet."""
    parser = argparse.ArgumentParser(prog="viaggio spreadsheet", description=main.__doc__)
    parser.add_argument("source", type=Path, help="CSV file to read")
    parser.add_argument("target", type=Path, help="CSV file to write")
    options = parser.parse_args(arguments)
    with options.source.open(encoding="utf-8-sig", newline="") as file:
        text = file.read()
    options.target.write_text(csv_of_csv(text), encoding="utf-8-sig", newline="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
