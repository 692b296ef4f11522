"""Tombstones: what keeps erased persons out, without saying who they were.

A tombstone is a keyed hash of one identifier. Its key has a file of its own, apart from the salt,
so a tombstone meets no hash of the warehouse. A person with the key can test a guess, nothing more.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from viaggio.workspace.disk import flush
from viaggio.workspace.paths import DataDir

KEY_BYTES = 32
_BLOCK_BYTES = 64  # of SHA-256


class TombstoneError(RuntimeError):
    """Tombstones cannot be used; the message says what to restore."""


@dataclass(frozen=True)
class Tombstones:
    """The tombstones of a data directory, and the key they are made with.

    Attributes:
        key: The secret key.
        marks: Keyed hashes in hexadecimal digits, one for each erased identifier.
    """

    key: bytes = b""
    marks: frozenset[str] = field(default=frozenset())

    def __bool__(self) -> bool:
        return bool(self.marks)

    def mark(self, kind: str, value: str) -> str:
        """The tombstone of an identifier in its normal form."""
        return hmac.new(self.key, f"{kind}|{value}".encode(), hashlib.sha256).hexdigest()

    def with_marks(self, marks: Iterable[str]) -> Tombstones:
        """These tombstones and more, which are not kept."""
        return Tombstones(self.key, self.marks | frozenset(marks))

    @property
    def pads(self) -> tuple[bytes, bytes]:
        """Inner and outer pad of HMAC, for SQL, which only knows SHA-256."""
        key = self.key.ljust(_BLOCK_BYTES, b"\0")
        return bytes(byte ^ 0x36 for byte in key), bytes(byte ^ 0x5C for byte in key)


def read_tombstones(data_dir: DataDir) -> Tombstones:
    """The tombstones; none where nobody was erased.

    Raises:
        TombstoneError: There are tombstones, but their key is missing or damaged.
    """
    marks, key = _marks_file(data_dir), _key_file(data_dir)
    if not marks.exists():
        return Tombstones()
    try:
        secret = bytes.fromhex(key.read_text(encoding="ascii").strip())
    except (FileNotFoundError, ValueError):
        secret = b""
    if len(secret) != KEY_BYTES:
        raise TombstoneError(
            f"{key} is missing or damaged, but {marks} holds tombstones: without their key, erased "
            f"persons would come back. Restore the folder {key.parent} from the backup."
        )
    return Tombstones(secret, frozenset(marks.read_text(encoding="ascii").split()))


def start_tombstones(data_dir: DataDir) -> Tombstones:
    """The tombstones, with a key drawn now where there was none."""
    if not _marks_file(data_dir).exists():
        private_folder(data_dir)
        if not _key_file(data_dir).exists():
            write_private(_key_file(data_dir), secrets.token_hex(KEY_BYTES) + "\n")
        write_private(_marks_file(data_dir), "")
    return read_tombstones(data_dir)


def add_tombstones(data_dir: DataDir, marks: Iterable[str]) -> Tombstones:
    """Keep more tombstones, on the disk to stay; returns all of them."""
    together = start_tombstones(data_dir).with_marks(marks)
    lines = "".join(f"{mark}\n" for mark in sorted(together.marks))
    write_private(_marks_file(data_dir), lines)
    return together


def private_folder(data_dir: DataDir) -> Path:
    """The folder of all that an erasure keeps; only its owner may look into it."""
    folder = data_dir.erasure
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    return folder


def write_private(path: Path, text: str) -> None:
    """Write a file for its owner alone; it appears whole and outlives a power cut."""
    unfinished = path.with_name(f"{path.name}.tmp")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    unfinished.chmod(0o600)
    flush(unfinished)
    unfinished.replace(path)
    flush(path.parent)


def _key_file(data_dir: DataDir) -> Path:
    return data_dir.erasure / "key"


def _marks_file(data_dir: DataDir) -> Path:
    return data_dir.erasure / "tombstones"
