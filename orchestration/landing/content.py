"""What a dropped file is: one streaming pass that hashes, unpacks and checks the encoding."""

from __future__ import annotations

import codecs
import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path

CHUNK_BYTES = 1 << 20
_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
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
    """A readable file: `kind` is csv, jsonl or parquet; `path` is plain (gunzipped)."""

    kind: str
    path: Path
    bytes: int


def hash_file(path: Path) -> str:
    """SHA-256 of the file as dropped, in hex: the identity of its content."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def inspect(path: Path, unpacked: Path) -> Content:
    """Unpack a gzip file to `unpacked`, tell the kind by the first bytes, check that text is UTF-8.

    Raises:
        BadFileError: Empty, truncated, packed otherwise, or in another encoding.
    """
    with path.open("rb") as handle:
        head = handle.read(4)
    plain = path
    if head.startswith(_GZIP):
        _gunzip(path, unpacked)
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
    if path.name.lower().endswith((".parquet", ".parquet.gz")):
        raise BadFileError(
            Flaw("named .parquet, but does not begin as Parquet does", "Export it again.", byte=0)
        )
    for magic, what in _PACKED.items():
        if head.startswith(magic):
            raise BadFileError(
                Flaw(f"packed as {what}", "Unpack it, or pack it with gzip instead.", byte=0)
            )
    _check_utf8(plain)
    return Content(_text_kind(plain), plain, size)


def _gunzip(path: Path, unpacked: Path) -> None:
    """Unpack all members of a gzip file, with their checksums.

    Raises:
        BadFileError: The stream is cut off or damaged; `byte` is the place in the packed file.
    """
    advice = "The transfer was cut off or damaged: copy the file again."
    position = 0
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    with path.open("rb") as packed, unpacked.open("wb") as out:
        while chunk := packed.read(CHUNK_BYTES):
            while chunk:
                if unpacker.eof:
                    chunk = chunk.lstrip(b"\0")  # padding after a member is allowed
                    if not chunk:
                        break
                    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
                try:
                    out.write(unpacker.decompress(chunk))
                except zlib.error:
                    raise BadFileError(
                        Flaw("the gzip data are damaged", advice, byte=position)
                    ) from None
                position += len(chunk) - len(unpacker.unused_data)
                chunk = unpacker.unused_data
    if not unpacker.eof:
        raise BadFileError(
            Flaw(f"the gzip data end too early, after byte {position}", advice, byte=position)
        )


def _check_utf8(path: Path) -> None:
    """Raise BadFileError with the byte where the text stops being UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    position = 0
    with path.open("rb") as handle:
        while True:
            chunk = handle.read(CHUNK_BYTES)
            if position == 0 and (chunk.startswith(_UTF16) or b"\0" in chunk[:4096]):
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


def _text_kind(path: Path) -> str:
    """`jsonl` if the first character that is no blank is a brace, else `csv`."""
    with path.open("rb") as handle:
        head = handle.read(CHUNK_BYTES).removeprefix(codecs.BOM_UTF8).lstrip()
    if head.startswith(b"["):
        raise BadFileError(
            Flaw("a JSON array", "Write JSON lines instead: one object in each line.", byte=0)
        )
    return "jsonl" if head.startswith(b"{") else "csv"
