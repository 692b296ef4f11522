"""What a dropped file is: one streaming pass that hashes, unpacks and checks the encoding."""

from __future__ import annotations

import codecs
import hashlib
import json
import zlib
from dataclasses import dataclass
from pathlib import Path

from viaggio.exports.files import AVRO, BETWEEN, ExportError, avro_rows
from viaggio.landing.settings import LandingSettings

CHUNK_BYTES = 1 << 20
# A packed file may grow to this whatever its size.
FREE_BYTES = 64 << 20
_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ON_ONE_LINE = str.maketrans("\r\n", "  ")
_PACKED = {b"PK\x03\x04": "a ZIP archive or a spreadsheet", b"\x28\xb5\x2f\xfd": "Zstandard"}


@dataclass(frozen=True)
class Flaw:
    """Why a file is refused: never a value of it, which might be personal.

    `row` counts from 1 below the header, `byte` from 0 in the unpacked file.
    """

    reason: str
    what_to_do: str
    row: int | None = None
    byte: int | None = None
    column: str | None = None


class BadFileError(Exception):
    """The file is refused whole."""

    def __init__(self, flaw: Flaw, rows: int | None = None) -> None:
        super().__init__(flaw.reason)
        self.flaw = flaw
        self.rows = rows


@dataclass(frozen=True)
class Content:
    """A readable file: `kind` is csv, jsonl or parquet; `path` is plain (gunzipped, in lines)."""

    kind: str
    path: Path
    bytes: int


def hash_file(path: Path) -> str:
    """SHA-256 of the file as dropped, in hex: the identity of its content."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def inspect(path: Path, name: str, unpacked: Path, settings: LandingSettings) -> Content:
    """Unpack a gzip file to `unpacked`, tell the kind by the first bytes, check that text is UTF-8.

    The rows of a JSON array and of Avro are written as JSON lines, beside `unpacked`.

    Args:
        path: Where the file is.
        name: What it was called when it was dropped.
        unpacked: Where to unpack it.
        settings: How large it may become.

    Raises:
        BadFileError: Empty, truncated, packed otherwise or beyond measure, or in another encoding.
    """
    with path.open("rb") as handle:
        head = handle.read(4)
    plain = path
    if head.startswith(_GZIP):
        _gunzip(path, unpacked, settings)
        plain = unpacked
        with plain.open("rb") as handle:
            head = handle.read(4)
    size = plain.stat().st_size
    if size == 0:
        raise BadFileError(
            Flaw(
                "the file is empty",
                "Export it again; a file without rows needs its header.",
                byte=0,
            )
        )
    if head == _PARQUET:
        return Content("parquet", plain, size)
    lines = unpacked.with_name("lines")
    if head == AVRO:
        try:
            with lines.open("w", encoding="utf-8") as out:
                out.writelines(f"{json.dumps(row, default=str)}\n" for row in avro_rows(plain))
        except ExportError as error:
            raise BadFileError(Flaw(error.reason, error.what_to_do)) from error
        return Content("jsonl", lines, size)
    if name.lower().endswith((".parquet", ".parquet.gz")):
        raise BadFileError(
            Flaw("named .parquet, but does not begin as Parquet does", "Export it again.", byte=0)
        )
    for magic, what in _PACKED.items():
        if head.startswith(magic):
            raise BadFileError(
                Flaw(f"packed as {what}", "Unpack it, or pack it with gzip instead.", byte=0)
            )
    _check_utf8(plain)
    kind = _text_kind(plain)
    if kind == "array":
        _write_lines(plain, lines, settings)
        return Content("jsonl", lines, size)
    return Content(kind, plain, size)


def _gunzip(path: Path, unpacked: Path, settings: LandingSettings) -> None:
    """Unpack all members of a gzip file, with their checksums, a chunk at a time.

    Raises:
        BadFileError: The stream is cut off or damaged (`byte` is the place in the packed file), or
            unpacks to more than the settings allow.
    """
    advice = "The transfer was cut off or damaged: copy the file again."
    packed_bytes = path.stat().st_size
    most = min(
        settings.max_unpacked_bytes,
        max(FREE_BYTES, packed_bytes * settings.max_expansion),
    )
    position = written = 0
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    with path.open("rb") as packed, unpacked.open("wb") as out:
        chunk, data = packed.read(CHUNK_BYTES), b""
        # The unpacker may still hold data when all that is packed has been read.
        while chunk or len(data) == CHUNK_BYTES:
            if unpacker.eof:
                padding = len(chunk) - len(chunk.lstrip(b"\0"))  # allowed after a member
                position, chunk = position + padding, chunk[padding:]
                if chunk:
                    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
            if not unpacker.eof:
                try:
                    data = unpacker.decompress(chunk, CHUNK_BYTES)
                except zlib.error:
                    raise BadFileError(
                        Flaw("the gzip data are damaged", advice, byte=position)
                    ) from None
                written += len(data)
                if written > most:
                    raise BadFileError(_too_much(packed_bytes, most))
                out.write(data)
                left = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
                position, chunk = position + len(chunk) - len(left), left
            else:
                data = b""
            chunk = chunk or packed.read(CHUNK_BYTES)
    if not unpacker.eof:
        raise BadFileError(
            Flaw(f"the gzip data end too early, after byte {position}", advice, byte=position)
        )


def _too_much(packed_bytes: int, most: int) -> Flaw:
    return Flaw(
        f"{packed_bytes:,} bytes unpack to more than {most:,}",
        "If the file is what it should be, raise VIAGGIO_LANDING_MAX_EXPANSION or "
        "VIAGGIO_LANDING_MAX_UNPACKED_BYTES, or split it; then drop it again.",
    )


def _check_utf8(path: Path) -> None:
    """Raise BadFileError with the byte where the text stops being UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    position = 0
    with path.open("rb") as handle:
        while True:
            chunk = handle.read(CHUNK_BYTES)
            if position == 0 and (chunk.startswith(_UTF16) or _is_binary(chunk[:4096])):
                raise BadFileError(
                    Flaw(
                        "the text is UTF-16, or no text at all; UTF-8 is expected",
                        "Convert it: iconv -f UTF-16 -t UTF-8 old > new",
                        byte=0,
                    )
                )
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                at = position - pending + error.start
                raise BadFileError(
                    Flaw(
                        f"the text is not UTF-8 at byte {at}: perhaps Latin-1 (Windows-1252)",
                        "Convert it: iconv -f WINDOWS-1252 -t UTF-8 old > new",
                        byte=at,
                    )
                ) from None
            if not chunk:
                return
            position += len(chunk)


