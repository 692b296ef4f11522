"""Which tables an export fills, and from which columns: proposals, and questions where unsure.

A heading and its values are two sources of evidence. Money, times and what tells persons and
records apart are taken only if both agree and no other column competes; else it is a question.
What somebody answers is an input like the file: the same file and answers give the same draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from adapters.draft.doubts import alike, clock_of, doubt, lacks_unit
from adapters.draft.evidence import CURRENCY, MONEY, TIME, kind_of
from adapters.draft.matching import (
    CONSTANT_KINDS,
    FEWEST_COLUMNS,
    ORDER_LINE,
    WITH_LINES,
    Match,
    TableKey,
    assign,
    derived,
    find_matches,
    is_clear,
    key_of,
    may_be_constant,
    order_number,
    ranking,
    rivals,
)
from adapters.draft.profile import Profile
from adapters.draft.words import vocabulary
from viaggio.workspace.contract import Column, Contract, RawTable

NUMBER_KINDS = frozenset({MONEY, "count", "number"})

Answers = Mapping[str, str]
NOTHING = ""
ORDER_ID, LINES_ORDER_ID = "store.order.id", "store.order_line.order_id"
SAID = "as answered"


@dataclass(frozen=True)
class Question:
    """What only somebody who knows the export can say."""

    key: str
    text: str
    options: tuple[str, ...] = ()
    free: bool = False  # whether an answer may be typed


@dataclass(frozen=True)
class Choice:
    """Where a column of the contract comes from: a column of the export, or one value for all.

    `clock` is the column with the time of day, where it has one of its own.
    """

    table: TableKey
    column: Column
    kind: str
    confidence: float
    reason: str
    source: Profile | None = None
    value: str | None = None
    clock: Profile | None = None

    @property
    def target(self) -> str:
        return ".".join((*self.table, self.column.name))

    @property
    def sources(self) -> tuple[Profile, ...]:
        """The columns of the export that it reads."""
        return tuple(one for one in (self.source, self.clock) if one is not None)


@dataclass(frozen=True)
class Gap:
    """A column of the contract that nobody could fill without guessing."""

    table: TableKey
    column: Column
    question: Question

    @property
    def target(self) -> str:
        return ".".join((*self.table, self.column.name))


@dataclass
class Draft:
    """A proposal for one export."""

    columns: list[Profile]
    tables: tuple[RawTable, ...] = ()
    choices: list[Choice] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)  # those without an answer
    settings: dict[str, str] = field(default_factory=dict)  # time_zone, day_first, decimal_comma
    notes: list[str] = field(default_factory=list)
    repeats: bool = False  # rows share an order

    def of(self, table: RawTable) -> dict[str, Choice]:
        """The choices for one table, by column."""
        return {one.column.name: one for one in self.choices if one.table == table.key}

    @property
    def is_unfinished(self) -> bool:
        """Whether something is open that no row can do without."""
        unsaid = any(not value for value in self.settings.values())
        return unsaid or bool(self.questions) or any(gap.column.required for gap in self.gaps)

    @property
    def unused(self) -> list[Profile]:
        """Columns of the export that fill nothing."""
        used = {id(source) for one in self.choices for source in one.sources}
        return [one for one in self.columns if id(one) not in used]


def propose(
    columns: list[Profile], contract: Contract, answers: Answers | None = None, hints: str = ""
) -> Draft:
    """Propose tables and mapping. `hints` is text that may name the table: the file's name."""
    answers = answers or {}
    draft = Draft(columns)
    number = order_number(columns, answers.get(ORDER_ID, NOTHING))
    tables = _tables(draft, contract, answers, hints, number)
    if not tables:
        return draft
    draft.tables = tables
    draft.repeats = tables == tuple(contract.tables[key] for key in WITH_LINES)
    if draft.repeats and ORDER_ID in answers:
        answers = {LINES_ORDER_ID: answers[ORDER_ID], **answers}
    matches = find_matches(columns, tables, number if draft.repeats else None)
    chosen = assign(matches)
    for match in chosen:
        _decide(draft, match, chosen, matches, answers)
    _answered(draft, answers)
    _required(draft, matches, answers)
    _units(draft, answers)
    _rows(draft)
    places = [(table.key, column) for table in tables for column in table.columns]
    draft.choices.sort(key=lambda one: places.index((one.table, one.column)))
    return draft


