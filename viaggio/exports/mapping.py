"""Map a recognised export to files in the shape of the raw contract."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import tzinfo
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from viaggio.exports.catalogue import SHOP, Export, ExportColumn, Words, plain, zone_in
from viaggio.exports.files import ExportError, Sheet, open_sheet
from viaggio.exports.recognise import Recognised
from viaggio.exports.values import ZONE_MARK, Dates, Numbers, offset_zone, zone_named
from viaggio.workspace.paths import PROJECT_DIR
from viaggio.workspace.sql import file_to_write, literal, quote

BATCH = 10_000
# For the SQL files: the sum of a group's numbers. Where one is no number, it is that one, so that
# landing puts the row into quarantine.
SUMMED = r"""
    create or replace temp macro summed(number) as coalesce(
        max(number) filter (where try_cast(number as decimal(28, 6)) is null),
        regexp_replace(sum(try_cast(number as decimal(28, 6)))::varchar, '\.?0+$', '')
    )
"""
# A clock may be an interval (`9-10`, `09:00 - 10:00`), which counts as its beginning.
_END_OF_INTERVAL = "^([0-9]{1,2}(?:[:.][0-9]{2})?) *[-–] *[0-9]{1,2}(?:[:.][0-9]{2})?$"
MAX_NAMED = 6  # columns that are not read
# What begins the first cell of a row of sums below the rows of an export.
_TOTALS = r"^\W*(grand |report |sub)?(total|totale|totali|totals|somma|summe|gesamt)\b.*"


@dataclass(frozen=True)
class Mapped:
    """What an export became.

    Attributes:
        export: Which export it is.
        files: The file written for each raw table, such as `store.order`.
        rows: Rows of each.
        rows_read: Rows of the export.
        totals_rows: Rows of sums, which were left out.
        unread: Headings that nobody reads.
    """

    export: Export
    files: dict[str, Path]
    rows: dict[str, int]
    rows_read: int
    totals_rows: int
    unread: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """In one line, what was recognised and what became of it."""
        tables = ", ".join(f"{name} ({rows:,})" for name, rows in self.rows.items())
        left_out = f"; rows of totals left out: {self.totals_rows}" if self.totals_rows else ""
        named = ", ".join(self.unread[:MAX_NAMED])
        more = len(self.unread) - MAX_NAMED
        unread = f"; not read: {named}" if named else ""
        unread += f" and {more} others" if more > 0 else ""
        return f"{self.export.title}: {self.rows_read:,} rows -> {tables}{left_out}{unread}"


@cache  # read once, however many files are mapped
def _variables() -> dict[str, Any]:
    """The variables of the dbt project."""
    project = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))
    return project["vars"]


def shop_zone() -> tzinfo:
    """The shop's own zone: dbt's variable `reporting_timezone`."""
    return zone_named(_variables()["reporting_timezone"])


def shop_currency() -> str:
    """The shop's own currency: dbt's variable `reporting_currency`."""
    return str(_variables()["reporting_currency"])


def mapped_by(export: Export) -> str:
    """What a file of an export is mapped by now: the adapter, and the shop's zone and currency."""
    return f"{export.fingerprint} {_variables()['reporting_timezone']} {shop_currency()}"


def map_export(
    con: duckdb.DuckDBPyConnection,
    recognised: Recognised,
    file_name: str,
    work: Path,
    zone: tzinfo | None = None,
) -> Mapped:
    """Write the files that a recognised export becomes, into the folder `work`.

    Args:
        con: A session of its own: temporary tables are made in it.
        recognised: The file.
        file_name: What it is called; some exports say their campaign nowhere else.
        work: An empty folder.
        zone: The shop's own zone; the project's if not given.

    Raises:
        ExportError: The file is damaged, contradicts itself, cannot be understood for certain, or
            is of no use.
        OSError: The disk cannot be read or written.
        duckdb.Error: Likewise, or memory is short.
    """
    if recognised.export.refuse:
        raise _refused(recognised.export.refuse)
    _refuse_repeated(recognised)
    sheet = open_sheet(con, recognised.head, recognised.delimiter, recognised.above, work)
    # A key of JSON may first appear below the rows that the export was recognised by.
    recognised = replace(
        recognised, headings=sheet.headings, found=recognised.export.find(sheet.headings)
    )
    rows_read, totals_rows = _read(con, sheet, recognised)
    _normalise(con, recognised, zone or shop_zone())
    _name_columns(con, recognised, file_name)
    con.execute(SUMMED)
    _refuse_rows(con, recognised.export)
    for name, sql in recognised.export.parts:
        con.execute(f"create or replace temp view {name} as\n{sql.strip().rstrip(';')}")
    files, rows = {}, {}
    for target, sql in recognised.export.targets.items():
        files[target] = work / f"{target}.csv"
        rows[target] = _write(con, sql, files[target], recognised.export)
    (work / "export.csv").unlink(missing_ok=True)
    return Mapped(recognised.export, files, rows, rows_read, totals_rows, recognised.unread)


