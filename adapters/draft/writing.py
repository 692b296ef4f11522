"""Writes a draft as an adapter: `export.yml`, one SQL file for each table, and its test."""

from __future__ import annotations

import csv
import json
import re
import shutil
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from adapters.draft.anonymise import sample_rows
from adapters.draft.evidence import MONEY, TIME, in_cents
from adapters.draft.matching import ORDER, ORDER_LINE
from adapters.draft.profile import FALSE, TRUE, Profile
from adapters.draft.propose import NUMBER_KINDS, Choice, Draft
from adapters.draft.reading import Table
from adapters.draft.words import plain, translated
from adapters.runner import AdapterError
from viaggio.exports.catalogue import DESCRIPTION
from viaggio.workspace.contract import RawTable
from viaggio.workspace.sql import literal

OWN = "own"
UNFINISHED = "export.draft.yml"  # landing reads only what is finished
SAMPLE = "sample.csv"
WIDTH = 98
FACTORS = {"seconds": 1000, "minutes": 60_000}


@dataclass(frozen=True)
class Folders:
    """Where an adapter and its test lie below a project."""

    adapter: Path
    test: Path

    @classmethod
    def of(cls, project: Path, name: str) -> Folders:
        return cls(project / "adapters" / OWN / name, project / "tests" / "exports" / OWN / name)


def write(draft: Draft, table: Table, folders: Folders, name: str) -> Path:
    """Write the adapter and the sample of its test; the description's path.

    Raises:
        AdapterError: There is a finished adapter of this name.
    """
    if (folders.adapter / DESCRIPTION).exists():
        raise AdapterError(
            f"{folders.adapter} holds an adapter already. Choose another --name, or delete it."
        )
    for folder in (folders.adapter, folders.test):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    names = column_names(draft)
    description = folders.adapter / (UNFINISHED if draft.is_unfinished else DESCRIPTION)
    description.write_text(describe(draft, names, name), encoding="utf-8")
    for target in draft.tables:
        path = folders.adapter / f"{'.'.join(target.key)}.sql"
        path.write_text(select(draft, target, names), encoding="utf-8")
    with (folders.test / SAMPLE).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, delimiter=table.delimiter or ",", lineterminator="\n")
        writer.writerow(table.headings)
        writer.writerows(_placed(draft, table))
    return description


def _placed(draft: Draft, table: Table) -> list[list[str]]:
    """The sample's rows with a cell for each heading of the file; unread ones are empty."""
    places = {one.heading: at for at, one in enumerate(draft.columns)}
    return [
        [row[places[each]] if each in places else "" for each in table.headings]
        for row in sample_rows(draft)
    ]


def column_names(draft: Draft) -> dict[int, str]:
    """What SQL calls each column of the export that is read."""
    names: dict[int, str] = {}
    for one in draft.choices:
        if one.source is None or id(one.source) in names:
            continue
        taken = one.column.name in names.values()
        names[id(one.source)] = f"{one.table[1]}_{one.column.name}" if taken else one.column.name
    return names


def describe(draft: Draft, names: Mapping[int, str], title: str) -> str:
    """The text of export.yml, each column with the reason why it is read."""
    lines = ["# Drafted by `viaggio adapt`. The comments say why, and how certain it is."]
    lines += [f"title: {json.dumps(title)}", "columns:"]
    told: set[int] = set()
    for one in draft.choices:
        if one.source is None or id(one.source) in told:
            continue
        told.add(id(one.source))
        kind = export_type(one)
        lines.append(f"  # {one.target}: {one.reason} ({one.confidence:.0%})")
        kind = f", type: {kind}" if kind != "text" else ""
        clock = f", clock: [{_quoted(one.clock)}]" if one.clock else ""
        said = f"headings: [{_quoted(one.source)}]{clock}, required: true{kind}"
        lines.append(f"  {names[id(one.source)]}: {{{said}}}")
    lines += [f"{key}: {value}" for key, value in draft.settings.items() if value]
    open_keys = {one.key for one in draft.questions}
    for question in draft.questions:
        options = f" One of: {', '.join(question.options)}." if question.options else ""
        lines += comment(f"TODO {question.key}: {question.text}{options}")
    left = [key for key, value in draft.settings.items() if not value]
    left += [gap.target for gap in draft.gaps]
    lines += [f"# TODO {key}: nobody could say it." for key in left if key not in open_keys]
    if draft.unused:
        lines += comment("Not read: " + ", ".join(one.heading for one in draft.unused))
    return "\n".join(lines) + "\n"


def _quoted(source: Profile) -> str:
    return json.dumps(source.heading, ensure_ascii=False)


