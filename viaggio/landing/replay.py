"""Put quarantined rows and rejected files back: `viaggio quarantine`, `viaggio replay`.

The bad rows of a landed file are written out as a CSV, a person corrects them, and they go back to
where they belong: they become good rows of their file, with its instant, as if they had been right
at once. So a file that is later retracted or replaced takes them along, and the number of rows in
its file stays the sum of its good and bad ones. What was put back, and why, stays in the ledger.
"""

from __future__ import annotations

import csv
import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from viaggio.landing.checking import check, event_day, loaded_columns
from viaggio.landing.content import BadFileError, Flaw, inspect
from viaggio.landing.erased import find
from viaggio.landing.load import LandingError, Run, started
from viaggio.landing.moves import finish, loading_folder, move_of
from viaggio.landing.names import without_personal
from viaggio.landing.prepare import decimal_comma_of, write_quarantine
from viaggio.landing.reading import DELIMITERS, read
from viaggio.landing.settings import LandingSettings
from viaggio.workspace.contract import Contract, RawTable, load_contract
from viaggio.workspace.disk import flush
from viaggio.workspace.ledger import Withdrawal
from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import file_to_read, file_to_write, literal, quote

# Columns before those of the table. They say which row it is; and, to the person who corrects it,
# the file's name, what is wrong, and the text of a row that could not be split into columns.
TABLE, FILE_ID, FILE, ROW, REASON, TEXT = (
    f"viaggio_{name}" for name in ("table", "file_id", "file", "row", "reason", "text")
)
OWN_COLUMNS = (TABLE, FILE_ID, FILE, ROW, REASON, TEXT)
# What landing keeps of a column that the table has not.
_ROW_NUMBER = f"try_cast(_extra_columns ->> '{ROW}' as bigint)"
NOTES = ".error.json"


@dataclass(frozen=True)
class BadRows:
    """Bad rows of one file for one reason.

    Attributes:
        table: Such as `store.order`.
        source_file: Its name below `landing/`.
        reason: What is wrong.
        rows: How many.
        since: When they were set aside (UTC).
    """

    table: str
    source_file: str
    reason: str
    rows: int
    since: datetime


@dataclass(frozen=True)
class Replayed:
    """What became of the bad rows of one file.

    Attributes:
        source_file: The file below `landing/`, or the CSV of corrections that was refused.
        rows: Rows that are good now.
        left: Rows that stay in quarantine.
        refused: Why nothing was put back; none where it was.
    """

    source_file: str
    rows: int = 0
    left: int = 0
    refused: str | None = None


def bad_rows(data_dir: DataDir) -> list[BadRows]:
    """What lies in quarantine, by file and reason."""
    files = _quarantine_files(data_dir)
    if not files:
        return []
    with duckdb.connect() as con:
        rows = con.execute(
            "select source_name || '.' || table_name, source_file, reason, count(*),"
            f" min(quarantined_at) from {_rows_of(files)} group by all order by all"
        ).fetchall()
    return [BadRows(*row) for row in rows]


def write_out(data_dir: DataDir, folder: Path, table: str | None = None) -> list[Path]:
    """Write the bad rows of each file as a CSV to correct; returns the files written.

    Args:
        data_dir: Where the quarantine is.
        folder: Where to write. The rows may be personal: keep it to yourself, delete it after.
        table: Such as `store.order`; all if not given.

    Raises:
        LandingError: The table is unknown, or a file of that name is there already.
    """
    tables = load_contract().tables
    wanted = tuple(table.split(".")) if table else None
    if wanted and wanted not in tables:
        known = ", ".join(f"{source}.{name}" for source, name in sorted(tables))
        raise LandingError(f"There is no table {table}. Known: {known}.")
    written = []
    with duckdb.connect() as con:
        for bad in _quarantine_files(data_dir):
            source, name, file_id = bad.stem.split(".")
            if (wanted and (source, name) != wanted) or not _holds_text(con, bad):
                continue
            place = folder / f"{source}.{name}.{file_id[:12]}.csv"
            if place.exists():
                raise LandingError(f"{place} is there already. Name another folder.")
            folder.mkdir(parents=True, exist_ok=True)
            _write_csv(con, bad, tables[source, name], place)
            written.append(place)
    return written


