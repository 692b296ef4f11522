"""Maps vendors' exports to landing files: one SQL file for each target table.

An adapter is `adapters/<vendor>/<name>.sql`: one SELECT whose header says
`-- target: <source>.<table>`. It reads the vendor's files with `vendor_csv('<path in export>')`,
every column as text, and writes `landing/<source>/<table>/<vendor>_<name>.csv`. A file named
`_<name>.sql` has no target: its result is a temporary table `<vendor>_<name>` for those beside it.
One that reads no file is a part of the vendor's exports (viaggio/exports), and not read here.
An adapter that reads no file is a stand-in for an export that is not at hand; it runs only if
asked.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

from viaggio.workspace.sql import as_pattern, file_to_write

ADAPTERS_DIR = Path(__file__).resolve().parent
# Exports that are already in the contract's shape: copied as they are.
COPIED = {"ga4/event.jsonl.gz": ("ga4", "event")}

TARGET = re.compile(r"^--\s*target:\s*(\w+)\.(\w+)\s*$", re.MULTILINE)
COMMENT = re.compile(r"--[^\n]*")
VENDOR_FILE = re.compile(r"vendor_csv\('([^']+)'\)")


class AdapterError(Exception):
    """An adapter or its input is not as it should be; the message says what, where, what to do."""


@dataclass(frozen=True)
class Adapter:
    """One SQL file: the vendor's files it reads and the raw table it fills.

    `reads` are paths below the export's folder, those of the preparations it uses included; a
    preparation has neither source nor table.
    """

    path: Path
    sql: str
    reads: tuple[str, ...]
    source: str | None = None
    table: str | None = None

    @property
    def name(self) -> str:
        return f"{self.path.parent.name}_{self.path.stem.lstrip('_')}"

    @property
    def label(self) -> str:
        return f"adapters/{self.path.parent.name}/{self.path.name}"

    @property
    def is_preparation(self) -> bool:
        return self.path.stem.startswith("_")

    @property
    def is_stand_in(self) -> bool:
        """Its rows are written in the SQL file and come from nobody's export."""
        return not self.is_preparation and not self.reads


@dataclass(frozen=True)
class Mapped:
    """What became of one adapter: the file written and its rows, or why there is none."""

    adapter: str
    reads: tuple[str, ...]
    file: str | None = None
    rows: int | None = None
    skipped: str | None = None
    failed: str | None = None


def read_adapter(path: Path) -> Adapter:
    """Read one SQL file; AdapterError where it names no target."""
    sql = path.read_text(encoding="utf-8")
    code = COMMENT.sub("", sql)
    reads = list(VENDOR_FILE.findall(code))
    if path.stem.startswith("_"):
        return Adapter(path, sql, tuple(dict.fromkeys(reads)))
    target = TARGET.search(sql)
    if target is None:
        raise AdapterError(
            f"{path} names no target: write a comment line `-- target: <source>.<table>`."
        )
    for preparation in map(read_adapter, sorted(path.parent.glob("_*.sql"))):
        if preparation.name in code:
            reads += preparation.reads
    return Adapter(path, sql, tuple(dict.fromkeys(reads)), target[1], target[2])


def find_adapters(folder: Path = ADAPTERS_DIR) -> list[Adapter]:
    """All adapters, preparations of a vendor before its other files; without parts of exports."""
    paths = sorted(folder.glob("*/*.sql"), key=lambda p: (p.parent.name, p.stem[0] != "_", p.stem))
    adapters = map(read_adapter, paths)
    return [each for each in adapters if each.reads or not each.is_preparation]


def connect(from_dir: Path) -> duckdb.DuckDBPyConnection:
    """A connection in which `vendor_csv` reads files below `from_dir`, as text, in file order."""
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    connection.execute("set variable from_dir = ?", [as_pattern(from_dir)])
    connection.execute(
        """
        create macro vendor_csv(path) as table
        select *
        from read_csv(
            getvariable('from_dir') || '/' || path,
            all_varchar = true, header = true, delim = ',', quote = '"', escape = '"'
        )
        """
    )
    return connection


def map_all(
    from_dir: Path, landing: Path, folder: Path = ADAPTERS_DIR, *, stand_ins: bool = False
) -> list[Mapped]:
    """Run every adapter whose input is in `from_dir`; write its file below `landing`.

    An adapter that fails is reported and does not stop the others. Stand-ins run with `stand_ins`
    only. Raises AdapterError where `from_dir` is no folder.
    """
    if not from_dir.is_dir():
        raise AdapterError(
            f"{from_dir} is no folder. Give the folder that holds the exports, one folder for "
            "each vendor (hubspot/, shopify/, ...), as --from."
        )
    with connect(from_dir) as connection:
        mapped = [
            Mapped(adapter.label, (), skipped="it stands in for an export; --stand-ins lands it")
            if adapter.is_stand_in and not stand_ins
            else run(connection, adapter, from_dir, landing)
            for adapter in find_adapters(folder)
        ]
    copied = [copy(path, target, from_dir, landing) for path, target in COPIED.items()]
    return [*copied, *mapped]


def run(
    connection: duckdb.DuckDBPyConnection, adapter: Adapter, from_dir: Path, landing: Path
) -> Mapped:
    """Run one adapter: a preparation becomes a temporary table, any other a landing file."""
    missing = [path for path in adapter.reads if not (from_dir / path).is_file()]
    if missing:
        return Mapped(adapter.label, adapter.reads, skipped=f"no {', '.join(missing)}")
    sql = adapter.sql.strip().rstrip(";")
    try:
        if adapter.is_preparation:
            connection.execute(f'create or replace temp table "{adapter.name}" as\n{sql}')
            return Mapped(adapter.label, adapter.reads)
        file = landing / str(adapter.source) / str(adapter.table) / f"{adapter.name}.csv"
        rows = write_csv(connection, sql, file)
    except duckdb.Error as error:
        return Mapped(adapter.label, adapter.reads, failed=explain(adapter, error))
    return Mapped(adapter.label, adapter.reads, file.relative_to(landing).as_posix(), rows)


def explain(adapter: Adapter, error: duckdb.Error) -> str:
    reads = ", ".join(adapter.reads) or "no file"
    first_line = str(error).splitlines()[0]
    return (
        f"{first_line} The export ({reads}) is not what {adapter.label} expects: "
        "compare the file's header with the adapter, and change the adapter."
    )


def write_csv(connection: duckdb.DuckDBPyConnection, sql: str, file: Path) -> int:
    """Write the query's rows to `file`, whole or not at all; the number of rows."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(file.name + ".tmp")
    try:
        [(rows,)] = connection.execute(
            f"copy (\n{sql}\n) to {file_to_write(part)} (format csv, header true)"
        ).fetchall()
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return rows


def copy(path: str, target: tuple[str, str], from_dir: Path, landing: Path) -> Mapped:
    """Copy a file that needs no mapping, whole or not at all. Its rows are not counted here."""
    label = "copied as it is"
    origin = from_dir / path
    if not origin.is_file():
        return Mapped(label, (path,), skipped=f"no {path}")
    file = landing / target[0] / target[1] / f"{target[0]}_{origin.name}"
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(file.name + ".tmp")
    shutil.copyfile(origin, part)
    part.replace(file)
    return Mapped(label, (path,), file.relative_to(landing).as_posix())
