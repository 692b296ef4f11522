"""Sort out dropped files: those in the contract's shape, and vendors' exports, which are mapped.

A file whose folder names its table and whose first line has the table's required columns is landed
as it is. Any other is looked at: one in the contract's shape is landed wherever it lies; a vendor's
export becomes files in the folders of the tables that it fills, which land as any file does.
"""

from __future__ import annotations

import gzip
import shutil
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from viaggio.exports.files import ExportError
from viaggio.exports.mapping import Mapped, map_export
from viaggio.exports.recognise import (
    AmbiguousError,
    Recognised,
    fits_table,
    look,
    nearest,
    recognise,
    table_of,
)
from viaggio.landing.content import Flaw
from viaggio.landing.discover import Found, stamp_of
from viaggio.landing.names import fitting
from viaggio.workspace.contract import Contract, RawTable

FIRST_BYTES = 1 << 16


@dataclass(frozen=True)
class Sorted:
    """What a dropped file is: one of these, or nothing that is known.

    Attributes:
        table: The raw table whose shape it has.
        recognised: The vendor's export that it is.
        resembles: What it may be, and what it lacks; for the words of its rejection.
    """

    table: RawTable | None = None
    recognised: Recognised | None = None
    resembles: str | None = None


def fits_at_once(found: Found, contract: Contract) -> RawTable | None:
    """The table in whose folder a file lies, if its first line names all that the table needs."""
    table = contract.tables.get((*found.folders, "", "")[:2])
    return table if table and _seems_to_fit(found.path, table) else None


def sort_out(found: Found, contract: Contract, folder: Path) -> Sorted:
    """Tell what a file is, from its beginning alone.

    Args:
        found: The file.
        contract: The tables.
        folder: Where a link to the file is made, under a name that DuckDB takes.
    """
    table = contract.tables.get((*found.folders, "", "")[:2])
    dropped = folder / "dropped"
    dropped.symlink_to(found.path.absolute())
    head = look(dropped)
    if head is None or (table and fits_table(head, table)):
        return Sorted(table)
    try:
        recognised = recognise(head)
    except AmbiguousError as error:
        return Sorted(resembles=f"{error}, which its columns do not tell apart")
    if recognised:
        return Sorted(recognised=recognised)
    if own := table_of(head, contract):
        return Sorted(own)
    near = nearest(head)
    if near is None:
        return Sorted(table)
    lacks = f"without {', '.join(near[1])}" if near[1] else "with other values"
    return Sorted(table, resembles=f"like {near[0].title}, but {lacks}")


def _seems_to_fit(path: Path, table: RawTable) -> bool:
    """Whether the first line names all that the table needs; Parquet is looked at later."""
    try:
        with path.open("rb") as handle:
            start = handle.read(FIRST_BYTES)
        if start.startswith(b"\x1f\x8b"):
            with gzip.open(path) as unpacked:
                start = unpacked.read(FIRST_BYTES)
    except (OSError, EOFError, zlib.error):
        return True
    line = start.partition(b"\n")[0].lower()
    return start.startswith(b"PAR1") or all(
        column.name.lower().encode() in line for column in table.columns if column.required
    )


def map_into_landing(
    con: duckdb.DuckDBPyConnection,
    found: Found,
    recognised: Recognised,
    landing: Path,
    work: Path,
) -> tuple[Mapped, list[Found]]:
    """Write the files that an export becomes where landing finds them.

    Each is called `<source>/<table>/<vendor>_<export>/<path of the export>.csv`. The same export
    gives the same bytes, and one that changed in place replaces the files it gave before.

    Raises:
        ExportError: The export cannot be mapped.
        OSError: The disk cannot be read or written.
        duckdb.Error: Memory is short.
    """
    own = con.cursor()
    try:
        mapped = map_export(own, recognised, found.path.name, work)
    finally:
        own.close()
    return mapped, list(_put_into_place(mapped, found, landing))


def _put_into_place(mapped: Mapped, found: Found, landing: Path) -> Iterator[Found]:
    folder, _, name = found.source_file.rpartition("/")
    for target, file in mapped.files.items():
        source, _, table = target.partition(".")
        folders = (source, table, mapped.export.slug, *filter(None, folder.split("/")))
        place = landing.joinpath(*folders, fitting(name, ".csv"))
        place.parent.mkdir(parents=True, exist_ok=True)
        # Hidden until it is whole.
        part = place.with_name(fitting(f".{name}", ".part"))
        try:
            shutil.copyfile(file, part)
            part.replace(place)
        finally:
            part.unlink(missing_ok=True)
        stamp = stamp_of(place)
        if stamp:
            yield Found(place, "/".join((*folders, place.name)), stamp, folders)


def flaw_of(error: ExportError, recognised: Recognised) -> Flaw:
    """Why an export is refused, with what it was taken for."""
    return Flaw(f"{recognised.export.title}: {error.reason}", error.what_to_do, column=error.column)
