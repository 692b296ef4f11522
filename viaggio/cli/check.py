"""`viaggio check FOLDER`: what a folder of exports is worth, before anything of it is landed.

The files are landed for real, but into a data directory of their own that is thrown away
afterwards. So what is said here is what a run will do. The folder itself is only read.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from viaggio.landing.load import LandingError, land
from viaggio.landing.names import on_one_line
from viaggio.landing.report import (
    LOADED,
    MAPPED,
    REJECTED,
    FileReport,
    LandingReport,
)
from viaggio.landing.settings import LandingSettings, SettingError
from viaggio.publishing import needs
from viaggio.publishing.questions import read_questions
from viaggio.workspace.paths import DataDir
from viaggio.workspace.sql import files_below

FAILED_IN_PART = 3
# Of a first run on two cores, roughly (README.md, requirements): whatever the rows; per million.
SECONDS, SECONDS_PER_MILLION = 90, 75
BYTES, BYTES_PER_RAW_BYTE = 60 << 20, 12
NAMED = 3


class CheckError(Exception):
    """The folder cannot be checked; the message says why and what to do."""


@dataclass(frozen=True)
class Bad:
    """Rows of a table that would go into quarantine, for one reason."""

    table: str
    reason: str
    rows: int


@dataclass(frozen=True)
class Check:
    """What a folder holds, in the words of landing.

    Attributes:
        report: What became of each file.
        bad: Rows for the quarantine, by table and reason.
        advice: What to do about each rejected file.
        raw_bytes: Size of the rows once landed.
    """

    report: LandingReport
    bad: tuple[Bad, ...]
    advice: dict[str, str]
    raw_bytes: int

    @property
    def landed(self) -> set[str]:
        """Raw tables that would have rows."""
        return {
            f"{file.source}.{file.table}"
            for file in self.report.with_outcome(LOADED)
            if file.rows_raw
        }


def check(folder: Path, settings: LandingSettings | None = None) -> Check:
    """Land a folder's files into a data directory that is thrown away.

    Args:
        folder: Where the exports lie; nothing in it is written, moved or removed.
        settings: How to land; what the environment says if not given. Files need not rest.

    Raises:
        CheckError: The folder does not exist or holds no file.
        LandingError: The disk is full or cannot be written.
    """
    if not folder.is_dir():
        raise CheckError(f"{folder} is no folder. Give the folder that holds the exports.")
    with tempfile.TemporaryDirectory(prefix="viaggio-check-") as name:
        data_dir = DataDir.at(Path(name) / "data")
        linked = link_files(folder, data_dir.landing)
        if not linked:
            raise CheckError(f"{folder} holds no file.")
        settings = replace(settings or LandingSettings.from_env(), settle_seconds=0, done_mark="")
        report = land(data_dir, settings=settings)
        return Check(
            report,
            tuple(_bad_rows(data_dir)),
            dict(_advice(data_dir)),
            sum(path.stat().st_size for path in data_dir.raw.rglob("*.parquet")),
        )


def link_files(folder: Path, landing: Path) -> int:
    """Link every file below a folder from a landing folder, under the same path; how many."""
    linked = 0
    for path in sorted(folder.resolve().rglob("*")):
        if path.is_dir():
            continue
        place = landing / path.relative_to(folder.resolve())
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(path)
        linked += 1
    return linked


def _bad_rows(data_dir: DataDir) -> Iterator[Bad]:
    if not any(data_dir.quarantine.rglob("*.parquet")):
        return
    with duckdb.connect() as con:
        files = files_below(data_dir.quarantine, "**/*.parquet")
        for source, table, reason, rows in con.execute(
            "select source_name, table_name, reason, count(*) from"
            f" read_parquet({files}, union_by_name = true) where row_number is not null"
            " group by all order by 4 desc, 1, 2, 3"
        ).fetchall():
            yield Bad(f"{source}.{table}", reason, rows)


def _advice(data_dir: DataDir) -> Iterator[tuple[str, str]]:
    for note in data_dir.rejected.rglob("*.error.json"):
        said = json.loads(note.read_text(encoding="utf-8"))
        yield said["file"], said["what_to_do"]


def sentences(found: Check) -> Iterator[str]:
    """What a check found, line by line."""
    report = found.report
    became = _became(report)
    parts = [part for files in became.values() for part in files]
    alike = _alike(file for file in report.files if file not in parts)
    for (folder, table), files in alike.items():
        rows = sum(file.rows_raw for file in files)
        yield f"{folder} ({len(files)} files): {table} ({rows:,}){_period(files)}"
        parts += files
    for file in sorted(report.files, key=lambda each: each.source_file):
        if file in parts:
            continue
        said = _said(file, found, became.get(file.source_file, [file]))
        yield f"{on_one_line(file.source_file)}: {said}"
        for part in became.get(file.source_file, []):
            if part.outcome != LOADED:
                yield f"    {part.source}.{part.table}: {_said(part, found, [part])}"
    yield from _quarantine(found)
    yield from _answers(found)
    yield from _cost(found)


def _became(report: LandingReport) -> dict[str, list[FileReport]]:
    """The files that each vendor's export became."""
    exports = {file.source_file: file for file in report.with_outcome(MAPPED)}
    return {
        name: [
            file
            for file in report.files
            if file.source_file
            == f"{file.source}/{file.table}/{export.source}_{export.table}/{name}.csv"
        ]
        for name, export in exports.items()
    }


