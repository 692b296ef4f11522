"""Dropped files without erased persons: rewritten in their own format, as landing reads it."""

from __future__ import annotations

import gzip
import io
import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from viaggio.landing.checking import Checked, check
from viaggio.landing.content import BadFileError, Content, inspect
from viaggio.landing.erased import REMOVED, Erasing, find
from viaggio.landing.erased_texts import TextSearch, without_erased
from viaggio.landing.reading import REJECTS, REJECTS_SCAN, ROW_NUMBER, Reading, read
from viaggio.landing.settings import LandingSettings
from viaggio.workspace.contract import RawTable
from viaggio.workspace.sql import file_to_write, literal, quote

# Bad rows of a file are no reason to leave it as it is: all moments count as past.
_LATEST = datetime(9000, 1, 1)
_STAGES = ("erased_file", "erased_lines", REJECTS, REJECTS_SCAN)


class CannotRewriteError(Exception):
    """The file is of a format that landing does not write, or damaged."""


@dataclass(frozen=True)
class FileRewriter:
    """Writes copies of files in which rows of erased persons are left as raw keeps them.

    Attributes:
        con: A session that knows the tombstones (`erased.prepare_session`).
        settings: How landing reads files.
        search: Finds the persons in text that no contract describes.
    """

    con: duckdb.DuckDBPyConnection
    settings: LandingSettings
    search: TextSearch

    def rewritten(self, path: Path, table: RawTable | None, folder: Path) -> Path | None:
        """Write a copy of a file in its own format.

        Args:
            path: The file.
            table: The table it is for; without one, whole records are left out.
            folder: A folder to work in, which is made.

        Returns:
            The copy; none where the file names no erased person.

        Raises:
            CannotRewriteError: Nobody can say what the file holds, or write it.
        """
        folder.mkdir()
        if table is None:
            return self._rewritten_text(path, folder / "copy")
        try:
            return self._rewritten_rows(path, table, folder)
        except CannotRewriteError:
            return self._rewritten_text(path, folder / "text")

    def _rewritten_text(self, path: Path, copy: Path) -> Path | None:
        left_out = without_erased(path, self.search, copy)
        if left_out is None:
            raise CannotRewriteError("no text")
        if left_out:
            shutil.copymode(path, copy)
        return copy if left_out else None

    def _rewritten_rows(self, path: Path, table: RawTable, folder: Path) -> Path | None:
        con, copy = self.con, folder / "copy"
        dropped = folder / "dropped"
        dropped.symlink_to(path.absolute())
        try:
            content = inspect(dropped, path.name, folder / "unpacked", self.settings)
            reading = read(con, content, table, self.settings)
            _stage(con, reading, check(table, reading, _LATEST))
            found = find(con, table, "erased_lines")
            if not found and not self._names_in_bad_rows(reading):
                return None
            if content.kind == "jsonl":
                _write_json_lines(con, found, content, copy)
            else:
                _write_table(con, found, content, reading, copy)
        except (BadFileError, duckdb.Error, RecursionError) as error:
            raise CannotRewriteError(type(error).__name__) from error
        finally:
            for stage in _STAGES:
                con.execute(f"drop table if exists temp.{stage}")
        return _packed_as(path, copy)

    def _names_in_bad_rows(self, reading: Reading) -> bool:
        """Whether rows that are no rows at all name an erased person; these are not written."""
        if not reading.has_rejects:
            return False
        rows = self.con.execute(f"select csv_line from {REJECTS}").fetchall()
        return any(self.search.names_erased(line or "") for (line,) in rows)