def replay(
    data_dir: DataDir,
    corrections: Sequence[Path] = (),
    note: str = "",
    contract: Contract | None = None,
    settings: LandingSettings | None = None,
) -> list[Replayed]:
    """Put bad rows back into their files.

    Args:
        data_dir: Where to write.
        corrections: CSV files as `write_out` made them, corrected. All of a file's rows must be
            right. Without any, the bad rows are tried as they are, by today's rules, and those that
            are still bad stay.
        note: Why, for the audit.
        contract: The tables; the project's own by default.
        settings: How; what the environment says if not given.

    Raises:
        LandingError: The disk cannot be written.
        WriterBusyError: Another process is writing to the data directory.
        LedgerError: The ledger is damaged or gone.
    """
    contract = contract or load_contract()
    settings = settings or LandingSettings.from_env()
    note = without_personal(note)
    with started(data_dir, contract, settings, uuid.uuid4().hex) as run:
        loading = loading_folder(data_dir)
        must_be_right = bool(corrections)
        files: Iterable[Path] = corrections or list(_as_they_are(run, loading / "as-they-are"))
        done = []
        try:
            for number, file in enumerate(files):
                folder = loading / f"replay-{number}"
                folder.mkdir()
                try:
                    done.append(
                        _Replay(run, folder, note).put_back(file, must_be_right=must_be_right)
                    )
                except BadFileError as error:
                    refused = f"{error.flaw.reason}. {error.flaw.what_to_do}"
                    done.append(Replayed(str(file), refused=refused))
        finally:
            run.ledger.export(data_dir.ledger, loading, run.con)
    return done


def replay_file(data_dir: DataDir, rejected: Path) -> Path:
    """Move a rejected file back to `landing/`, for the next run to land; returns its new place.

    Raises:
        LandingError: It is no rejected file, or its place in `landing/` is taken.
        WriterBusyError: Another process is writing to the data directory.
        LedgerError: The ledger is damaged or gone.
    """
    rejected = rejected.parent.resolve() / rejected.name
    note = rejected.with_name(f"{rejected.name}{NOTES}")
    is_rejected = rejected.is_relative_to(data_dir.rejected) and note.is_file()
    if not rejected.is_file() or not is_rejected:
        raise LandingError(
            f"{rejected} is no rejected file: name one that lies below {data_dir.rejected} with "
            f"its {NOTES} beside it."
        )
    place = data_dir.landing / rejected.relative_to(data_dir.rejected)
    if place.exists():
        raise LandingError(f"{place} is there already. Move it away, or land it first.")
    said = json.loads(note.read_text(encoding="utf-8"))
    rejected_at = datetime.fromisoformat(said["rejected_at"].removesuffix("Z"))
    contract, settings = load_contract(), LandingSettings.from_env()
    with started(data_dir, contract, settings, uuid.uuid4().hex) as run:
        moves = [move_of(data_dir, rejected, place), move_of(data_dir, note, None)]
        run.ledger.replay_file(said["file"], rejected_at, moves)
        finish(data_dir, run.ledger, moves, said["file"])
        run.ledger.export(data_dir.ledger, loading_folder(data_dir), run.con)
    return place


def _quarantine_files(data_dir: DataDir) -> list[Path]:
    """A Parquet file for each landed file with bad rows, `<source>.<table>.<file id>.parquet`."""
    return sorted((data_dir.quarantine / "quarantined_row").glob("*.*.*.parquet"))


def _holds_text(con: duckdb.DuckDBPyConnection, bad: Path) -> bool:
    """Whether bad rows of a file can be corrected; old ones have lost their text (`expire`)."""
    query = f"select 1 from {_rows_of([bad])} where row_text is not null limit 1"
    return con.execute(query).fetchone() is not None


