"""The publications that are kept: what each holds and why it was made, and how to go back to one.

Going back swaps the link that readers follow, as publishing does, and places a hold: otherwise the
next run would publish again, without a word, what somebody had a reason to withdraw.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from viaggio.publishing.hold import Hold, place_hold, standing_hold
from viaggio.publishing.publish import (
    Publication,
    current,
    position,
    publication_folders,
    read_publication,
    seen_folder,
    sha256,
    show,
)
from viaggio.workspace.paths import DataDir

SALES = "select count(*), sum(net_revenue) from marts.fct_orders where is_conversion"


class HistoryError(RuntimeError):
    """Readers keep what they have; the message says why, and what to do."""


@dataclass(frozen=True)
class Kept:
    """A publication that is kept.

    Attributes:
        folder: Where it is.
        publication: What its manifest says; none where it is damaged.
        state: `current` (readers see it), `held` (the same, by a hold), `not published` (made while
            an older one is held, or left by a rollback), `damaged`, or empty.
        reasons: Why it differs from the whole publication before it; empty for the oldest.
        orders: Orders that are neither tests nor internal; none where its marts have no orders.
        net_revenue: Their net revenue, in the reporting currency.
    """

    folder: Path
    publication: Publication | None
    state: str
    reasons: str = ""
    orders: int | None = None
    net_revenue: Decimal | None = None

    @property
    def mart_rows(self) -> int | None:
        """Rows of all its marts."""
        if self.publication is None:
            return None
        return sum(table.rows for table in self.publication.tables if table.schema == "marts")


def kept_publications(data_dir: DataDir) -> Iterator[Kept]:
    """All publications that are kept, damaged ones too, from the oldest to the newest.

    Raises:
        OSError: One cannot be read, whatever it holds.
    """
    hold, seen = standing_hold(data_dir), seen_folder(data_dir)
    before: Publication | None = None
    for folder in publication_folders(data_dir):
        publication = read_publication(folder)
        if publication is None:
            yield Kept(folder, None, "damaged")
            continue
        state = ""
        if folder.resolve() == seen:
            state = "held" if hold else "current"
        elif position(folder) > position(seen):
            state = "not published"
        yield Kept(folder, publication, state, _reasons(before, publication), *_sales(folder))
        before = publication


def _reasons(before: Publication | None, made: Publication) -> str:
    """What changed since the publication before, as far as the manifests tell."""
    if before is None:
        return ""
    changes = {
        "files": before.loaded != made.loaded,
        f"version {made.version}": before.version != made.version,
        "rules": before.rules_version != made.rules_version,
        "code": before.code_version != made.code_version,
        "tables built whole": before.build_notes != made.build_notes,
    }
    return ", ".join(words for words, is_so in changes.items() if is_so) or "no change"


def _sales(folder: Path) -> tuple[int | None, Decimal | None]:
    try:
        with duckdb.connect(folder / "viaggio.duckdb", read_only=True) as connection:
            found = connection.execute(SALES).fetchone()
    except (duckdb.BinderException, duckdb.CatalogException):
        return None, None
    return found or (None, None)


def find(data_dir: DataDir, named: str) -> tuple[Path, Publication]:
    """A whole publication that is kept, by its number or id.

    Raises:
        HistoryError: There is none, or it is damaged.
    """
    folders = publication_folders(data_dir)
    for folder in folders:
        number, name = position(folder)
        if named == name or (named.isdecimal() and int(named) == number > 0):
            if publication := read_publication(folder):
                return folder, publication
            raise HistoryError(
                f"{folder} is damaged: files are missing or cut. Choose another publication; "
                "`viaggio publications` lists them."
            )
    kept = ", ".join(_label(folder) for folder in folders) or "none"
    raise HistoryError(f"Publication {named} is not kept. Kept: {kept}.")


def _label(folder: Path) -> str:
    number, name = position(folder)
    return str(number or name)


def altered_files(folder: Path, publication: Publication) -> list[Path]:
    """Files of a publication whose content is not what was published; reads all of them."""
    hashes = {folder / "viaggio.duckdb": publication.warehouse_sha256}
    hashes |= {folder / "parquet" / f"{t.name}.parquet": t.sha256 for t in publication.tables}
    return [path for path, known in hashes.items() if sha256(path) != known]


def roll_back(
    data_dir: DataDir, named: str | None = None, reason: str = "", *, verify: bool = False
) -> Publication:
    """Let readers see a kept publication, and hold it; for the holder of the writer lock.

    Args:
        data_dir: Where the publications are.
        named: Number or id of one; none takes the one before the one readers see.
        reason: Why, for those who find the hold.
        verify: Compare the content of its files with the hashes of its manifest.

    Raises:
        HistoryError: There is no such publication, it is damaged, or readers see it already.
        OSError: The disk refuses; the next command that publishes finishes what was begun.
    """
    seen = seen_folder(data_dir)
    folder, publication = find(data_dir, named or _before(data_dir, seen))
    if folder.resolve() == seen:
        raise HistoryError(
            f"Readers see publication {_label(folder)} already. `viaggio hold` keeps it for them."
        )
    if verify and (altered := altered_files(folder, publication)):
        raise HistoryError(
            f"Publication {_label(folder)} is damaged, as its hashes show: "
            f"{', '.join(map(str, altered))}. `viaggio publications` lists the others."
        )
    came_from = f"rolled back from {_label(seen)}"
    place_hold(data_dir, publication.id, f"{came_from}: {reason}" if reason else came_from)
    show(data_dir, publication.id)
    return publication


def _before(data_dir: DataDir, seen: Path) -> str:
    older = [each for each in publication_folders(data_dir) if position(each) < position(seen)]
    if not older:
        raise HistoryError(
            "No publication is kept that is older than the one readers see. `viaggio publications` "
            "lists those there are."
        )
    return older[-1].name


def hold_current(data_dir: DataDir, reason: str = "") -> Hold:
    """Keep what readers see now until it is released.

    It needs no lock, so that it can be placed while a run builds; the run asks before it publishes.

    Raises:
        HistoryError: Nothing is published yet, or a hold stands.
        OSError: The disk refuses.
    """
    if hold := standing_hold(data_dir):
        raise HistoryError(f"A hold stands already: {hold}. `viaggio release` ends it.")
    publication = current(data_dir)
    if publication is None:
        raise HistoryError("Nothing is published yet, so there is nothing to hold.")
    return place_hold(data_dir, publication.id, reason)


def in_words(publication: Publication) -> str:
    """A publication in words, for messages."""
    until = f", events until {publication.loaded.last_day}" if publication.loaded.last_day else ""
    return (
        f"publication {publication.number or publication.id} of {publication.published_at}{until}"
    )