# Tables.


def _tables(
    draft: Draft, contract: Contract, answers: Answers, hints: str, number: Profile | None
) -> tuple[RawTable, ...]:
    """The best table, or orders with their lines; nothing (and a question) where two compete."""
    known = {key: contract.tables[key] for key in map(key_of, vocabulary().tables)}
    if answer := answers.get("table"):
        asked = [key_of(name.strip()) for name in answer.split("+")]
        if set(asked) <= set(known):
            return tuple(known[key] for key in asked)
        draft.notes.append(
            f"No draft can be made for {answer}: it is no table, or has no words yet."
        )
        return ()
    ranks = ranking(draft.columns, known, hints, number)
    best = ranks[0]
    close = rivals(ranks)
    if best.columns < FEWEST_COLUMNS:
        draft.notes.append(
            "No table of the contract has enough in common with this file. Look at its headings,"
            " or at docs/adapters.md for how to write an adapter by hand."
        )
        return ()
    if close or not is_clear(best, len(draft.columns)):
        options = tuple(" + ".join(map(".".join, one.keys)) for one in (best, *close))
        draft.questions.append(Question("table", "Which table does the file fill?", options))
        return ()
    return tuple(known[key] for key in best.keys)


# Columns.


def _decide(
    draft: Draft,
    match: Match,
    chosen: Sequence[Match],
    matches: Sequence[Match],
    answers: Answers,
) -> None:
    """Take a pair, or make it a question."""
    key = ".".join((*match.table.key, match.column.name))
    if key in answers:
        return
    if lacks_unit(match):
        draft.notes.append(
            f"{'.'.join(match.table.key)}: {match.source.heading!r} names no unit, so"
            f" {match.column.name} stays empty. Add it by hand."
        )
        return
    reason, candidates = doubt(draft.columns, match, chosen, matches)
    if reason:
        question = Question(key, f"{_what(match.column)}: {reason}", candidates)
        draft.questions.append(question)
        draft.gaps.append(Gap(match.table.key, match.column, question))
        return
    values = match.evidence.words or "the values do not contradict it"
    reason = f"the heading says so; {values}"
    clock = _clock(draft, match.column, match.source)
    if clock:
        reason += f"; {clock.heading!r} is their time of day"
    draft.choices.append(
        Choice(
            match.table.key,
            match.column,
            match.kind,
            match.score,
            reason,
            match.source,
            clock=clock,
        )
    )


def _clock(draft: Draft, column: Column, source: Profile) -> Profile | None:
    """The clock of a date that becomes a moment."""
    is_moment = column.data_type == "timestamp" and source.is_time and not source.has_clock
    return clock_of(draft.columns, source) if is_moment else None


def _what(column: Column) -> str:
    return f"{column.name} ({column.description.rstrip('.')})"


def _answered(draft: Draft, answers: Answers) -> None:
    """What somebody said of columns: the heading that fills it, or one value for all rows."""
    by_heading = {one.heading: one for one in draft.columns}
    for table in draft.tables:
        for column in table.columns:
            answer = answers.get(".".join((*table.key, column.name)), NOTHING)
            kind = kind_of(table, column)
            if source := by_heading.get(answer):
                draft.choices = [
                    one
                    for one in draft.choices
                    if one.source is not source or one.table != table.key
                ]
                clock = _clock(draft, column, source)
                draft.choices.append(
                    Choice(table.key, column, kind, 1.0, SAID, source, clock=clock)
                )
            elif answer and kind in CONSTANT_KINDS:
                draft.choices.append(Choice(table.key, column, kind, 1.0, SAID, value=answer))


def _required(draft: Draft, matches: Sequence[Match], answers: Answers) -> None:
    """Required columns that have nothing yet: one value for all rows, or a question."""
    for table in draft.tables:
        for column in table.columns:
            key = ".".join((*table.key, column.name))
            open_gap = any(gap.target == key for gap in draft.gaps)
            if not column.required or column.name in draft.of(table) or open_gap:
                continue
            if derived(table, column):
                continue
            if column.name == "currency" and (currency := _currency(draft.columns)):
                reason = "the amounts or their headings name it"
                draft.choices.append(
                    Choice(table.key, column, CURRENCY, 0.95, reason, value=currency)
                )
                continue
            question = _missing(draft, table, column, key)
            if key not in answers:
                draft.questions.append(question)
            draft.gaps.append(Gap(table.key, column, question))


