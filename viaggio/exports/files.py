"""Any file that people download, as a plain CSV: unpacked, in UTF-8, its headings found.

CSV with any usual delimiter and encoding, JSON (lines, an array, or an answer of an API), Avro,
Parquet and Excel are read. What is read first is the beginning alone, so that a file is recognised
cheaply.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import gzip
import io
import itertools
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import duckdb
import python_calamine

from viaggio.workspace.sql import file_to_read, file_to_write, quote

HEAD_BYTES = 1 << 18
HEAD_ROWS = 40
# Documents that must be read whole to be understood: a JSON array, a spreadsheet.
MAX_DOCUMENT_BYTES = 1 << 25
MAX_ROWS_ABOVE = 20
DELIMITERS = (",", ";", "\t", "|")
# What may stand between two rows of a JSON array.
BETWEEN = re.compile(r"[\s,]*")
AVRO = b"Obj\x01"
_GZIP, _PARQUET, _ZIP = b"\x1f\x8b", b"PAR1", b"PK\x03\x04"
# A last row of our own.
_END = "\x00end of the file\x00"
# Where the rows lie in an API's answer.
_ENVELOPES = (
    "data", "results", "items", "records", "value", "rows", "orders", "customers", "products",
    "contacts", "campaigns", "events", "reviews", "tickets", "members", "emails", "reports",
    "checkouts", "locations", "transactions", "fulfillments",
    "users", "unsubscribes", "satisfaction_ratings",
)  # fmt: skip
# An object with one of these, or with many keys, is a row, whatever lists it holds.
MAX_ENVELOPE_KEYS = 12
_ROW_KEYS = ("id", "entity_id")


class ExportError(Exception):
    """A file cannot be read or mapped: what is wrong, what to do, and the column if it is one.

    It names no value of the file, which might be personal.
    """

    def __init__(self, reason: str, what_to_do: str, column: str | None = None) -> None:
        super().__init__(f"{reason}. {what_to_do}")
        self.reason = reason
        self.what_to_do = what_to_do
        self.column = column


@dataclass(frozen=True)
class Head:
    """The beginning of a file.

    Attributes:
        path: The file.
        kind: `csv`, `json` (Avro too, whose rows are like JSON's), `parquet` or `xlsx`.
        rows: First rows by delimiter; any of the first may be the headings. Files that are no CSV
            have the delimiter "".
        encoding: How a CSV is written.
    """

    path: Path
    kind: str
    rows: dict[str, list[tuple[str, ...]]]
    encoding: str = "utf-8"


@dataclass(frozen=True)
class Sheet:
    """A file as DuckDB reads it: `relation` gives columns c0, c1 ... as text, in file order."""

    relation: str
    headings: tuple[str, ...]


def read_head(path: Path) -> Head | None:
    """The beginning of a file; None where it is no kind of file that can be read.

    Raises:
        OSError: The file cannot be opened.
    """
    try:
        start = _first_bytes(path)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return None
    for magic, head_of in ((_PARQUET, _parquet_head), (_ZIP, _xlsx_head), (AVRO, _avro_head)):
        if start.startswith(magic):
            return head_of(path)
    if not start.strip() or _is_binary(start):
        return None
    encoding = _encoding(start)
    text = start.decode(encoding, errors="replace").lstrip("\ufeff")
    if text.lstrip()[:1] in ("{", "["):
        rows = _json_head(path, text)
        return Head(path, "json", {"": rows}, encoding) if rows else None
    rows_by_delimiter = {each: _csv_head(text, each) for each in DELIMITERS}
    return Head(path, "csv", {d: rows for d, rows in rows_by_delimiter.items() if rows}, encoding)


def open_sheet(
    con: duckdb.DuckDBPyConnection, head: Head, delimiter: str, above: int, work: Path
) -> Sheet:
    """The whole file, its headings below `above` other lines.

    Args:
        con: What reads Parquet.
        head: Its beginning.
        delimiter: What parts its columns.
        above: Rows above the headings.
        work: A folder for what must be written to read it.

    Raises:
        ExportError: It is damaged or too large.
        OSError: The disk cannot be read or written.
    """
    plain = work / "export.csv"
    if head.kind == "parquet":
        names = con.sql(f"from read_parquet({file_to_read(head.path)}) limit 0").columns
        columns = ", ".join(f"{quote(name)}::varchar" for name in names)
        con.execute(
            f"copy (select {columns} from read_parquet({file_to_read(head.path)}))"
            f" to {file_to_write(plain)} (format csv, header true)"
        )
        return _sheet(plain, ",", 0, tuple(names))
    if head.kind == "xlsx":
        rows = _xlsx_rows(head.path)
        _write_csv(plain, rows)
        return _sheet(plain, ",", above, rows[above])
    if head.kind == "json":
        return _sheet(plain, ",", 0, _write_json(head, plain))
    headings = head.rows[delimiter][above]
    if head.encoding == "utf-8" and not _is_packed(head.path):
        _refuse_open_quote(head.path, delimiter)
        return _sheet(head.path, delimiter, above, headings)
    with _opened(head.path) as packed, plain.open("w", encoding="utf-8", newline="") as out:
        reader = codecs.getreader(head.encoding)(packed)
        try:
            while text := reader.read(1 << 20):
                out.write(text.removeprefix("\ufeff"))
        except (UnicodeDecodeError, EOFError, zlib.error, gzip.BadGzipFile):
            raise ExportError(
                f"the text stops being {head.encoding} somewhere, or the file is cut off",
                "Export it again, as UTF-8 if you can choose.",
            ) from None
    _refuse_open_quote(plain, delimiter)
    return _sheet(plain, delimiter, above, headings)


def _sheet(path: Path, delimiter: str, above: int, headings: Iterable[str]) -> Sheet:
    """A CSV of which every row may be shorter than its headings, and none longer."""
    names = tuple(headings)
    columns = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(len(names)))
    relation = (
        f"read_csv({file_to_read(path)}, auto_detect = false, header = true, skip = {above},"
        f" delim = '{delimiter}', quote = '\"', escape = '\"', null_padding = true,"
        f" parallel = false, columns = {{{columns}}})"
    )
    return Sheet(relation, names)


# --- Text ------------------------------------------------------------------------------------


def _is_packed(path: Path) -> bool:
    with path.open("rb") as handle:
        return handle.read(2) == _GZIP


def _opened(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path)) if _is_packed(path) else path.open("rb")


def _first_bytes(path: Path) -> bytes:
    with _opened(path) as handle:
        return handle.read(HEAD_BYTES)


def _is_binary(start: bytes) -> bool:
    is_utf16 = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return not is_utf16 and b"\0" in start[:4096]


def _encoding(start: bytes) -> str:
    """How the text is written: by its mark; else UTF-8 if it can be; else as Windows does."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _csv_head(text: str, delimiter: str) -> list[tuple[str, ...]]:
    """The first rows, the last of which may be cut off and is left out where others are there."""
    rows: list[tuple[str, ...]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(tuple(row))
            if len(rows) > HEAD_ROWS:
                break
    except csv.Error:
        pass
    return rows[:-1] if len(rows) > 1 and len(text) >= HEAD_BYTES else rows


def _refuse_open_quote(path: Path, delimiter: str) -> None:
    """A quote that is still open at the end swallows rows, and DuckDB does not mind.

    Where quotes are even in number, none is open. Where they are odd, the end of the file must be
    read as a row of its own.
    """
    with path.open("rb") as handle:
        quotes = sum(chunk.count(b'"') for chunk in iter(lambda: handle.read(1 << 20), b""))
    if quotes % 2 == 0:
        return
    last: list[str] = []
    opened = path.open(encoding="utf-8", errors="replace", newline="")
    with opened as text, contextlib.suppress(csv.Error):
        for row in csv.reader(itertools.chain(text, ["\n", _END]), delimiter=delimiter):
            last = row
    if last != [_END]:
        raise ExportError(
            "a quote is opened and never closed, so rows cannot be told apart",
            "The file may be cut off: export it again.",
        )


def _write_csv(path: Path, rows: Iterable[Iterable[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)


# --- Parquet and Excel -----------------------------------------------------------------------


def _parquet_head(path: Path) -> Head | None:
    with duckdb.connect() as con:
        try:
            found = con.sql(f"from read_parquet({file_to_read(path)}) limit {HEAD_ROWS}")
            rows = [tuple("" if v is None else str(v) for v in row) for row in found.fetchall()]
        except duckdb.Error:
            return None
        return Head(path, "parquet", {"": [tuple(found.columns), *rows]})


def _xlsx_head(path: Path) -> Head | None:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(each.file_size for each in archive.infolist())
            if "xl/workbook.xml" not in archive.namelist() or size > MAX_DOCUMENT_BYTES:
                return None
    except (zipfile.BadZipFile, NotImplementedError):
        return None
    try:
        return Head(path, "xlsx", {"": _xlsx_rows(path)[:HEAD_ROWS]})
    except ExportError:
        return None


def _xlsx_rows(path: Path) -> list[tuple[str, ...]]:
    """The first sheet of a spreadsheet that holds anything, as text."""
    try:
        with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
            for name in book.sheet_names:
                rows = book.get_sheet_by_name(name).to_python()
                if rows:
                    return [tuple(map(_cell, row)) for row in rows]
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise ExportError(
            f"the spreadsheet cannot be read ({type(error).__name__})",
            "Open it and save it as CSV (UTF-8).",
        ) from None
    except BaseException as error:
        # The library's own panics are no exceptions.
        if type(error).__name__ != "PanicException":
            raise
        raise ExportError(
            "the spreadsheet cannot be read", "Open it and save it as CSV (UTF-8)."
        ) from None
    return []


def _cell(value: object) -> str:
    """A cell as text: whole numbers without a fraction, times as ISO 8601."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


# --- JSON and Avro -------------------------------------------------------------------------------


def _json_head(path: Path, text: str) -> list[tuple[str, ...]]:
    """Headings and first rows of a JSON file; nothing where it holds no rows."""
    lines = text.splitlines()
    first = _parsed(lines[0]) if lines else None
    if isinstance(first, dict) and (any(lines[1:]) or not _enveloped(first)):
        complete = lines[: HEAD_ROWS + 1]
        complete = complete[:-1] if len(complete) > 1 and len(text) >= HEAD_BYTES else complete
        parsed = [_parsed(line) for line in complete]
        return _table([flat(each) for each in parsed if isinstance(each, dict)])
    rows = _document_rows(path) or list(_begun_rows(text))
    return _table([flat(each) for each in rows[:HEAD_ROWS]])


def _begun_rows(text: str) -> Iterator[dict[str, Any]]:
    """The whole objects at the beginning of a JSON array that is too large to be read whole."""
    decoder, text = json.JSONDecoder(parse_float=str), text.lstrip()
    if not text.startswith("["):
        return
    at = 1
    # The last object is cut off, or the array ends.
    with contextlib.suppress(ValueError, RecursionError):
        while between := BETWEEN.match(text, at):
            row, at = decoder.raw_decode(text, between.end())
            if isinstance(row, dict):
                yield row


def _document_rows(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON array, or of the array in an API's answer."""
    with _opened(path) as handle:
        whole = handle.read(MAX_DOCUMENT_BYTES + 1)
    if len(whole) > MAX_DOCUMENT_BYTES:
        return []
    document = _parsed(whole.decode(_encoding(whole), errors="replace"))
    rows = document if isinstance(document, list) else _enveloped(document)
    pages = [each.get("results") for each in rows or [] if isinstance(each, dict)]
    if pages and all(isinstance(page, list) for page in pages):
        rows = [row for page in pages for row in page or []]
    resolved = _included(document)
    return [_with_included(each, resolved) for each in rows or [] if isinstance(each, dict)]


def _avro_head(path: Path) -> Head | None:
    with contextlib.suppress(ExportError):
        rows = list(itertools.islice(avro_rows(path), HEAD_ROWS))
        return Head(path, "json", {"": _table([flat(each) for each in rows])})
    return None


def avro_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of an Avro file.

    Raises:
        ExportError: It is damaged, or compressed in a way that cannot be read.
    """
    # Imported here, since few files need it.
    import fastavro  # noqa: PLC0415

    with _opened(path) as handle:
        try:
            yield from (each for each in fastavro.reader(handle) if isinstance(each, dict))
        except Exception as error:  # damage shows in as many ways as there are types of values
            raise ExportError(
                f"the Avro file cannot be read ({type(error).__name__})",
                "Export it again, without compression or with DEFLATE.",
            ) from error


def _included(document: object) -> dict[tuple[str, str], Any]:
    """What a JSON:API answer lists once for all of its rows (`included`), by type and id."""
    listed = document.get("included") if isinstance(document, dict) else None
    return {
        (str(each.get("type")), str(each.get("id"))): each.get("attributes")
        for each in (listed if isinstance(listed, list) else [])
        if isinstance(each, dict)
    }


def _with_included(row: dict[str, Any], resolved: dict[tuple[str, str], Any]) -> dict[str, Any]:
    """A row with the attributes of what it relates to, as `included.<relationship>`."""
    related = row.get("relationships")
    if not resolved or not isinstance(related, dict):
        return row
    found = {}
    for name, each in related.items():
        key = each.get("data") if isinstance(each, dict) else None
        if isinstance(key, dict):
            found[name] = resolved.get((str(key.get("type")), str(key.get("id"))))
    return row | {"included": found}


def _enveloped(document: object) -> list[Any] | None:
    if not isinstance(document, dict) or any(key in document for key in _ROW_KEYS):
        return None
    if len(document) <= MAX_ENVELOPE_KEYS:
        for key in _ENVELOPES:
            rows = document.get(key)
            if isinstance(rows, list) and rows and isinstance(rows[0], dict):
                return rows
    return None


def _parsed(text: str) -> object:
    try:
        # Figures stay as they are written.
        return json.loads(text.lstrip("\ufeff"), parse_float=str)
    except (ValueError, RecursionError):
        return None


def flat(document: dict[str, Any], prefix: str = "", depth: int = 6) -> dict[str, str]:
    """An object as one row: keys of what is nested joined by dots, lists as JSON text."""
    row: dict[str, str] = {}
    for key, value in document.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and value and depth:
            row |= flat(value, f"{name}.", depth - 1)
        elif isinstance(value, dict | list):
            row[name] = json.dumps(value, ensure_ascii=False) if value else ""
        elif isinstance(value, bool):
            row[name] = str(value).lower()
        else:
            row[name] = "" if value is None else str(value)
    return row


def _table(rows: list[dict[str, str]]) -> list[tuple[str, ...]]:
    headings = tuple(dict.fromkeys(name for row in rows for name in row))
    return [headings, *(tuple(row.get(name, "") for name in headings) for row in rows)]


def _write_json(head: Head, plain: Path) -> tuple[str, ...]:
    """Write a JSON file as CSV; its headings."""
    headings = dict.fromkeys(name for row in _json_rows(head) for name in row)
    with plain.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(headings)
        writer.writerows([row.get(name, "") for name in headings] for row in _json_rows(head))
    return tuple(headings)


def _json_rows(head: Head) -> Iterator[dict[str, str]]:
    if _first_bytes(head.path).startswith(AVRO):
        yield from map(flat, avro_rows(head.path))
        return
    with _opened(head.path) as handle:
        lines = codecs.getreader(head.encoding)(handle)
        first, second = _parsed(next(iter(lines), "")), next(iter(lines), "")
        if isinstance(first, dict) and (second.strip() or not _enveloped(first)):
            yield flat(first)
            for number, line in enumerate(itertools.chain([second], lines), start=2):
                if line.strip():
                    row = _parsed(line)
                    if not isinstance(row, dict):
                        raise ExportError(
                            f"line {number} is not a JSON object",
                            "The file is damaged or cut off: export it again.",
                        )
                    yield flat(row)
            return
    rows = _document_rows(head.path)
    if not rows:
        raise ExportError(
            f"its JSON is damaged or cut off, or larger than {MAX_DOCUMENT_BYTES >> 20} MiB",
            "Export it again, best as JSON lines: one object on each line.",
        )
    yield from map(flat, rows)
