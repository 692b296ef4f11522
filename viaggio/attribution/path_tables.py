"""Tables of paths in CSV files: read as they are written, or refused with line and column.

The file is CSV as RFC 4180 has it: UTF-8, commas, double quotes, a header. Nothing is guessed.
Numbers are kept exactly, to 18 decimals.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

SEPARATOR = ">"
NEEDED = ("path", "conversions")
NUMBERS = ("conversions", "nulls", "value")
DECIMALS = 18
# What a cell may hold, and how many channels a matrix of their steps may have.
MOST = 10**12
MOST_CHANNELS = 5000

_ONE = 10**DECIMALS
_NUMBER = re.compile(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_LONGEST_CELL = 2**31 - 1


class PathTableError(ValueError):
    """The file is no table of paths; the message says where, why and what to do."""


@dataclass(frozen=True)
class PathTable:
    """Paths and how they ended.

    `channels` are their names in ascending order. `paths` has each different path, as places in
    `channels` from 0, with its conversions, nulls and value in units of 10^-18. `notes` are for
    the reader of the results.
    """

    channels: list[str]
    paths: dict[tuple[int, ...], list[int]]
    has_value: bool
    notes: list[str]


@dataclass(frozen=True)
class _Line:
    """A row of the file, and where it begins."""

    file: Path
    number: int
    cells: list[str]

    def error(self, problem: str, column: str | None = None) -> PathTableError:
        place = f"line {self.number}" + (f", column {column}" if column else "")
        return PathTableError(f"{self.file}, {place}: {problem}")


def read_paths(file: Path, separator: str = SEPARATOR) -> PathTable:
    """The table of paths in a file; `separator` stands between the channels of a path.

    Raises:
        PathTableError: The file is no table of paths.
    """
    if not separator.strip():
        raise PathTableError("The separator is blank; give the sign between two channels.")
    lines = _lines(file)
    columns = _columns(file, next(lines, None))
    ids: dict[str, int] = {}
    paths: dict[tuple[int, ...], list[int]] = {}
    idle: list[int] = []
    for line in lines:
        names, numbers = _row(line, columns, separator)
        if not any(numbers):
            idle.append(line.number)
            continue
        sums = paths.setdefault(tuple(ids.setdefault(name, len(ids)) for name in names), [0, 0, 0])
        for place, number in enumerate(numbers):
            sums[place] += number
        if len(ids) > MOST_CHANNELS:
            raise line.error(
                f"these are more than {MOST_CHANNELS} different channels; group them.", "path"
            )
    if not any(conversions for conversions, _, _ in paths.values()):
        raise PathTableError(
            f"{file}, all lines, column conversions: there are none, so there is nothing to"
            " attribute; give at least one path its conversions."
        )
    has_nulls = any(nulls for _, nulls, _ in paths.values())
    channels = sorted(ids)
    place_of = {ids[name]: place for place, name in enumerate(channels)}
    return PathTable(
        channels,
        {tuple(place_of[one] for one in path): sums for path, sums in paths.items()},
        "value" in columns,
        list(_notes(columns, has_nulls=has_nulls, idle=idle)),
    )


def _lines(file: Path) -> Iterator[_Line]:
    """The rows that are not empty."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise PathTableError(
            f"{file} cannot be read ({error.strerror}); name a CSV file."
        ) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].split(b"\n")
        column = before[-1].count(b",") + 1
        raise PathTableError(
            f"{file}, line {len(before)}, column {column}: this is not UTF-8; save the file as CSV"
            " UTF-8."
        ) from error
    csv.field_size_limit(_LONGEST_CELL)
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 1
    try:
        for cells in rows:
            if cells:
                yield _Line(file, number, cells)
            number = rows.line_num + 1
    except csv.Error as error:
        raise PathTableError(
            f"{file}, line {number}: a quote is not closed, or text follows one that is; put the"
            ' whole cell in quotes and write a quote within it twice ("").'
        ) from error


def _columns(file: Path, header: _Line | None) -> list[str]:
    """The names in the header, in lower case."""
    if header is None:
        raise PathTableError(f"{file}, line 1: the file is empty; give it a header and rows.")
    names = [cell.strip().lower() for cell in header.cells]
    for sign, word in ((";", "semicolons"), ("\t", "tabs")):
        if len(names) == 1 and sign in names[0]:
            raise header.error(f"the columns are separated by {word}; save the file with commas.")
    for name in names:
        if name and names.count(name) > 1:
            raise header.error("the header has it twice; rename or remove one.", name)
    for name in NEEDED:
        if name not in names:
            raise header.error(f"the header lacks it; name one column {name}.", name)
    return names


def _row(line: _Line, columns: list[str], separator: str) -> tuple[list[str], list[int]]:
    """Names of the channels, and conversions, nulls and value (0 in columns that are missing)."""
    if len(line.cells) != len(columns):
        wanted, found = len(columns), len(line.cells)
        first_wrong = columns[found] if found < wanted else str(wanted + 1)
        raise line.error(
            f"the number of cells is {found} and not {wanted}; write one for each column, and a"
            " text that holds a comma in quotes.",
            first_wrong,
        )
    row = dict(zip(columns, line.cells, strict=True))
    names = [name.strip() for name in row["path"].split(separator)]
    if not any(names):
        raise line.error("the path is empty; name at least one channel.", "path")
    if not all(names):
        raise line.error(
            f"step {names.index('') + 1} of the path is empty; name its channel or remove a"
            f" separator ({separator}).",
            "path",
        )
    numbers = []
    for name in NUMBERS:
        number = _number(row.get(name, ""))
        if isinstance(number, str):
            raise line.error(f"{row[name].strip()!r} {number}", name)
        numbers.append(number)
    conversions, _, value = numbers
    if value and not conversions:
        raise line.error(
            f"{row['value'].strip()} is a value without conversion; give the row its conversions"
            " or the value 0.",
            "value",
        )
    return names, numbers


@lru_cache(maxsize=100_000)
def _number(text: str) -> int | str:
    """A cell as a number of 10^-18, 0 where it is empty; or what is wrong with it."""
    text = text.strip()
    if not text:
        return 0
    if not _NUMBER.fullmatch(text):
        return "is no number from 0 on; write plain digits, with a point before decimals."
    number = Decimal(text)
    if number > MOST:
        return f"is too large; write at most {MOST}."
    if number and number.adjusted() < -DECIMALS:
        units, rest = 0, 1
    else:
        numerator, denominator = number.as_integer_ratio()
        units, rest = divmod(numerator * _ONE, denominator)
    return f"has more than {DECIMALS} decimals; round it." if rest else units


def _notes(columns: list[str], *, has_nulls: bool, idle: list[int]) -> Iterator[str]:
    unknown = [name for name in columns if name not in (*NEEDED, *NUMBERS)]
    if unknown:
        yield f"Not read: column {', '.join(name or '(without name)' for name in unknown)}."
    if idle:
        yield (
            f"Rows left out, since they have neither conversions nor nulls: {len(idle)}, the first"
            f" in line {idle[0]}."
        )
    if not has_nulls:
        yield (
            "No path ended without conversion (column nulls), so every path converts: Markov and"
            " Shapley cannot see what a channel changes, and say little."
        )
    if "value" not in columns:
        yield "There is no column value: what channels earned stays empty."