def _is_binary(head: bytes) -> bool:
    """Whether a text begins as UTF-16 or as no text at all; a few NULs make none of it."""
    return head.count(0) > len(head) // 8


def _text_kind(path: Path) -> str:
    """`jsonl` or `array` if the first character that is no blank opens one, else `csv`."""
    with path.open("rb") as handle:
        head = handle.read(CHUNK_BYTES).removeprefix(codecs.BOM_UTF8).lstrip()
    return {b"{": "jsonl", b"[": "array"}.get(head[:1], "csv")


def _write_lines(array: Path, lines: Path, settings: LandingSettings) -> None:
    """Write the rows of a JSON array, one on each line, as they are; a part of the text at a time.

    Raises:
        BadFileError: It is no JSON, or a row is longer than a line may be.
    """
    decoder = json.JSONDecoder()
    row = 0
    with (
        array.open(encoding="utf-8-sig", newline="") as text,
        lines.open("w", encoding="utf-8", newline="") as out,
    ):
        part = text.read(CHUNK_BYTES)
        at = part.index("[") + 1
        while True:
            between = BETWEEN.match(part, at)
            at = between.end() if between else at
            if part[at : at + 1] == "]":
                rest = iter(lambda: text.read(CHUNK_BYTES), "")
                if part[at + 1 :].strip() or any(each.strip() for each in rest):
                    raise _broken_array(row + 1)
                return
            try:
                _, end = decoder.raw_decode(part, at)
            except RecursionError:
                raise _broken_array(row + 1) from None
            except json.JSONDecodeError:
                more = text.read(CHUNK_BYTES)
                part, at = part[at:] + more, 0
                if not more or len(part) > settings.max_line_bytes + CHUNK_BYTES:
                    raise _broken_array(row + 1) from None
                continue
            out.write(f"{part[at:end].translate(_ON_ONE_LINE)}\n")
            at, row = end, row + 1


def _broken_array(row: int) -> BadFileError:
    return BadFileError(
        Flaw(
            f"a JSON array whose row {row} cannot be read: damaged, cut off, too deep or too long",
            "Export it again, if you can as JSON lines: one object on each line.",
            row=row,
        )
    )