def _rows_of(files: Sequence[Path]) -> str:
    return f"read_parquet([{', '.join(file_to_read(file) for file in files)}])"


def _as_they_are(run: Run, folder: Path) -> Iterator[Path]:
    folder.mkdir()
    for bad in _quarantine_files(run.data_dir):
        source, name, _ = bad.stem.split(".")
        if (source, name) in run.contract.tables and _holds_text(run.con, bad):
            place = folder / f"{bad.stem}.csv"
            _write_csv(run.con, bad, run.contract.tables[source, name], place)
            yield place


def _write_csv(con: duckdb.DuckDBPyConnection, bad: Path, table: RawTable, place: Path) -> None:
    """Write the rows of one file: its own columns as they were called, then the table's others."""
    con.execute(
        "create or replace temp table to_correct as select *,"
        " case when json_valid(row_text) then json_type(row_text) end = 'OBJECT' as is_object"
        f" from {_rows_of([bad])} where row_text is not null"
    )
    found = con.execute(
        "select distinct unnest(json_keys(row_text)) from to_correct where is_object"
    ).fetchall()
    held = {key.strip().lower(): key for (key,) in found if not key.startswith(("$", "/"))}
    order = [column.name.lower() for column in table.columns]
    names = [held.get(name, name) for name in order]
    names += sorted(key for name, key in held.items() if name not in order)
    values = ", ".join(
        f"case when is_object then row_text ->> {literal(name)} end as {quote(name)}"
        for name in names
    )
    con.execute(
        f"copy (select source_name || '.' || table_name as {TABLE}, file_id as {FILE_ID},"
        f" source_file as {FILE}, row_number as {ROW}, reason as {REASON},"
        f" case when is_object then null else row_text end as {TEXT}, {values}"
        f" from to_correct order by row_number)"
        f" to {file_to_write(place)} (format csv, header, delimiter ';')"
    )
    con.execute("drop table to_correct")