def _alike(files: Iterable[FileReport]) -> dict[tuple[str, str], list[FileReport]]:
    """Loaded files by folder and table, where there are several."""
    groups: dict[tuple[str, str], list[FileReport]] = defaultdict(list)
    for file in files:
        if file.outcome == LOADED:
            folder = on_one_line(file.source_file.rpartition("/")[0] or ".")
            groups[folder, f"{file.source}.{file.table}"].append(file)
    return {key: group for key, group in sorted(groups.items()) if len(group) > 1}


def _said(file: FileReport, found: Check, parts: Sequence[FileReport]) -> str:
    """What would become of a file, in one line."""
    if file.outcome == MAPPED:
        return f"{on_one_line(file.reason or '')}{_period(parts)}"
    if file.outcome == LOADED:
        return f"{file.source}.{file.table} ({file.rows_raw:,}){_period(parts)}"
    advice = f". {found.advice.get(file.source_file, '')}" if file.outcome == REJECTED else ""
    return f"would be {file.outcome}: {on_one_line(file.reason or '')}{advice}"


def _period(files: Sequence[FileReport]) -> str:
    days = [day for file in files for day in file.days if day > date(1970, 1, 1)]
    return f"; {min(days)} to {max(days)}" if days else ""


def _quarantine(found: Check) -> Iterator[str]:
    if found.bad:
        yield ""
        yield "Rows for the quarantine, of files that would be loaded:"
        for bad in found.bad:
            yield f"  {bad.table}: {bad.rows:,} x {bad.reason}"


def _answers(found: Check) -> Iterator[str]:
    """Which questions can be answered, and which data would answer more."""
    questions = read_questions("answers")
    lacking = {each.words: needs.missing(each.models, found.landed) for each in questions}
    answered = [words for words, groups in lacking.items() if not groups]
    yield ""
    yield f"Questions that these files can answer: {len(answered)} of {len(questions)}"
    yield from (f"  {words}" for words in answered)
    waiting = {words: groups for words, groups in lacking.items() if groups}
    if not waiting:
        return
    yield "Questions that wait for other data:"
    yield from (
        f"  {words} Waits for {needs.in_words(groups)}." for words, groups in waiting.items()
    )
    brings: Counter[str] = Counter()
    for groups in waiting.values():
        if len(groups) == 1:
            brings.update(groups[0])
    for table, count in sorted(brings.items(), key=lambda each: (-each[1], each[0]))[:NAMED]:
        yield f"{needs.TABLES[table][0]} ({table}) would answer {count} more."


def _cost(found: Check) -> Iterator[str]:
    """Time and disk that a first run will need, roughly."""
    millions = found.report.rows_raw / 1e6
    minutes = max(1, round((SECONDS + SECONDS_PER_MILLION * millions) / 60))
    gigabytes = (BYTES + BYTES_PER_RAW_BYTE * found.raw_bytes) / 1e9
    yield ""
    yield (
        f"{found.report.rows_raw:,} rows. A first run on two cores takes about {minutes} min and "
        f"{max(gigabytes, 0.1):.1f} GB of disk."
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a folder; 0 fine, 3 files would be rejected, 1 it cannot be checked."""
    parser = argparse.ArgumentParser(prog="viaggio check", description=__doc__)
    parser.add_argument("folder", type=Path, help="folder of exports; it is only read")
    options = parser.parse_args(arguments)
    try:
        found = check(options.folder)
    except (CheckError, LandingError, SettingError) as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(sentences(found)))
    return FAILED_IN_PART if found.report.failed_in_part else 0
