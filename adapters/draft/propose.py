"""Which tables an export fills, and from which columns: proposals, and questions where unsure.

A heading and its values are two sources of evidence. Money, times and what tells persons and
records apart are taken only if both agree and no other column competes; else it is a question.
What somebody answers is an input like the file: the same file and answers give the same draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from adapters.draft.evidence import (
    CURRENCY,
    EMAIL,
    GUARDED,
    KEY,
    MONEY,
    PHONE,
    TIME,
    Evidence,
    is_own_key,
    kind_of,
    weigh,
)
from adapters.draft.profile import Profile
from adapters.draft.words import strength, vocabulary
from viaggio.workspace.contract import Column, Contract, RawTable

TableKey = tuple[str, str]

LEAST = 0.5  # a heading that says less is no evidence
EXPLICIT = 0.75  # a heading that says less has to be the only one of its kind
# A table may be taken without asking if so many columns of the file fill it, or such a share.
MANY_COLUMNS, MOST_COLUMNS = 4, 0.5
RIVAL = 0.25  # a heading so close to the best one competes with it
UNCONFIRMED = 0.85  # what a heading counts whose values say nothing
CLOSE_TABLE = 0.85  # a table so close to the best one competes with it
LEAST_COVERED = 0.6  # of the columns a table requires

ORDER, ORDER_LINE = ("store", "order"), ("store", "order_line")
# Rows of one file that are two things: an order, and its lines.
WITH_LINES = (ORDER, ORDER_LINE)

NUMBER_KINDS = frozenset({MONEY, "count", "number"})

# Required columns whose value may be one and the same for a whole file.
CONSTANT_KINDS = frozenset({"word", CURRENCY})

Answers = Mapping[str, str]
NOTHING = ""
SAID = "somebody said so"


@dataclass(frozen=True)
class Question:
    """What only somebody who knows the export can say."""

    key: str
    text: str
    options: tuple[str, ...] = ()
    free: bool = False  # whether an answer may be typed


@dataclass(frozen=True)
class Choice:
    """Where a column of the contract comes from: a column of the export, or one value for all."""

    table: TableKey
    column: Column
    kind: str
    confidence: float
    reason: str
    source: Profile | None = None
    value: str | None = None

    @property
    def target(self) -> str:
        return ".".join((*self.table, self.column.name))


@dataclass(frozen=True)
class Gap:
    """A column of the contract that nobody could fill without guessing."""

    table: TableKey
    column: Column
    question: Question
    asked: bool  # and the answer was: nothing does

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
    def unused(self) -> list[Profile]:
        """Columns of the export that fill nothing."""
        used = {id(one.source) for one in self.choices}
        return [one for one in self.columns if id(one) not in used]


@dataclass(frozen=True)
class Match:
    """A column of the export as a column of the contract."""

    source: Profile
    table: RawTable
    column: Column
    heading: float
    evidence: Evidence

    @cached_property
    def kind(self) -> str:
        return kind_of(self.table, self.column)

    @property
    def score(self) -> float:
        return self.heading * (1.0 if self.evidence.words else UNCONFIRMED)


def propose(
    columns: list[Profile], contract: Contract, answers: Answers | None = None, hints: str = ""
) -> Draft:
    """Propose tables and mapping. `hints` is text that may name the table: the file's name."""
    answers = answers or {}
    draft = Draft(columns)
    tables = _tables(draft, contract, answers, hints)
    if not tables:
        return draft
    draft.tables = tables
    draft.repeats = tables == tuple(contract.tables[key] for key in WITH_LINES)
    matches = _matches(columns, tables, _order_number(columns) if draft.repeats else None)
    chosen = _assign(matches)
    for match in chosen:
        _decide(draft, match, chosen, matches, answers)
    _answered(draft, answers)
    _required(draft, matches, answers)
    _units(draft, answers)
    _rows(draft)
    return draft


# Tables.


def _tables(
    draft: Draft, contract: Contract, answers: Answers, hints: str
) -> tuple[RawTable, ...]:
    """The best table, or orders with their lines; nothing (and a question) where two compete."""
    known = {key: contract.tables[key] for key in map(_key_of, vocabulary().tables)}
    if answer := answers.get("table"):
        return tuple(known[_key_of(name)] for name in answer.split(" + ") if _key_of(name) in known)
    ranked = _ranking(draft.columns, known, hints)
    if not ranked:
        draft.notes.append(
            "No table of the contract has enough in common with this file. Look at its headings,"
            " or at docs/adapters.md for how to write an adapter by hand."
        )
        return ()
    best, score, enough = ranked[0]
    close = [keys for keys, other, _ in ranked[1:] if other >= CLOSE_TABLE * score]
    if close or not enough:
        options = tuple(" + ".join(".".join(key) for key in keys) for keys in (best, *close))
        draft.questions.append(Question("table", "Which table does the file fill?", options))
        return ()
    return tuple(known[key] for key in best)


def _key_of(name: str) -> TableKey:
    source, _, table = name.partition(".")
    return source, table