def _refuse_repeated(recognised: Recognised) -> None:
    """A heading that stands twice leaves open which column counts."""
    headings = [plain(each) for each in recognised.headings]
    for place in recognised.found.values():
        if headings.count(headings[place]) > 1:
            name = recognised.headings[place]
            raise ExportError(
                f"the heading {name} appears more than once",
                "Export it again, or rename or remove one of the columns.",
                name,
            )


def _read(con: duckdb.DuckDBPyConnection, sheet: Sheet, recognised: Recognised) -> tuple[int, int]:
    """Make the table `export_rows` of the columns that are read; count rows, and rows of totals."""
    found = recognised.found
    # An apostrophe is put before what a spreadsheet would calculate, and dashes where nothing is.
    columns = ", ".join(
        rf"regexp_replace({_cell(column, found)}, '^''([-+=@])|^[-–—]+$', '\1')"
        f" as {quote(column.name)}"
        for column in recognised.export.columns
        if column.name in found
    )
    every = ", ".join(f"c{number}" for number in range(len(sheet.headings)))
    required = [c.name for c in recognised.export.columns if c.required]
    filled = " + ".join(f"coalesce({quote(name)} <> '', false)::int" for name in required)
    try:
        con.execute(
            f"""
            create or replace temp table export_rows as
            with numbered as (
                select row_number() over () as _row, {columns},
                    coalesce(trim(concat_ws(' ', {every})), '') as _whole,
                    {filled} as _filled
                from {sheet.relation}
            )
            select *, _filled < {len(required)} and regexp_matches(lower(_whole),
                {literal(_TOTALS)}) as _is_total
            from numbered
            where _whole <> ''
            """
        )
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.InvalidInputException as error:
        raise ExportError(
            f"a row cannot be read: {_without_values(error)}",
            "See whether a quote is left open there, or whether the row has more columns than the "
            "headings; export it again.",
        ) from None
    ((rows, totals),) = con.execute(
        "select count(*), count(*) filter (where _is_total) from export_rows"
    ).fetchall()
    con.execute("delete from export_rows where _is_total")
    return rows - totals, totals


def _cell(column: ExportColumn, found: dict[str, int]) -> str:
    """SQL of a column's value: of a time, the day, its clock and, behind a mark, its zone."""
    day, clock, zone = (
        f"trim(c{found[name]})" if name in found else "null" for name, _ in column.parts
    )
    if clock == zone == "null":
        return day
    if clock != "null":  # some programs write midnight behind the day
        day = f"regexp_replace({day}, '[ T]00:00(:00)?$', '')"
        clock = f"regexp_replace({clock}, '{_END_OF_INTERVAL}', '\\1')"
        clock = f"regexp_replace({clock}, '^[0-9]{{1,2}}$', '\\0:00')"
    together = f"trim(concat_ws(' ', {day}, {clock}))"
    named = f"'{ZONE_MARK}' || nullif({zone}, '')"
    return f"{together} || case when {together} <> '' then coalesce({named}, '') else '' end"


def _without_values(error: duckdb.Error) -> str:
    """Where DuckDB stopped, without the line that it quotes."""
    found = re.search(r"Error on Line: (\d+)", str(error))
    return f"line {found[1]}" if found else "the file is damaged"


