"""Names of dropped files: what they are called in the ledger, in raw rows and in what people read.

A name on a disk is bytes: it may hold line breaks, quotes, bytes that are not UTF-8, or somebody's
e-mail address. Its label is text without any of these; equal labels mean equal names.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re

MAX_NAME_BYTES = 255
_UNKNOWN = "\ufffd"
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![A-Za-z0-9+])"
    r"(?:(?:\+|00)[1-9](?:[ .-]?\d){7,13}|3\d{2}[ .-]?\d{3}[ .-]?\d{3,4})"
    r"(?![A-Za-z0-9])"
)


def label(name: str, key: bytes) -> str:
    """The text that stands for a file's name.

    Args:
        name: Path below `landing/` as Python has it (`os.fsdecode`), with `/`.
        key: Secret of the ledger. Names that differ only in what is cut keep different labels,
            from which nobody can guess what was cut.
    """
    text = _as_text(name)
    masked = without_personal(text)
    if masked == text:
        return text
    mark = hmac.new(key, os.fsencode(name), hashlib.sha256).hexdigest()[:8]
    folder, slash, last = masked.rpartition("/")
    stem, dot, suffix = last.partition(".")
    return f"{folder}{slash}{stem}~{mark}{dot}{suffix}"


def _as_text(name: str) -> str:
    """The name with bytes that are not UTF-8 in hexadecimal digits, after a mark."""
    return "".join(
        f"{_UNKNOWN}{ord(char) - 0xDC00:02x}"
        if 0xDC80 <= ord(char) <= 0xDCFF
        else char * 2
        if char == _UNKNOWN
        else char
        for char in name
    )


def without_personal(text: str) -> str:
    """A name without e-mail addresses and phone numbers: of a file, a folder or a column."""
    return _PHONE.sub("[phone]", _EMAIL.sub("[email]", text))


def on_one_line(text: str) -> str:
    """A name as people read it in a list: on one line, whatever it holds."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def fitting(name: str, suffix: str = "", mark: str = "") -> str:
    """A file name with a mark and a suffix, cut to what a file system takes.

    Args:
        name: The name, without folders.
        suffix: What must stand at the end (`.error.json`).
        mark: What tells names apart that were cut; it stands in front of a cut name.
    """
    whole = os.fsencode(name)
    if len(whole) + len(suffix.encode()) <= MAX_NAME_BYTES:
        return name + suffix
    mark = f"{mark or hashlib.sha256(whole).hexdigest()[:8]}-"
    room = MAX_NAME_BYTES - len(mark) - len(suffix.encode())
    # The end is kept, since it holds the file's kind; a cut character is left out.
    return mark + whole[-room:].decode(errors="ignore") + suffix
