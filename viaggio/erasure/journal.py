"""The journal of an erasure: what is under way, so that whatever stops it, the next run goes on.

It is written before the first change and removed after the last. It holds keyed hashes, keys of the
warehouse and counts, and no value of a person.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from viaggio.workspace.paths import DataDir
from viaggio.workspace.tombstones import private_folder, write_private

# What is done: nothing yet; landing, raw and the warehouse's logs; the build.
STARTED, REWRITTEN, BUILT = "started", "rewritten", "built"


@dataclass(frozen=True)
class Entry:
    """One request of an erasure.

    Attributes:
        number: Its keyed hash.
        requested_at: When the person asked (ISO, UTC).
        origin: `command`, `landed` or `retention`.
        status: What becomes of it (`erasure.status_of`).
        identifiers: Own identifiers by type.
        left: Identifiers that others have too, by type.
        rows: Rows by table (`store.order`) that name the person; a row may name two persons.
    """

    number: str
    requested_at: str
    origin: str
    status: str
    identifiers: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Journal:
    """An erasure under way.

    Attributes:
        started_at: When it began (ISO, UTC).
        marks: Tombstones to keep.
        identifier_ids: Keys of the persons' identifiers in the warehouse.
        entries: The requests.
        removed: Rows removed, by table.
        anonymised: Rows of which identifiers and texts go, by table.
        quarantined: Bad rows removed.
        files: Files that are rewritten, by folder of the data directory.
        unchanged: Files that may not or cannot be changed, each with the reason.
        publications: Publications that are removed once a new one is made.
        stage: How far it is.
        keeps_out: Whether the tombstones stay. Silent persons may come back.
    """

    started_at: str
    marks: tuple[str, ...]
    identifier_ids: tuple[str, ...]
    entries: tuple[Entry, ...]
    removed: dict[str, int] = field(default_factory=dict)
    anonymised: dict[str, int] = field(default_factory=dict)
    quarantined: int = 0
    files: dict[str, int] = field(default_factory=dict)
    unchanged: tuple[tuple[str, str], ...] = ()
    publications: tuple[str, ...] = ()
    stage: str = STARTED
    keeps_out: bool = True


def journal_file(data_dir: DataDir) -> Path:
    return data_dir.erasure / "journal.json"


def is_under_way(data_dir: DataDir) -> bool:
    """Whether an erasure has begun and not ended; cheap enough to ask often."""
    return journal_file(data_dir).exists()


def read_journal(data_dir: DataDir) -> Journal | None:
    """The erasure under way, if there is one."""
    if not is_under_way(data_dir):
        return None
    content: dict[str, Any] = json.loads(journal_file(data_dir).read_text(encoding="utf-8"))
    content["entries"] = tuple(Entry(**entry) for entry in content["entries"])
    for name in ("marks", "identifier_ids", "publications"):
        content[name] = tuple(content[name])
    content["unchanged"] = tuple((file, reason) for file, reason in content["unchanged"])
    return Journal(**content)


def write_journal(data_dir: DataDir, journal: Journal) -> Journal:
    """Keep the journal, on the disk to stay."""
    private_folder(data_dir)
    write_private(journal_file(data_dir), json.dumps(asdict(journal)) + "\n")
    return journal


def built(data_dir: DataDir) -> None:
    """Note that everything was built whole, from rows without the persons."""
    journal = read_journal(data_dir)
    if journal is not None and journal.stage == REWRITTEN:
        write_journal(data_dir, replace(journal, stage=BUILT))