@dataclass(frozen=True)
class _Replay:
    """Puts the rows of one CSV back.

    Attributes:
        run: The landing run.
        folder: Where it works.
        note: Why the rows are put back, for the audit.
    """

    run: Run
    folder: Path
    note: str

    def put_back(self, corrections: Path, *, must_be_right: bool) -> Replayed:
        run = self.run
        preparation = run.preparation(run.con)
        dropped = self.folder / "dropped"
        dropped.symlink_to(corrections.absolute())
        content = inspect(dropped, corrections.name, self.folder / "unpacked", run.settings)
        loaded, bad = self._file_of(content.path)
        table = run.contract.tables[loaded.source_name, loaded.table_name]

        reading = read(run.con, content, table, run.settings)
        comma = decimal_comma_of(run.con, bad)
        reading = reading if comma is None else replace(reading, decimal_comma=comma)
        preparation.stage(reading, check(table, reading, preparation.latest))
        self._refuse_other_rows(bad)
        if run.tombstones and find(run.con, table, "checked"):
            raise BadFileError(
                Flaw("a row names an erased person", "Take the row out; it stays in quarantine.")
            )
        if must_be_right:
            self._refuse_bad(loaded)

        patch = literal(json.dumps(dict.fromkeys(OWN_COLUMNS)))
        self._run(
            "create or replace temp view good as select * exclude (_row_number) replace ("
            f"nullif(json_merge_patch(_extra_columns, {patch})::varchar, '{{}}')"
            f" as _extra_columns), {_ROW_NUMBER} as _row_number from checked where _reason is null"
        )
        rows = self._run(
            f"select row_number, reason, quarantined_at from {_rows_of([bad])}"
            " where row_number in (select _row_number from good) order by row_number"
        )
        rest = self.folder / "quarantine.parquet"
        left = self._write_rest(bad, rest, decimal_comma=comma)
        if not rows:
            return Replayed(loaded.source_file, left=left)

        days = preparation.days_of(f"select {event_day(table)} as event_day from good")
        columns = loaded_columns(table, loaded.source_file, loaded.loaded_at)
        parts = preparation.write_by_day(
            table,
            f"select {columns} from good",
            days,
            f"{loaded.file_id}_{run.loaded_at:%Y%m%d%H%M%S%f}",
            self.folder,
            is_large=True,
        )
        place = table.folder(run.data_dir.raw)
        moves = [
            *(move_of(run.data_dir, part, place / part.parent.name / part.name) for part in parts),
            move_of(run.data_dir, rest, bad) if left else move_of(run.data_dir, bad, None),
        ]
        run.ledger.put_back(loaded, rows, days, moves, replayed_at=run.loaded_at, note=self.note)
        finish(run.data_dir, run.ledger, moves, loaded.source_file)
        return Replayed(loaded.source_file, len(rows), left)

    def _run(self, sql: str) -> list[tuple[Any, ...]]:
        return self.run.con.execute(sql).fetchall()

    def _file_of(self, corrections: Path) -> tuple[Withdrawal, Path]:
        """The landed file that the rows belong to, and where its bad rows lie."""
        named = _named_in(corrections)
        if len(named) != 1:
            raise BadFileError(
                Flaw(
                    f"its columns {TABLE} and {FILE_ID} do not name one file",
                    "Write the bad rows out again (viaggio quarantine --write FOLDER), and leave "
                    f"the columns {TABLE}, {FILE_ID} and {ROW} as they are.",
                )
            )
        [(table, file_id)] = named
        bad = self.run.data_dir.quarantine / "quarantined_row" / f"{table}.{file_id}.parquet"
        for loaded in self.run.ledger.loaded_with(file_id):
            if f"{loaded.source_name}.{loaded.table_name}" == table and bad.is_file():
                return loaded, bad
        raise BadFileError(
            Flaw(
                "no such rows are in quarantine: they were put back, or their file was retracted "
                "or replaced",
                "viaggio quarantine lists what is there.",
            )
        )

    def _refuse_other_rows(self, bad: Path) -> None:
        """Each row must be one of the file's bad ones, and come once."""
        [(wrong,)] = self._run(
            f"select min(number) from (select {_ROW_NUMBER} as row_number, min(_row_number) as"
            " number, count(*) as times from checked group by row_number) as given"
            f" left join {_rows_of([bad])} as held using (row_number)"
            " where held.row_number is null or given.times > 1"
        )
        if wrong is not None:
            raise BadFileError(
                Flaw(
                    f"row {wrong}: its {ROW} is no bad row of the file, or comes twice",
                    f"Leave {ROW} as it was written out; delete rows that are not to go back.",
                )
            )

    def _refuse_bad(self, loaded: Withdrawal) -> None:
        [(count, first)] = self._run("select count(*), min(row_number) from bad")
        if not count:
            return
        [(reason,)] = self._run(f"select reason from bad where row_number = {first} limit 1")
        raise BadFileError(
            Flaw(
                f"{count} of its rows are still bad, the first is row {first}: {reason}; nothing "
                f"of {loaded.source_file} was put back",
                "Correct them, or delete them from the CSV: they stay in quarantine then.",
            )
        )

    def _write_rest(self, bad: Path, rest: Path, *, decimal_comma: bool | None) -> int:
        """Write the rows that stay in quarantine, on the disk to stay; returns how many."""
        rows = (
            f"from {_rows_of([bad])} where row_number not in (select _row_number from good)"
            " order by row_number"
        )
        [(left,)] = self._run(f"select count(*) from ({rows})")
        if left:
            write_quarantine(self.run.con, rows, rest, decimal_comma=decimal_comma)
            flush(rest)
        return left


def _named_in(corrections: Path) -> set[tuple[str, str]]:
    """Table and file that the rows of a CSV name."""
    for delimiter in DELIMITERS:
        with corrections.open(encoding="utf-8-sig", newline="") as text:
            lines = csv.DictReader(text, delimiter=delimiter)
            if {TABLE, FILE_ID} <= set(lines.fieldnames or ()):
                return {(line[TABLE] or "", line[FILE_ID] or "") for line in lines}
    return set()