def _ranking(
    columns: list[Profile], known: dict[TableKey, RawTable], hints: str
) -> list[tuple[tuple[TableKey, ...], float, bool]]:
    """Tables with something in common with the file, the best first, and whether it is enough."""
    order_number = _order_number(columns)
    found: dict[tuple[TableKey, ...], list[Match]] = {}
    for key, table in known.items():
        found[(key,)] = _assign(_matches(columns, (table,), None))
    if order_number is not None:
        lines = _matches(columns, tuple(known[key] for key in WITH_LINES), order_number)
        found[WITH_LINES] = _assign(lines)
    claimed: dict[int, int] = {}
    for keys, matches in found.items():
        for source in {id(one.source) for one in matches if len(keys) == 1}:
            claimed[source] = claimed.get(source, 0) + 1
    said = vocabulary().read(hints)
    ranked = []
    for keys, matches in found.items():
        covered = min(_covered(known[key], matches) for key in keys)
        if covered < LEAST_COVERED:
            continue
        used = {id(one.source): one.score for one in matches}
        score = sum(one / max(claimed.get(source, 1), 1) for source, one in used.items())
        own = frozenset().union(*(vocabulary().tables[".".join(key)].own for key in keys))
        score = score * (0.2 + 0.8 * covered) + any(own & meanings for meanings in said)
        enough = len(used) >= MANY_COLUMNS or len(used) >= MOST_COLUMNS * len(columns)
        ranked.append((keys, score, enough))
    ranked.sort(key=lambda one: -one[1])
    if ranked and ranked[0][0] == WITH_LINES:
        ranked = [one for one in ranked if one[0] == WITH_LINES or not set(one[0]) & set(WITH_LINES)]
    return ranked


def _covered(table: RawTable, matches: Sequence[Match]) -> float:
    """Which share of the table's required columns the file seems to have."""
    found = {one.column.name for one in matches if one.table.key == table.key}
    required = [
        column.name
        for column in table.columns
        if column.required and not _may_be_constant(table, column) and not _derived(table, column)
    ]
    return sum(name in found for name in required) / len(required) if required else 0.0


def _may_be_constant(table: RawTable, column: Column) -> bool:
    return kind_of(table, column) in CONSTANT_KINDS


def _derived(table: RawTable, column: Column) -> bool:
    """Whether the column can be made of others: lines are numbered within their order."""
    return (table.key, column.name) == (ORDER_LINE, "id")


def _order_number(columns: list[Profile]) -> Profile | None:
    """The column that several rows of an order share; none where each row has its own."""
    best = max(
        columns,
        key=lambda one: max(
            strength(one.words, "store.order", "id", KEY),
            strength(one.words, "store.order_line", "order_id", KEY),
        ),
        default=None,
    )
    if best is None or best.is_unique or not best.is_code or best.has_decimals:
        return None
    return best if strength(best.words, "store.order", "id", KEY) >= EXPLICIT else None


# Columns.


def _matches(
    columns: Iterable[Profile], tables: Iterable[RawTable], order_number: Profile | None
) -> list[Match]:
    """All pairs whose heading says something and whose values do not contradict it."""
    found = []
    tables = tuple(tables)
    for source in columns:
        for table in tables:
            for column in table.columns:
                kind = kind_of(table, column)
                heading = strength(source.words, ".".join(table.key), column.name, kind)
                if heading < LEAST:
                    continue
                evidence = weigh(source, table, column, repeats=order_number is not None)
                if not evidence.fits:
                    continue
                if order_number is not None:
                    is_key = (table.key, column.name) in ((ORDER, "id"), (ORDER_LINE, "order_id"))
                    if is_key != (source is order_number):
                        continue
                    if table.key == ORDER and not _constant_within(source, order_number):
                        continue
                    if is_key:
                        evidence = Evidence(True, "the lines of an order share its value")
                found.append(Match(source, table, column, heading, evidence))
    return found


def _constant_within(source: Profile, key: Profile) -> bool:
    """Whether rows with the same key have the same value, or none."""
    seen: dict[str, str] = {}
    return all(
        seen.setdefault(at, value) == value
        for at, value in zip(key.values, source.values, strict=True)
        if value
    )


def _assign(matches: Sequence[Match]) -> list[Match]:
    """The best pairs, each column of the contract once, each of the export once for each key."""
    taken: set[tuple[TableKey, str]] = set()
    used: dict[int, set[TableKey]] = {}
    chosen = []
    for match in sorted(matches, key=lambda one: (-one.score, not one.column.required)):
        target = (match.table.key, match.column.name)
        owners = used.setdefault(id(match.source), set())
        shared = {one.table.key for one in chosen if one.source is match.source}
        both = match.kind == KEY and shared and match.table.key not in shared
        if target in taken or (owners and not both):
            continue
        taken.add(target)
        owners.add(match.table.key)
        chosen.append(match)
    return chosen


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
    doubt, candidates = _doubt(draft, match, chosen, matches)
    if doubt:
        question = Question(key, f"{_what(match.column)}: {doubt}", candidates)
        draft.questions.append(question)
        draft.gaps.append(Gap(match.table.key, match.column, question, asked=False))
        return
    values = match.evidence.words or "the values do not contradict it"
    reason = f"the heading says so; {values}"
    draft.choices.append(
        Choice(match.table.key, match.column, match.kind, match.score, reason, match.source)
    )