def _missing(draft: Draft, table: RawTable, column: Column, key: str) -> Question:
    kind = kind_of(table, column)
    if may_be_constant(table, column):
        text = f"{_what(column)}: the file does not say. Which value do all rows have?"
        return Question(key, text, column.accepted_values, free=True)
    unused = {id(one) for one in draft.unused}
    candidates = tuple(
        one.heading for one in draft.columns if id(one) in unused and alike(one, kind)
    )
    text = f"{_what(column)}: no heading says so clearly."
    if kind == MONEY and any("net" in one for source in draft.unused for one in source.words):
        text += " An amount without tax is not taken for it."
    return Question(key, text, candidates)


CURRENCY_IN_HEADING = re.compile(r"\b(EUR|USD|GBP|CHF)\b|([€£])")


def _currency(columns: Iterable[Profile]) -> str | None:
    """The one currency that amounts or their headings name; none where it is not exactly one."""
    found: set[str] = set()
    for source in columns:
        if source.is_number:
            found |= source.currencies
            for code, sign in CURRENCY_IN_HEADING.findall(source.heading):
                found.add(code or {"€": "EUR", "£": "GBP"}[sign])
    return found.pop() if len(found) == 1 else None


# Units.


def _units(draft: Draft, answers: Answers) -> None:
    """The time zone, where days stand in dates, and what a comma means in numbers."""
    used = [(one.column, one.kind, one.source) for one in draft.choices if one.source]
    times = [source for _, kind, source in used if kind == TIME and source.is_time]
    moments = [source for column, _, source in used if column.data_type == "timestamp"]
    if any(source.is_time and not source.has_zone for source in moments):
        text = (
            "In which time zone are the times? `shop` is the shop's own (reporting_timezone in"
            " dbt_project.yml); else UTC, or a name like Europe/Rome."
        )
        _setting(draft, answers, Question("time_zone", text, ("shop", "UTC"), free=True))
    dates = [source.dates for source in times]
    if not any(one.seen_day_first or one.seen_month_first for one in dates) and any(
        one.unsettled for one in dates
    ):
        text = "Is 02/06/2025 the 2nd of June (true) or the 6th of February (false)?"
        _setting(draft, answers, Question("day_first", text, ("true", "false")))
    numbers = [source.numbers for _, kind, source in used if kind in NUMBER_KINDS]
    if not any(one.seen_comma or one.seen_point for one in numbers) and any(
        one.unsettled for one in numbers
    ):
        text = "Is 1,234 more than a thousand (false), or 1.234 with a decimal comma (true)?"
        _setting(draft, answers, Question("decimal_comma", text, ("true", "false")))


def _setting(draft: Draft, answers: Answers, question: Question) -> None:
    draft.settings[question.key] = answers.get(question.key, NOTHING)
    if question.key not in answers:
        draft.questions.append(question)


# Rows.


def _rows(draft: Draft) -> None:
    """Keys and duplicates, in words."""
    for table in draft.tables:
        name = ".".join(table.key)
        chosen = draft.of(table)
        if table.key == ORDER_LINE:
            if "id" not in chosen:
                draft.notes.append(
                    f"{name}: lines have no key of their own. They are numbered within their order,"
                    " in the order of the file."
                )
            continue
        keys = [chosen[key].source for key in table.business_key if key in chosen]
        filled = [one.values for one in keys if one is not None]
        if not filled or len(keys) < len(table.business_key):
            continue
        rows = list(zip(*filled, strict=True))
        copies = len(rows) - len(set(rows))
        if draft.repeats:
            draft.notes.append(f"{name}: {len(set(rows))} orders in {len(rows)} rows.")
        elif copies:
            newest = table.updated_at or "the file that landed last"
            draft.notes.append(
                f"{name}: {copies} rows repeat the key of another. All land; of each key, staging"
                f" keeps the newest ({newest})."
            )
