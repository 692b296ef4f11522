"""Columns of an export paired with columns of the contract, and the tables that they speak for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from adapters.draft.evidence import CURRENCY, KEY, NO, Evidence, kind_of, weigh
from adapters.draft.profile import Profile
from adapters.draft.words import strength, vocabulary
from viaggio.workspace.contract import Column, RawTable

TableKey = tuple[str, str]

LEAST = 0.5  # a heading that says less is no evidence
EXPLICIT = 0.75  # a heading that says less has to be the only one of its kind
UNCONFIRMED = 0.85  # what a heading counts whose values say nothing
# A table is clear if the file has such a share of its required columns, and so many columns of the
# file fill it, or such a share of them; or if a larger share does, whatever it requires.
LEAST_COVERED, MANY_COLUMNS, MOST_COLUMNS, NEARLY_ALL_COLUMNS = 0.6, 4, 0.5, 0.7
FEWEST_COLUMNS = 2  # with fewer, a table is not worth asking for

ORDER, ORDER_LINE = ("store", "order"), ("store", "order_line")
# Rows of one file that are two things: an order, and its lines.
WITH_LINES = (ORDER, ORDER_LINE)

CLOSE_TABLE = 0.85  # a table so close to the best one competes with it

# Required columns whose value may be one and the same for a whole file.
CONSTANT_KINDS = frozenset({"word", CURRENCY})


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


# Pairs.


def find_matches(
    columns: Iterable[Profile], tables: Sequence[RawTable], number: Profile | None
) -> list[Match]:
    """All pairs whose heading says something and whose values do not contradict it.

    `number` is the order number that several rows share, if the tables are orders and their lines.
    """
    found = []
    for source in columns:
        for table in tables:
            for column in table.columns:
                kind = kind_of(table, column)
                heading = strength(source.words, ".".join(table.key), column.name, kind)
                if heading < LEAST:
                    continue
                evidence = weigh(source, table, column)
                if number is not None:
                    evidence = _among_lines(evidence, source, table, column, number)
                if evidence.fits:
                    found.append(Match(source, table, column, heading, evidence))
    return found


def _among_lines(
    evidence: Evidence, source: Profile, table: RawTable, column: Column, number: Profile
) -> Evidence:
    """What the order number says besides: what is the order's is the same in all of its rows."""
    is_number = (table.key, column.name) in ((ORDER, "id"), (ORDER_LINE, "order_id"))
    if is_number and source is number:
        return Evidence(True, "the lines of an order share its value")
    if is_number or source is number:
        return NO
    if table.key == ORDER and not _constant_within(source, number):
        return NO
    return evidence


def _constant_within(source: Profile, key: Profile) -> bool:
    """Whether rows with the same key have the same value, or none."""
    seen: dict[str, str] = {}
    return all(
        seen.setdefault(at, value) == value
        for at, value in zip(key.values, source.values, strict=True)
        if value
    )


def assign(matches: Sequence[Match]) -> list[Match]:
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


# Tables.


def key_of(name: str) -> TableKey:
    source, _, table = name.partition(".")
    return source, table


@dataclass(frozen=True)
class Rank:
    """A table, or orders with their lines, as what a file may fill.

    Attributes:
        keys: The tables.
        explained: How much of the file it explains: what few tables know counts most.
        covered: Which share of its required columns the file seems to have.
        columns: How many columns of the file fill it.
    """

    keys: tuple[TableKey, ...]
    explained: float
    covered: float
    columns: int

    @property
    def score(self) -> float:
        return self.explained * (0.2 + 0.8 * self.covered)


def ranking(
    columns: list[Profile], known: dict[TableKey, RawTable], hints: str, number: Profile | None
) -> list[Rank]:
    """Tables with something in common with the file, the best first.

    `number` is the order number that several rows share.
    """
    found: dict[tuple[TableKey, ...], list[Match]] = {}
    for key, table in known.items():
        found[(key,)] = assign(find_matches(columns, (table,), None))
    claimed = Counter(id(one.source) for matches in found.values() for one in matches)
    if number is not None:
        lines = find_matches(columns, tuple(known[key] for key in WITH_LINES), number)
        found[WITH_LINES] = assign(lines)
    said = vocabulary().read(hints)
    ranks = []
    for keys, matches in found.items():
        used = {id(one.source): one.score for one in matches}
        explained = sum(score / max(claimed[source], 1) for source, score in used.items())
        own = frozenset().union(*(vocabulary().tables[".".join(key)].own for key in keys))
        explained += any(own & meanings for meanings in said)
        share = min(covered(known[key], matches) for key in keys)
        ranks.append(Rank(keys, explained, share, len(used)))
    if any(one.keys == WITH_LINES and one.covered >= LEAST_COVERED for one in ranks):
        ranks = [one for one in ranks if one.keys == WITH_LINES or not {*one.keys} & {*WITH_LINES}]
    return sorted(ranks, key=lambda one: -one.score)


def is_clear(best: Rank, columns: int) -> bool:
    """Whether a table without a rival is what a file of so many columns fills."""
    if best.columns >= MANY_COLUMNS and best.columns >= NEARLY_ALL_COLUMNS * columns:
        return True
    much = best.columns >= MANY_COLUMNS or best.columns >= MOST_COLUMNS * columns
    return much and best.covered >= LEAST_COVERED


def rivals(ranks: Sequence[Rank]) -> list[Rank]:
    """Tables so close to the best one that nobody can say which the file fills.

    A table that explains more of the file is one of them, even if it lacks required columns.
    """
    best = ranks[0]
    return [
        one
        for one in ranks[1:]
        if one.score >= CLOSE_TABLE * best.score or one.explained >= best.explained
    ]


def covered(table: RawTable, matches: Sequence[Match]) -> float:
    """Which share of the table's required columns the file seems to have."""
    found = {one.column.name for one in matches if one.table.key == table.key}
    required = [
        column.name
        for column in table.columns
        if column.required and not may_be_constant(table, column) and not derived(table, column)
    ]
    return sum(name in found for name in required) / len(required) if required else 0.0


def may_be_constant(table: RawTable, column: Column) -> bool:
    return kind_of(table, column) in CONSTANT_KINDS


def derived(table: RawTable, column: Column) -> bool:
    """Whether the column can be made of others: lines are numbered within their order."""
    return (table.key, column.name) == (ORDER_LINE, "id")


def order_number(columns: Sequence[Profile], said: str = "") -> Profile | None:
    """The column that several rows of an order share; none where each row has its own.

    `said` is the heading that somebody named.
    """

    def is_named(one: Profile) -> float:
        order = strength(one.words, "store.order", "id", KEY)
        return max(order, 1.0 if one.heading == said else 0.0)

    best = max(columns, key=is_named, default=None)
    if best is None or is_named(best) < EXPLICIT:
        return None
    return best if best.is_filled and best.is_code and not best.is_unique else None
