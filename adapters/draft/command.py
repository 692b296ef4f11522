"""`viaggio adapt FILE`: drafts an adapter for a file that nobody has described."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import duckdb

from adapters.draft.asking import Input, ask_all
from adapters.draft.evidence import kind_of
from adapters.draft.matching import CONSTANT_KINDS
from adapters.draft.profile import MOST, profile
from adapters.draft.propose import Answers, Draft, propose
from adapters.draft.reading import Table, read_table
from adapters.draft.writing import SAMPLE, UNFINISHED, Folders, slug, write
from adapters.runner import AdapterError
from viaggio.exports.catalogue import DESCRIPTION, SHOP, Export, load_exports, read_export
from viaggio.exports.files import ExportError
from viaggio.exports.mapping import map_export, shop_zone
from viaggio.exports.recognise import AmbiguousError, look, recognise, table_of
from viaggio.exports.values import zone_named
from viaggio.workspace.contract import Contract, load_contract
from viaggio.workspace.paths import PROJECT_DIR
from viaggio.workspace.sql import file_to_read, quote

DONE, FAILED, GAPS = 0, 1, 3
SHOWN_ROWS = 3
MOST_REFUSED = 0.01  # of its rows; landing rejects a file with more
WIDEST = 30


def draft_adapter(
    path: Path,
    project: Path = PROJECT_DIR,
    name: str = "",
    answers: Mapping[str, str] | None = None,
    read: Input | None = None,
) -> int:
    """Draft, write, test and show an adapter; 0 done, 1 its test fails, 3 gaps remain.

    Args:
        path: The file.
        project: Where the adapter and its test are written.
        name: The adapter's name; that of the file if empty.
        answers: Answers to questions, by key.
        read: Asks a person; none where nobody is there.

    Raises:
        AdapterError: The file cannot be read, is known, or fits no table.
    """
    contract = load_contract()
    _refuse_known(path, contract)
    table = read_table(path)
    name = slug(name or path.name.partition(".")[0])
    _refuse_wrong_answers(table, contract, answers or {})
    draft = _propose(table, contract, path, dict(answers or {}), read)
    if not draft.tables:
        open_question = "".join(f" {one.text}" for one in draft.questions)
        options = " or ".join(option for one in draft.questions for option in one.options)
        hint = f" Say --answer table='{options}'." if options else ""
        raise AdapterError(" ".join([*draft.notes, open_question.strip()]).strip() + hint)
    print(summary(draft))
    folders = Folders.of(project, name)
    description = write(draft, table, folders, name)
    fine = _test(description, path, folders, contract)
    if not fine and not draft.is_unfinished:
        description = description.rename(description.with_name(UNFINISHED))
    print(_last_words(draft, path, description, folders))
    if draft.is_unfinished:
        return GAPS
    return DONE if fine else FAILED


def _refuse_known(path: Path, contract: Contract) -> None:
    """A file that can land as it is needs no adapter."""
    head = look(path) if path.is_file() else None
    if head is None:
        return
    try:
        known = recognise(head)
    except AmbiguousError as error:
        raise AdapterError(f"{path}: {error}. Nothing is drafted.") from None
    if known is not None:
        raise AdapterError(
            f"{path} is known: {known.export.title} (adapters/{known.export.key}). Drop it into the"
            " landing folder."
        )
    if (own := table_of(head, contract)) is not None:
        raise AdapterError(
            f"{path} is in the shape of {own.source}.{own.name}. Drop it into"
            f" landing/{own.source}/{own.name}/."
        )


def _propose(
    table: Table, contract: Contract, path: Path, answers: dict[str, str], read: Input | None
) -> Draft:
    rows = list(dict.fromkeys(table.rows))
    if len(rows) < MOST * len(table.rows):
        rows = table.rows  # they repeat for a reason, such as lines of an order
    columns = [
        one for one in profile(table.headings, rows)
        if one.heading and one.heading not in table.repeated
    ]  # fmt: skip
    hints = path.name.partition(".")[0]

    def again(given: Answers) -> Draft:
        draft = propose(columns, contract, given, hints)
        if copies := len(table.rows) - len(rows):
            draft.notes.append(f"{copies} rows are exact copies of others; all of them land.")
        if table.repeated:
            draft.notes.append(
                f"Not read, as it is not unique: {', '.join(sorted(table.repeated))}"
            )
        return draft

    if read is None:
        return again(answers)
    print(summary(again(answers)))
    return ask_all(again, answers, read)


def _refuse_wrong_answers(table: Table, contract: Contract, answers: Answers) -> None:
    """An answer that nobody asks for, or that says nothing, is a mistake in typing."""
    switches = {"day_first", "decimal_comma"}
    kinds = {
        ".".join((*key, column.name)): kind_of(raw, column)
        for key, raw in contract.tables.items()
        for column in raw.columns
    }
    for key, value in answers.items():
        if key not in {"table", "time_zone"} | switches | set(kinds):
            raise AdapterError(f"--answer {key}: nobody asks for that.")
        if key in switches and value not in ("", "true", "false"):
            raise AdapterError(f"--answer {key}: say true or false.")
        if key == "time_zone" and value not in ("", SHOP) and not _is_zone(value):
            raise AdapterError(f"--answer {key}: say shop, UTC, or a name like Europe/Rome.")
        needs_column = key in kinds and kinds[key] not in CONSTANT_KINDS
        if needs_column and value and value not in table.headings:
            raise AdapterError(f"--answer {key}: the file has no column {value!r}.")


def _is_zone(name: str) -> bool:
    try:
        zone_named(name)
    except (KeyError, ValueError):
        return False
    return True


# What a person reads.


def summary(draft: Draft) -> str:
    """The proposal, column by column."""
    lines = []
    for table in draft.tables:
        lines.append(f"{table.source}.{table.name}")
        for column in table.columns:
            one = draft.of(table).get(column.name)
            if one is not None:
                origin = repr(one.value) if one.source is None else one.source.heading
                lines.append(f"  {column.name:18} {origin:28} {one.confidence:4.0%}  {one.reason}")
        gaps = [gap for gap in draft.gaps if gap.table == table.key]
        lines += [f"  {gap.column.name:18} ?" for gap in gaps]
    lines += [f"{key}: {value or '?'}" for key, value in draft.settings.items()]
    if draft.unused:
        lines.append("Not read: " + ", ".join(one.heading for one in draft.unused))
    return "\n".join([*lines, *draft.notes])


def _last_words(draft: Draft, path: Path, description: Path, folders: Folders) -> str:
    lines = [f"Written: {description}", f"Its test: {folders.test}"]
    for question in draft.questions:
        options = f" ({', '.join(question.options)})" if question.options else ""
        lines.append(f"Open: {question.text}{options}\n      --answer {question.key}=...")
    if description.name == DESCRIPTION:
        lines.append("Look it over. From now on, landing knows this export.")
        return "\n".join(lines)
    if draft.is_unfinished:
        lines.append(f"Run `viaggio adapt {path.name}` again, in a terminal or with the answers.")
    lines.append(f"Landing reads it once it is complete, in your eyes, and called {DESCRIPTION}.")
    return "\n".join(lines)


# Its test.


@dataclass(frozen=True)
class Checked:
    """A mapped table: its first rows, and what landing would refuse."""

    columns: tuple[str, ...]
    rows: list[tuple[str | None, ...]]
    total: int
    bad: dict[str, int]


def _test(description: Path, path: Path, folders: Folders, contract: Contract) -> bool:
    """Map the sample, and keep and show its rows; map the whole file, if the adapter is finished.

    Whether nothing contradicts it, and landing would take the sample whole and the file as a file.
    """
    export = read_export(description)
    finished = description.name == DESCRIPTION
    fine = True
    with tempfile.TemporaryDirectory() as work, tempfile.TemporaryDirectory() as whole:
        try:
            files = _map(folders.test / SAMPLE, export, Path(work), finished=finished)
            for target, file in files.items():
                checked = check(file, target, contract)
                print(shown(target, checked))
                fine = fine and not checked.bad
                shutil.copyfile(file, folders.test / f"{target}.csv")
            if finished:
                for target, file in _map(path, export, Path(whole), finished=True).items():
                    checked = check(file, target, contract)
                    print(f"\nThe whole file: {checked.total:,} rows of {target}")
                    print("\n".join(refused(checked)) or "  landing would refuse none of them")
                    most = MOST_REFUSED * checked.total
                    fine = fine and all(count <= most for count in checked.bad.values())
        except (ExportError, AmbiguousError) as error:
            print(f"\nIts test fails: {error}")
            return False
    return fine


def _map(path: Path, export: Export, work: Path, *, finished: bool) -> dict[str, Path]:
    """The files that a file becomes; of an unfinished adapter, times stay as they are written."""
    head = look(path)
    others = [each for each in load_exports() if each.key != export.key]
    recognised = recognise(head, [export, *others]) if head else None
    if recognised is None or recognised.export.key != export.key:
        raise ExportError(f"{path.name} is not recognised", "Look at the headings in export.yml.")
    with duckdb.connect() as con:
        zone = shop_zone() if finished else UTC
        return map_export(con, recognised, path.name, work, zone).files


def check(file: Path, target: str, contract: Contract) -> Checked:
    """Read a mapped file as landing does, and count what the contract refuses."""
    source, _, name = target.partition(".")
    table = contract.tables[(source, name)]
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        found = con.sql(
            f"from read_csv({file_to_read(file)}, all_varchar = true, header = true, delim = ',')"
        )
        names = tuple(found.columns)
        rows = found.fetchall()
        bad = {}
        for column in table.columns:
            if column.name not in names:
                if column.required:
                    bad[column.name] = len(rows)
                continue
            value = quote(column.name)
            wrong = f"{value} is not null and try_cast({value} as {column.data_type}) is null"
            missing = f"{value} is null" if column.required else "false"
            ((count,),) = found.aggregate(
                f"count(*) filter (where ({wrong}) or ({missing}))"
            ).fetchall()
            if count:
                bad[column.name] = count
    return Checked(names, rows[:SHOWN_ROWS], len(rows), bad)


def shown(target: str, checked: Checked) -> str:
    """The first rows of a table, one column in a line."""
    lines = [f"\n{target}: {checked.total} rows of the invented sample, as the warehouse sees them"]
    for at, name in enumerate(checked.columns):
        values = [(row[at] or "-")[:WIDEST] for row in checked.rows]
        lines.append(f"  {name:18} " + " | ".join(f"{value:{WIDEST}}" for value in values).rstrip())
    return "\n".join([*lines, *refused(checked)])


def refused(checked: Checked) -> list[str]:
    """How many rows landing would put into quarantine, column by column."""
    return [
        f"  landing would refuse {count:,} of {checked.total:,} rows: {name}"
        for name, count in checked.bad.items()
    ]


def parse_answers(given: Sequence[str]) -> dict[str, str]:
    """`KEY=VALUE`, as often as there are answers.

    Raises:
        AdapterError: One has no `=`.
    """
    answers = {}
    for one in given:
        key, sign, value = one.partition("=")
        if not sign:
            raise AdapterError(f"--answer {one}: write it as KEY=VALUE, such as time_zone=shop.")
        answers[key.strip()] = value.strip()
    return answers


def reader() -> Callable[[str], str] | None:
    """What asks a person; none without a terminal."""
    return input if sys.stdin.isatty() and sys.stdout.isatty() else None