def _normalise(con: duckdb.DuckDBPyConnection, recognised: Recognised, shop: tzinfo) -> None:
    """Write times and numbers as landing reads them; what is neither stays as it is."""
    export = recognised.export
    columns = [column for column in export.columns if column.name in recognised.found]
    times = [column for column in columns if column.type in ("time", "date")]
    numbers = [column for column in columns if column.type == "number"]
    dates = Dates()
    for column in times:
        dates.learn(_heading(recognised, column), _distinct(con, column.name))
    dates.settle(export.day_first)
    figures = Numbers()
    for column in numbers:
        figures.learn(_heading(recognised, column), _distinct(con, column.name))
    figures.settle(_usual_comma(recognised))
    for column in times:
        offset = zone_in(_heading(recognised, column))
        named = shop if export.time_zone == SHOP else zone_named(export.time_zone)
        zone = offset_zone(offset) if offset else named
        values = _distinct(con, column.name)
        if column.type == "date":
            _replace(con, column.name, ((each, dates.date(each)) for each in values))
        else:
            _replace(con, column.name, ((each, dates.time(each, zone)) for each in values))
    for column in numbers:
        values = _distinct(con, column.name)
        _replace(con, column.name, ((each, figures.number(each)) for each in values))


def _heading(recognised: Recognised, column: ExportColumn) -> str:
    return recognised.headings[recognised.found[column.name]].strip()


def _usual_comma(recognised: Recognised) -> bool | None:
    """Whether this file's numbers have a decimal comma, as far as anything but numbers tells."""
    if recognised.head.kind != "csv":
        return False
    return True if recognised.delimiter == ";" else recognised.export.decimal_comma


def _distinct(con: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    column = quote(name)
    found = con.execute(f"select distinct {column} from export_rows where {column} <> ''")
    return [value for (value,) in found.fetchall()]


def _replace(
    con: duckdb.DuckDBPyConnection, name: str, values: Iterable[tuple[str, str | None]]
) -> None:
    """Put a new value in the place of each that has one."""
    con.execute("create or replace temp table replaced (was varchar, becomes varchar)")
    for batch in _batches(each for each in values if each[1] is not None and each[0] != each[1]):
        con.execute(
            "insert into replaced select unnest(?), unnest(?)",
            [[was for was, _ in batch], [becomes for _, becomes in batch]],
        )
    con.execute(
        f"update export_rows set {quote(name)} = becomes from replaced where {quote(name)} = was"
    )


def _batches(values: Iterable[Any]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for value in values:
        batch.append(value)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _name_columns(con: duckdb.DuckDBPyConnection, recognised: Recognised, file_name: str) -> None:
    """Make the view `export`: every column of the description, empty where the file lacks it."""
    said = recognised.export.values_in(recognised.headings, recognised.found)
    columns = ", ".join(
        f"nullif({quote(c.name)}, '') as {quote(c.name)}"
        if c.name in recognised.found
        else f"{literal(said[c.name]) if c.name in said else 'null'}::varchar as {quote(c.name)}"
        for c in recognised.export.columns
    )
    con.execute(
        f"create or replace temp view export as select {columns}, _row,"
        f" {literal(file_name)} as _file_name, {literal(shop_currency())} as _shop_currency"
        " from export_rows"
    )


def _refuse_rows(con: duckdb.DuckDBPyConnection, export: Export) -> None:
    for condition, words in export.refuse_if:
        if con.execute(f"select 1 from export where {condition} limit 1").fetchone():
            raise _refused(words)


def _refused(words: Words) -> ExportError:
    return ExportError(words.reason, words.what_to_do)


def _write(con: duckdb.DuckDBPyConnection, sql: str, path: Path, export: Export) -> int:
    try:
        ((rows,),) = con.execute(
            f"copy (\n{sql.strip().rstrip(';')}\n) to {file_to_write(path)}"
            " (format csv, header true)"
        ).fetchall()
    except (duckdb.ConversionException, duckdb.InvalidInputException):
        raise ExportError(
            f"a value is not what adapters/{export.key}/{path.stem}.sql expects",
            "Compare the file with the adapter; a cast there should be try_cast.",
        ) from None
    return int(rows)
