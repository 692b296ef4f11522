"""Erased persons in text of any shape: bad rows, rejected files, vendors' exports.

Such text has no contract that says what its columns hold, so each word of it is looked up. A word
is the person's if one of its readings has a tombstone: address, number, key or handle.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote

from viaggio.workspace.sql_macros import project_variables
from viaggio.workspace.tombstones import Tombstones

_WORD = re.compile(r"[^\s,;|\"'{}\[\]()<>=&?#\\]+")
_NUMBER = re.compile(r"(?:\+|00)?\d(?:[ ./()-]{0,2}\d){6,14}")
_COOKIE = re.compile(r"^GA1\.[0-9-]+\.")
_SHORTEST = 4
_KEYS = ("customer", "contact", "device", "loyalty_card", "order", "engagement")
_NETWORKS = ("instagram", "facebook", "x", "twitter", "tiktok", "linkedin", "youtube", "pinterest")
_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"


class TextSearch:
    """Looks words up; remembers those that are nobody's, which are nearly all."""

    def __init__(self, tombstones: Tombstones) -> None:
        self.tombstones = tombstones
        self._known: dict[str, bool] = {}

    def names_erased(self, text: str) -> bool:
        """Whether a text holds an identifier of an erased person."""
        plain = unquote(text) if "%" in text else text
        return any(map(self._is_erased, _WORD.findall(plain))) or any(
            map(self._is_phone, _NUMBER.findall(plain))
        )

    def _is_erased(self, word: str) -> bool:
        if word not in self._known:
            self._known[word] = any(
                self.tombstones.mark(kind, value) in self.tombstones.marks
                for kind, value in _readings(word)
            )
        return self._known[word]

    def _is_phone(self, number: str) -> bool:
        digits = re.sub(r"\D", "", number)
        if number.startswith("+"):
            values = {f"+{digits}"}
        elif digits.startswith("00"):
            values = {f"+{digits[2:]}"}
        else:
            values = {f"+{digits}", f"+{self._country}{digits}"}
        return any(
            self.tombstones.mark("phone", value) in self.tombstones.marks for value in values
        )

    @cached_property
    def _country(self) -> str:
        return str(project_variables()["default_country_code"])


def _readings(word: str) -> Iterator[tuple[str, str]]:
    """What a word may name, each as (type of identifier, value in its normal form)."""
    word = word.strip(".:")
    if "@" in word.lstrip("@"):
        yield "email", word.lower().removeprefix("mailto:")
    for handle in (word.lower().rpartition("/")[2], word.lower()):
        yield from (("handle", f"{network}|{handle.lstrip('@')}") for network in _NETWORKS)
    for key in {word, word.rpartition("/")[2], _COOKIE.sub("", word), word.removesuffix(".0")}:
        if len(key) >= _SHORTEST:
            yield from ((kind, key) for kind in _KEYS)


def without_erased(path: Path, search: TextSearch, copy: Path) -> int | None:
    """Write a text file, packed or not, without the records that name erased persons.

    A record is a line, or several where a quote stays open. All others keep their bytes.

    Args:
        path: The file.
        search: What finds the persons.
        copy: The file to write; nothing is written where there is nothing to leave out.

    Returns:
        The number of records left out; none where the file is no text that can be read.
    """
    content = path.read_bytes()
    is_packed = content.startswith(_GZIP)
    try:
        plain = gzip.decompress(content) if is_packed else content
        text = plain.decode("utf-8")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError):
        return None
    if plain.startswith(_PARQUET) or "\0" in text[:4096]:
        return None
    records = list(_records(text))
    kept = [record for record in records if not search.names_erased(record)]
    if len(kept) < len(records):
        left = "".join(kept).encode("utf-8")
        copy.write_bytes(gzip.compress(left) if is_packed else left)
    return len(records) - len(kept)


def _records(text: str) -> Iterator[str]:
    """Lines, each with those that an open quote ties to it; JSON lines need no such care."""
    lines = list(io.StringIO(text, newline=""))
    if text.lstrip("\ufeff \r\n").startswith("{"):
        yield from lines
        return
    # A quote that is never closed would tie all lines after it together.
    if text.count('"') % 2:
        yield from lines
        return
    record, quotes = "", 0
    for line in lines:
        record, quotes = record + line, quotes + line.count('"')
        if quotes % 2 == 0:
            yield record
            record, quotes = "", 0
