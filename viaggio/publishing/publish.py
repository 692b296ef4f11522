"""Publishing: readers get a finished copy of marts and audit by one atomic rename.

Marts that are views in the warehouse become tables, and facts lie sorted by day, so that a query
for a few days reads little more than these. Views with readable names lead to them. A publication
is built next to the others in `publications/` and becomes visible only when the link `published` is
swapped to it. A reader with the old files open keeps them; nobody sees half a publication.

Publications are numbered, and their folders are named by number. So which one is newer does not
depend on the clock. The newest one is what the warehouse holds; readers see it unless somebody
holds an older one (`hold.py`) or went back to it (`history.py`).
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from viaggio.publishing.hold import standing_hold
from viaggio.publishing.personal_data import (
    Table,
    refuse_personal_names,
    refuse_personal_values,
)
from viaggio.publishing.readable_views import comment_on, create_views
from viaggio.publishing.safe_marts import create_safe_marts
from viaggio.workspace.build_notes import build_notes
from viaggio.workspace.dbt_project import code_version, rules_version
from viaggio.workspace.disk import flush
from viaggio.workspace.lock import writer_lock
from viaggio.workspace.paths import DataDir, open_to_readers
from viaggio.workspace.salt import end_rotation, rotated_at
from viaggio.workspace.sql import file_to_write

PUBLISHED_SCHEMAS = ("marts", "audit")
# How many publications are kept: the newest ones, and the last of each of the latest days (UTC).
KEPT, KEPT_DAYS = "VIAGGIO_KEPT_PUBLICATIONS", "VIAGGIO_KEPT_PUBLICATION_DAYS"
_DEFAULTS = {KEPT: 3, KEPT_DAYS: 2}
# `p00000012-<run>`. A former version named them by their time: those are older than any of these.
_NUMBERED = re.compile(r"p(\d{8,})-")
_BY_TIME = re.compile(r"\d{8}T\d{6,}-")
_NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP)
# What dbt calls the database it builds in: the name of its file.
BUILT = "warehouse"

# DuckDB's words for a machine at fault; its other errors may quote a value.
_MACHINE = (
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.TransactionException,
    duckdb.FatalException,
)


class NothingToPublishError(OSError):
    """There is no warehouse to publish from."""


class PublishError(OSError):
    """The machine is at fault: readers have what they had, and the next run publishes."""


@dataclass(frozen=True)
class PublishedTable:
    """One table of a publication; `bytes` and `sha256` are those of its Parquet file."""

    schema: str
    name: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class LoadedState:
    """How far the raw tables reach: when the newest file came (UTC) and days with rows (ISO)."""

    until: str | None
    first_day: str | None
    last_day: str | None


@dataclass(frozen=True)
class Publication:
    """What `manifest.json` says about a publication."""

    id: str
    run_id: str
    published_at: str
    version: str
    code_version: str
    rules_version: str
    loaded: LoadedState
    warehouse_bytes: int
    warehouse_sha256: str
    # A publication of a former version has neither.
    number: int = 0
    build_notes: str | None = None
    tables: list[PublishedTable] = field(default_factory=list)


@dataclass(frozen=True)
class _Column:
    """A column as it was built; `data_type` in DuckDB's words."""

    name: str
    data_type: str
    comment: str | None


@dataclass(frozen=True)
class _Relation:
    """A built table or view that is to be published."""

    schema: str
    name: str
    comment: str | None
    columns: list[_Column]

    def within(self, database: str) -> str:
        """Its name in SQL, in the build or in the publication."""
        return f'{database}."{self.schema}"."{self.name}"'

    def within_publication(self) -> Table:
        """The copy of it, as the search for personal data reads it."""
        types = {column.name: column.data_type for column in self.columns}
        return Table(self.schema, self.name, types, self.within("published"))

    def columns_of(self, data_type: str) -> list[str]:
        return [column.name for column in self.columns if column.data_type == data_type]


def current(data_dir: DataDir) -> Publication | None:
    """The publication that readers see now; none before the first, or if it is damaged."""
    try:
        return read_publication(data_dir.published)
    except OSError:
        return None


def newest(data_dir: DataDir) -> Publication | None:
    """The last publication that was made and is whole, whether or not readers see it.

    Raises:
        OSError: A publication cannot be read, whatever it holds.
    """
    for folder in reversed(publication_folders(data_dir)):
        if publication := read_publication(folder):
            return publication
    return None


def awaits_release(data_dir: DataDir, run_id: str) -> bool:
    """Whether a run made the newest publication, and readers keep another one."""
    made, seen = newest(data_dir), current(data_dir)
    return made is not None and made.run_id == run_id and made != seen


def seen_folder(data_dir: DataDir) -> Path:
    """Where the link `published` leads, whether or not that is there."""
    return Path(os.path.realpath(data_dir.published))