def comment(text: str, sign: str = "#") -> list[str]:
    return [f"{sign} {line}" for line in textwrap.wrap(text, WIDTH)]


def export_type(choice: Choice) -> str:
    """The type in export.yml."""
    if choice.kind == TIME:
        return "date" if choice.column.data_type == "date" else "time"
    return "number" if choice.kind in NUMBER_KINDS else "text"


# SQL.


def select(draft: Draft, table: RawTable, names: Mapping[int, str]) -> str:
    """The SELECT that fills one table."""
    chosen = draft.of(table)
    origin = {one: names_of(choice, names) for one, choice in chosen.items() if choice.source}
    grouped = draft.repeats and table.key == ORDER and "id" in origin
    columns = _columns(draft, table, origin)
    lines = comment(f"One row per {table.name.replace('_', ' ')}.", "--")
    for note in draft.notes:
        if note.startswith(f"{'.'.join(table.key)}:"):
            lines += comment(note.partition(": ")[2], "--")
    if grouped:
        key = origin["id"]
        others = [name for name in origin.values() if name != key]
        lines += ["with orders as (", "    select", f"        {key},"]
        lines += [f"        arg_min({name}, _row) as {name}," for name in others]
        lines.append("        min(_row) as first_row")
        lines += ["    from export", f"    group by {key}", ")", ""]
    lines += ["select", *columns, "from orders" if grouped else "from export"]
    lines.append("order by first_row" if grouped else "order by _row")
    return "\n".join(lines) + "\n"


def _columns(draft: Draft, table: RawTable, origin: Mapping[str, str]) -> list[str]:
    """The lines of the SELECT list; a required column that nothing fills is null, and to do."""
    chosen = draft.of(table)
    columns: list[tuple[str, str]] = []
    for column in table.columns:
        if column.name in chosen:
            value = expression(chosen[column.name], origin.get(column.name, ""))
            alias = "" if value == column.name else f" as {column.name}"
            columns.append((f"{value}{alias}", ""))
        elif (table.key, column.name) == (ORDER_LINE, "id") and "order_id" in origin:
            order = origin["order_id"]
            number = f"row_number() over (partition by {order} order by _row)"
            columns.append((f"{order} || '-' || {number} as id", ""))
        elif column.required:
            columns.append((f"cast(null as varchar) as {column.name}", " -- TODO"))
    last = len(columns) - 1
    return [
        f"    {text}{'' if at == last else ','}{todo}" for at, (text, todo) in enumerate(columns)
    ]


def names_of(choice: Choice, names: Mapping[int, str]) -> str:
    return names[id(choice.source)]


def expression(choice: Choice, name: str) -> str:
    """What a column is in SQL: a name, one value, or words and units of the contract."""
    if choice.source is None:
        return literal(choice.value or "")
    if words := translations(choice):
        cases = "\n".join(f"        when {literal(was)} then {literal(is_)}" for was, is_ in words)
        return f"case lower({name})\n{cases}\n        else {name}\n    end"
    if choice.kind == MONEY and in_cents(choice.source):
        cents = f"try_cast({name} as decimal(18, 4)) * 0.01"
        return f"coalesce(cast(cast({cents} as decimal(18, 4)) as varchar), {name})"
    if factor := unit_factor(choice):
        return f"coalesce(cast(try_cast({name} as bigint) * {factor} as varchar), {name})"
    return name


def unit_factor(choice: Choice) -> int | None:
    """By what a duration is multiplied to be in milliseconds."""
    if choice.source is None or not choice.column.name.endswith("_ms"):
        return None
    said = frozenset().union(*choice.source.words)
    return next((factor for unit, factor in FACTORS.items() if unit in said), None)


def translations(choice: Choice) -> list[tuple[str, str]]:
    """Words of the export, in lower case, that are other words in the contract."""
    source = choice.source
    if source is None:
        return []
    found: dict[str, str] = {}
    for value in source.filled:
        word = value.lower()
        accepted = _accepted(choice, value, source)
        if accepted is not None and accepted != value:
            found[word] = accepted
    return sorted(found.items())


def _accepted(choice: Choice, value: str, source: Profile) -> str | None:
    if choice.kind == "boolean":
        word = plain(value)
        return "true" if word in TRUE else "false" if word in FALSE else None
    if not choice.column.accepted_values:
        return None
    for accepted in choice.column.accepted_values:
        if value.lower() == accepted.lower():
            return accepted
    return translated(choice.target, value)


def slug(name: str) -> str:
    """A folder's name from a file's: its words, without numbers and dates."""
    words = re.findall(r"[a-z]+", plain(name))
    return "_".join(words) or "export"