def _what(column: Column) -> str:
    return f"{column.name} ({column.description.rstrip('.')})"


def _doubt(
    draft: Draft, match: Match, chosen: Sequence[Match], matches: Sequence[Match]
) -> tuple[str | None, tuple[str, ...]]:
    """Why a pair may be wrong, and the columns to choose from. Only guarded kinds are doubted."""
    alone = (match.source.heading,)
    if match.kind not in GUARDED:
        return None, ()
    if match.evidence.words is None:
        if match.kind == MONEY:
            return "the amounts are whole numbers. Are they units, or cents?", alone
        return f"the values of {match.source.heading!r} do not confirm it", alone
    if not all(match.source.words):
        return f"{match.source.heading!r} has a word that may change its meaning", alone
    clocks = tuple(one.heading for one in draft.columns if one.is_clock)
    if match.kind == TIME and clocks and not match.source.has_clock:
        return f"the time of day stands apart, in {clocks[0]!r}", alone
    settled = {id(one.source) for one in chosen if one.heading >= EXPLICIT and one is not match}
    rivals = [
        one.source.heading
        for one in matches
        if (one.table.key, one.column.name) == (match.table.key, match.column.name)
        and one.source is not match.source
        and one.heading >= match.heading - RIVAL
        and id(one.source) not in settled
    ]
    if rivals:
        return "more than one column may be it", (*alone, *rivals)
    if match.heading < EXPLICIT:
        others = [
            one.heading
            for one in draft.columns
            if one is not match.source and id(one) not in settled and _alike(one, match.kind)
        ]
        if others:
            return f"{match.source.heading!r} says little, and there are others", (*alone, *others)
        if _tax_unclear(match, chosen):
            return f"does {match.source.heading!r} include the tax?", alone
    return None, ()


def _alike(source: Profile, kind: str) -> bool:
    """Whether a column's values are of a kind, so that it may be meant instead."""
    tests = {
        MONEY: source.has_cents or bool(source.currencies),
        TIME: source.is_time,
        EMAIL: source.is_email,
        PHONE: source.is_phone,
        KEY: source.is_unique and source.is_code and not source.has_decimals and not source.is_time,
    }
    return tests.get(kind, False)


def _tax_unclear(match: Match, chosen: Sequence[Match]) -> bool:
    return (match.table.key, match.column.name) == (ORDER, "total_price") and any(
        one.column.name == "total_tax" for one in chosen
    )


def _answered(draft: Draft, answers: Answers) -> None:
    """What somebody said of columns: the heading that fills it, or one value for all rows."""
    by_heading = {one.heading: one for one in draft.columns}
    for table in draft.tables:
        for column in table.columns:
            answer = answers.get(".".join((*table.key, column.name)), NOTHING)
            kind = kind_of(table, column)
            if source := by_heading.get(answer):
                draft.choices = [one for one in draft.choices if one.source is not source]
                draft.choices.append(Choice(table.key, column, kind, 1.0, SAID, source))
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
            if _derived(table, column):
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
            draft.gaps.append(Gap(table.key, column, question, asked=key in answers))


def _missing(draft: Draft, table: RawTable, column: Column, key: str) -> Question:
    kind = kind_of(table, column)
    if _may_be_constant(table, column):
        text = f"{_what(column)}: the file does not say. Which value do all rows have?"
        return Question(key, text, column.accepted_values, free=True)
    unused = {id(one) for one in draft.unused}
    candidates = tuple(
        one.heading for one in draft.columns if id(one) in unused and _alike(one, kind)
    )
    hint = " One amount is net, perhaps: it is not taken for the total." if kind == MONEY else ""
    return Question(key, f"{_what(column)}: no heading says so clearly.{hint}", candidates)


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
        chosen = draft.of(table)
        name = ".".join(table.key)
        if _derived(table, table.column("id")) if "id" in {c.name for c in table.columns} else False:
            if "id" not in chosen and "order_id" in chosen:
                draft.notes.append(
                    f"{name}: lines have no key of their own. They are numbered within their order,"
                    " in the order of the file."
                )
        sources = [chosen[key].source for key in table.business_key if key in chosen]
        keys = [one for one in sources if one is not None]
        if not keys or len(sources) < len(table.business_key) or table.key == ORDER_LINE:
            continue
        rows = list(zip(*(one.values for one in keys), strict=True))
        copies = len(rows) - len(set(rows))
        if draft.repeats and table.key == ORDER:
            draft.notes.append(f"{name}: {len(set(rows))} orders in {len(rows)} rows; one row each.")
        elif copies:
            newest = table.updated_at or "the file that landed last"
            draft.notes.append(
                f"{name}: {copies} rows repeat the key of another. All land; of each key, staging"
                f" keeps the newest ({newest})."
            )