def read_publication(folder: Path) -> Publication | None:
    """What the manifest of a publication says; none if it or another file is missing or cut.

    Raises:
        OSError: A file cannot be read, whatever it holds.
    """
    try:
        text = (folder / "manifest.json").read_text(encoding="utf-8")
        content: dict[str, Any] = json.loads(text)
        tables = [PublishedTable(**table) for table in content.pop("tables")]
        loaded = LoadedState(**content.pop("loaded"))
        publication = Publication(**content, loaded=loaded, tables=tables)
        datetime.fromisoformat(publication.published_at)
        sizes = {folder / "viaggio.duckdb": publication.warehouse_bytes}
        sizes |= {folder / "parquet" / f"{table.name}.parquet": table.bytes for table in tables}
        is_whole = all(path.stat().st_size == size for path, size in sizes.items())
        return publication if is_whole else None
    except OSError as error:
        if error.errno in _NOT_THERE:
            return None
        raise
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def publication_folders(data_dir: DataDir) -> list[Path]:
    """Folders of publications, damaged ones too, from the oldest to the newest."""
    if not data_dir.publications.is_dir():
        return []
    named = (each for each in data_dir.publications.iterdir() if each.is_dir())
    known = (each for each in named if _NUMBERED.match(each.name) or _BY_TIME.match(each.name))
    return sorted(known, key=position)


def keep_only_current(data_dir: DataDir, since: str) -> Publication | None:
    """Remove all publications but the one readers see, if it is made since a moment (ISO, UTC).

    Returns:
        The publication that is left; none where readers still see an older one, as under a hold.
    """
    published = current(data_dir)
    if published is None or published.published_at < since[:19]:
        return None
    for folder in publication_folders(data_dir):
        if folder.name != published.id:
            shutil.rmtree(folder)
    return published


def conclude_rotation(data_dir: DataDir) -> bool:
    """Remove publications with hashes of the old salt once one is made with the new; whether so."""
    since = rotated_at(data_dir)
    if since is None or keep_only_current(data_dir, since) is None:
        return False
    end_rotation(data_dir)
    return True


def position(folder: Path) -> tuple[int, str]:
    """Order of publications: by number, or by name where a former version gave none."""
    found = _NUMBERED.match(folder.name)
    return int(found[1]) if found else 0, folder.name


def publish(
    data_dir: DataDir, run_id: str, loaded: LoadedState, say: Callable[[str], object] = print
) -> Publication:
    """Copy marts and audit into a new publication; let readers see it, unless a hold stands.

    Args:
        data_dir: Where the warehouse is and the publication goes.
        run_id: Run that publishes.
        loaded: How far the rows in it reach.
        say: Takes what a person should know although the publication is made.

    Raises:
        NothingToPublishError: Nothing was built yet.
        PersonalDataError: A table would show e-mail addresses, phones or names.
        PublishError: The disk is full, or cannot be written, or a variable makes no sense.
        WriterBusyError: Another process is writing. In every case readers keep what they had.
    """
    if not data_dir.warehouse.exists():
        raise NothingToPublishError(f"{data_dir.warehouse} does not exist. Run `make demo` first.")
    count, days = _setting(KEPT, least=1), _setting(KEPT_DAYS, least=0)
    with writer_lock(data_dir):
        try:
            settle(data_dir)
            publication, folder = _prepare(data_dir, run_id, loaded)
        except (OSError, *_MACHINE) as error:
            raise _not_published(data_dir, error) from error
        try:
            # Asked last, so that a hold placed while the tables were copied counts.
            hold = standing_hold(data_dir)
            if hold is None:
                _swap_link(data_dir, publication.id)
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise _not_published(data_dir, error) from error
        # From here on the publication is made, whatever happens.
        made = f"{publication.id} is {'built' if hold else 'published'}"
        if hold:
            say(f"{made}, but not published: {hold}.")
        else:
            try:
                flush(data_dir.root)
            except OSError as error:
                say(
                    f"{made}, but the disk does not confirm it: {error}. After a power cut readers "
                    "may have the former one."
                )
        try:
            _remove_old(data_dir, count, days)
        except OSError as error:
            say(
                f"{made}, but older publications could not be removed: {error}. The next "
                "publication removes them."
            )
    return publication


def _setting(name: str, least: int) -> int:
    text = os.environ.get(name, "").strip()
    if not text:
        return _DEFAULTS[name]
    if not text.isdecimal() or int(text) < least:
        raise PublishError(
            f"{name}={text!r} is not a whole number from {least}. Nothing was published; readers "
            "keep what they had. Correct the variable or unset it, and run again."
        )
    return int(text)