def _stage(con: duckdb.DuckDBPyConnection, reading: Reading, checked: Checked) -> None:
    """Keep the file's own columns (f0, f1, ...) and the contract's, both by number of the row."""
    own = ", ".join(f"{field.expr} as f{n}" for n, field in enumerate(reading.fields.values()))
    number = f"{reading.row_number} as number" if reading.row_number else "0 as number"
    con.execute(
        f"create or replace temp table erased_file as select {own}, {number}"
        f" from {reading.relation}"
    )
    if not reading.row_number:
        con.execute("update erased_file set number = rowid + 1")
    con.execute(f"create or replace temp table erased_lines as {checked.query}")
    if not reading.row_number:
        con.execute("alter table erased_lines add column _row_number bigint")
        con.execute("update erased_lines set _row_number = rowid + 1")


def _write_table(
    con: duckdb.DuckDBPyConnection,
    found: Erasing,
    content: Content,
    reading: Reading,
    copy: Path,
) -> None:
    """Write CSV or Parquet: columns of the contract as they are left, others without a value."""
    contract = {column.name.lower(): column for column in found.table.columns}
    columns = []
    for number, (name, field) in enumerate(reading.fields.items()):
        column = contract.get(name)
        left = "null"
        if column is not None and (column.is_nested or column.type.id == "varchar"):
            left = f"_left.{quote(column.name)}"
            if content.kind == "csv" and column.is_nested:
                left = f"to_json({left})"
            left = f"({left})::{field.type}"
        elif column is not None:
            left = f"f{number}"
        if name != ROW_NUMBER:
            columns.append(
                f"case when _left._erased is null then f{number} else {left} end"
                f" as {quote(field.name)}"
            )
    left_rows = found.rows("erased_lines", ("_row_number",))
    query = (
        f"select {', '.join(columns)} from erased_file"
        f" left join (from ({left_rows}) where _erased is not null) as _left"
        " on erased_file.number = _left._row_number"
        f" where _left._erased is distinct from {literal(REMOVED)} order by erased_file.number"
    )
    kind = "format parquet, compression zstd"
    if content.kind == "csv":
        kind = f"format csv, header, delimiter '{_delimiter(reading)}', quote '\"', escape '\"'"
    con.execute(f"copy ({query}) to {file_to_write(copy)} ({kind})")


def _delimiter(reading: Reading) -> str:
    return reading.relation.partition("delim = '")[2][0]


def _write_json_lines(
    con: duckdb.DuckDBPyConnection, found: Erasing, content: Content, copy: Path
) -> None:
    """Write JSON lines: a line that loses nothing stays as it is, byte for byte."""
    table = found.table
    texts = [c.name for c in table.columns if c.is_nested or c.type.id == "varchar"]
    kept = ", ".join(f"{quote(name.lower())} := {quote(name)}" for name in texts)
    rows = con.execute(
        f"select _row_number, _erased, to_json(struct_pack({kept}))::varchar"
        f" from ({found.rows('erased_lines', ('_row_number',))}) where _erased is not null"
    ).fetchall()
    left = {number: (erased, document) for number, erased, document in rows}
    contract = {column.name.lower() for column in table.columns}
    number = 0
    with (
        content.path.open(encoding="utf-8", newline="") as lines,
        copy.open("w", encoding="utf-8", newline="") as out,
    ):
        for line in lines:
            if not line.strip():
                continue
            number += 1
            if number not in left:
                out.write(line)
                continue
            erased, document = left[number]
            if erased != REMOVED:
                values = json.loads(document)
                own = json.loads(line.removeprefix("\ufeff"))
                own = {
                    key: values.get(key.strip().lower(), value)
                    for key, value in own.items()
                    if key.strip().lower() in contract
                }
                out.write(json.dumps(own, ensure_ascii=False) + "\n")


def _packed_as(path: Path, copy: Path) -> Path:
    """Pack the copy as the file is, and let the same people read it."""
    with path.open("rb") as file:
        is_packed = file.read(2) == b"\x1f\x8b"
    if is_packed:
        packed = copy.with_name("packed")
        with copy.open("rb") as plain, gzip.open(packed, "wb") as out:
            shutil.copyfileobj(plain, out, io.DEFAULT_BUFFER_SIZE)
        copy = packed
    shutil.copymode(path, copy)
    return copy