def _prepare(data_dir: DataDir, run_id: str, loaded: LoadedState) -> tuple[Publication, Path]:
    """Make a publication that readers do not see yet; of one that fails nothing is left."""
    remove_unfinished(data_dir)
    number = 1 + max((position(each)[0] for each in publication_folders(data_dir)), default=0)
    publication_id = f"p{number:08}-{run_id[:8]}"
    folder = data_dir.publications / f".building-{publication_id}"
    try:
        (folder / "parquet").mkdir(parents=True)
        tables = _copy_tables(data_dir, folder)
        copied = folder / "viaggio.duckdb"
        publication = Publication(
            id=publication_id,
            run_id=run_id,
            published_at=datetime.now(UTC).isoformat(timespec="seconds"),
            version=version("viaggio"),
            code_version=code_version(),
            rules_version=rules_version(),
            loaded=loaded,
            warehouse_bytes=copied.stat().st_size,
            warehouse_sha256=sha256(copied),
            number=number,
            build_notes=build_notes(data_dir),
            tables=tables,
        )
        text = json.dumps(asdict(publication), indent=2)
        (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")
        open_to_readers(data_dir, folder)
        _flush_to_disk(folder)
        finished = folder.rename(data_dir.publications / publication_id)
    except Exception:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return publication, finished


def _not_published(data_dir: DataDir, error: Exception) -> PublishError:
    return PublishError(
        f"{data_dir.publications}: {error} Nothing was published; readers keep what they had. Free "
        "space or mend the disk, and run again: what was built is published then."
    )


def _copy_tables(data_dir: DataDir, folder: Path) -> list[PublishedTable]:
    with duckdb.connect() as connection:
        connection.execute(f"set temp_directory = {file_to_write(data_dir.tmp)}")
        connection.execute(f"set memory_limit = '{os.environ.get('VIAGGIO_MEMORY_LIMIT', '8GB')}'")
        # Under the name it was built by, since views call the tables they read by it.
        connection.execute(f"attach {file_to_write(data_dir.warehouse)} as {BUILT} (read_only)")
        connection.execute(f"attach {file_to_write(folder / 'viaggio.duckdb')} as published")
        relations = _relations_to_publish(connection)
        for relation in relations:
            refuse_personal_names(relation.within_publication())
        for schema in PUBLISHED_SCHEMAS:
            connection.execute(f"create schema published.{schema}")
        result = _copy_sorted_and_others(connection, data_dir.warehouse, folder, relations)
        marts = [relation for relation in relations if relation.schema == "marts"]
        columns = {each.name: [(of.name, of.comment) for of in each.columns] for each in marts}
        comments = {mart.name: mart.comment for mart in marts}
        create_views(connection, "published", columns, comments)
        create_safe_marts(connection, "published", columns, comments)
        connection.execute("detach published")
    return result


def _relations_to_publish(connection: duckdb.DuckDBPyConnection) -> list[_Relation]:
    """Tables and views of the published schemas, but for what dbt left while it worked."""
    found = connection.execute(
        """
        with relations as (
            select schema_name, table_name, comment
            from duckdb_tables() where database_name = $built
            union all
            select schema_name, view_name, comment
            from duckdb_views() where database_name = $built
        )

        select
            relations.schema_name,
            relations.table_name,
            any_value(relations.comment),
            list(
                [columns.column_name, columns.data_type, columns.comment]
                order by columns.column_index
            )
        from relations
        inner join duckdb_columns() as columns
            on
                columns.database_name = $built
                and columns.schema_name = relations.schema_name
                and columns.table_name = relations.table_name
        where
            list_contains($schemas, relations.schema_name)
            and relations.table_name not like '%\\_\\_dbt\\_%' escape '\\'
        group by relations.schema_name, relations.table_name
        order by relations.schema_name, relations.table_name
        """,
        {"built": BUILT, "schemas": list(PUBLISHED_SCHEMAS)},
    ).fetchall()
    return [
        _Relation(schema, name, comment, [_Column(*column) for column in columns])
        for schema, name, comment, columns in found
    ]


def _copy_sorted_and_others(
    connection: duckdb.DuckDBPyConnection, warehouse: Path, folder: Path, relations: list[_Relation]
) -> list[PublishedTable]:
    """Two tables at a time, since no one table keeps two cores busy from its first row to its last.

    Sorted rows stay so; others may be written as they come, which spares memory.
    """
    copied: list[PublishedTable] = []
    with ThreadPoolExecutor(2) as threads:
        for is_sorted in (True, False):
            connection.execute(f"set preserve_insertion_order = {is_sorted}")
            group = [each for each in relations if bool(_order_by(each)) == is_sorted]
            copied += threads.map(partial(_copy_table, connection, warehouse, folder), group)
    return sorted(copied, key=lambda table: (table.schema, table.name))


def _copy_table(
    shared: duckdb.DuckDBPyConnection, warehouse: Path, folder: Path, relation: _Relation
) -> PublishedTable:
    published, order = relation.within("published"), _order_by(relation)
    parquet = folder / "parquet" / f"{relation.name}.parquet"
    with shared.cursor() as connection:
        connection.execute(f"create table {published} as from {relation.within(BUILT)} {order}")
        # In the copy, so that a view is not computed twice.
        refuse_personal_values(connection, relation.within_publication(), warehouse)
        told = {column.name: column.comment for column in relation.columns}
        comment_on(connection, "table", published, relation.comment, told)
        connection.execute(
            f"copy {published} to {file_to_write(parquet)} (format parquet, compression zstd)"
        )
        row = connection.execute(f"select count(*) from {published}").fetchone()
    rows = row[0] if row else 0
    return PublishedTable(
        relation.schema, relation.name, rows, parquet.stat().st_size, sha256(parquet)
    )


def _order_by(relation: _Relation) -> str:
    """Facts are sorted by their first day, or moment where they name no day; the rest is not."""
    if not relation.name.startswith("fct_"):
        return ""
    keys = relation.columns_of("DATE") or relation.columns_of("TIMESTAMP")
    return "".join(f'order by "{column}"' for column in keys[:1])


def sha256(path: Path) -> str:
    """Hash of a file's content."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _flush_to_disk(folder: Path) -> None:
    # Not `rglob`, which leaves out what it may not read.
    for path, _, names in os.walk(folder, onerror=_raise):
        for name in names:
            flush(Path(path, name))
        flush(Path(path))


def _raise(error: OSError) -> None:
    raise error


def _swap_link(data_dir: DataDir, publication_id: str) -> None:
    """Let readers see another publication, from one moment to the next."""
    flush(data_dir.publications)
    link = data_dir.root / ".published.new"
    link.unlink(missing_ok=True)
    link.symlink_to(Path(data_dir.publications.name) / publication_id)
    link.replace(data_dir.published)


def settle(data_dir: DataDir) -> str | None:
    """Finish a rollback that was killed: where a hold stands, readers see what it names.

    Returns the id of the publication that the link leads to now; none if it already did, or if
    that publication is not whole. For the holder of the writer lock.

    Raises:
        OSError: The link cannot be swapped.
    """
    hold = standing_hold(data_dir)
    if hold is None or not hold.publication:
        return None
    kept = data_dir.publications / hold.publication
    if seen_folder(data_dir) == kept.resolve() or read_publication(kept) is None:
        return None
    show(data_dir, hold.publication)
    return hold.publication


def show(data_dir: DataDir, publication_id: str) -> None:
    """Let readers see a publication that is kept; for the holder of the writer lock.

    Raises:
        OSError: The link cannot be swapped.
    """
    _swap_link(data_dir, publication_id)
    flush(data_dir.root)


def relink(data_dir: DataDir) -> str | None:
    """Let readers see the newest whole publication, but none newer than a hold allows.

    Returns its id, or none where there is none.
    """
    hold = standing_hold(data_dir)
    whole = [
        folder
        for folder in publication_folders(data_dir)
        if read_publication(folder)
        and (hold is None or position(folder) <= position(data_dir.publications / hold.publication))
    ]
    if not whole:
        return None
    _swap_link(data_dir, whole[-1].name)
    return whole[-1].name


def remove_unfinished(data_dir: DataDir) -> list[Path]:
    """Remove what a publication left that was killed; returns the folders."""
    if not data_dir.publications.is_dir():
        return []
    # Not `glob`, which finds nothing in a folder that it may not read.
    found = data_dir.publications.iterdir()
    removed = sorted(folder for folder in found if folder.name.startswith(".building-"))
    for unfinished in removed:
        shutil.rmtree(unfinished)
    return removed


def _remove_old(data_dir: DataDir, count: int, days: int) -> None:
    """Keep some whole publications, and always those that readers see and that a hold names.

    Args:
        data_dir: Where they are.
        count: How many of the newest are kept.
        days: The last publication of today and of each of so many days before is kept too.
    """
    folders = publication_folders(data_dir)
    whole = [(folder, made) for folder in folders if (made := read_publication(folder))]
    kept = {folder.name for folder, _ in whole[-count:]} | _last_of_days(whole, days)
    kept.add(seen_folder(data_dir).name)
    if hold := standing_hold(data_dir):
        kept.add(hold.publication)
    for folder in folders:
        if folder.name not in kept:
            shutil.rmtree(folder)


def _last_of_days(whole: Sequence[tuple[Path, Publication]], days: int) -> set[str]:
    """Names of the last publication of each day (UTC) from so many days ago until today."""
    today = datetime.now(UTC).date()
    made_on = {date.fromisoformat(made.published_at[:10]): folder.name for folder, made in whole}
    return {name for day, name in made_on.items() if timedelta() <= today - day <= timedelta(days)}
