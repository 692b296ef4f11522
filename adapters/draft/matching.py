"""Columns of an export paired with columns of the contract, and the tables that they speak for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from adapters.draft.evidence import CURRENCY, KEY, Evidence, kind_of, weigh
from adapters.draft.profile import Profile
from adapters.draft.words import strength, vocabulary
from viaggio.workspace.contract import Column, RawTable

TableKey = tuple[str, str]

LEAST = 0.5  # a heading that says less is no evidence
EXPLICIT = 0.75  # a heading that says less has to be the only one of its kind
UNCONFIRMED = 0.85  # what a heading counts whose values say nothing
LEAST_COVERED = 0.6  # of the columns a table requires
# A table may be taken without asking if so many columns of the file fill it, or such a share.
MANY_COLUMNS, MOST_COLUMNS = 4, 0.5

ORDER, ORDER_LINE = ("store", "order"), ("store", "order_line")
# Rows of one file that are two things: an order, and its lines.
WITH_LINES = (ORDER, ORDER_LINE)

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


def ranking(
    columns: list[Profile], known: dict[TableKey, RawTable], hints: str
) -> list[tuple[tuple[TableKey, ...], float, bool]]:
    """Tables with something in common with the file, the best first, and whether it is enough."""
    number = order_number(columns)
    found: dict[tuple[TableKey, ...], list[Match]] = {}
    for key, table in known.items():
        found[(key,)] = assign(find_matches(columns, (table,), None))
    if number is not None:
        lines = find_matches(columns, tuple(known[key] for key in WITH_LINES), number)
        found[WITH_LINES] = assign(lines)
    claimed: dict[int, int] = {}
    for keys, matches in found.items():
        for source in {id(one.source) for one in matches if len(keys) == 1}:
            claimed[source] = claimed.get(source, 0) + 1
    said = vocabulary().read(hints)
    ranked = []
    for keys, matches in found.items():
        share = min(covered(known[key], matches) for key in keys)
        if share < LEAST_COVERED:
            continue
        used = {id(one.source): one.score for one in matches}
        score = sum(one / max(claimed.get(source, 1), 1) for source, one in used.items())
        own = frozenset().union(*(vocabulary().tables[".".join(key)].own for key in keys))
        score = score * (0.2 + 0.8 * share) + any(own & meanings for meanings in said)
        enough = len(used) >= MANY_COLUMNS or len(used) >= MOST_COLUMNS * len(columns)
        ranked.append((keys, score, enough))
    ranked.sort(key=lambda one: -one[1])
    if ranked and ranked[0][0] == WITH_LINES:
        ranked = [
            one for one in ranked if one[0] == WITH_LINES or not set(one[0]) & set(WITH_LINES)
        ]
    return ranked


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


def order_number(columns: list[Profile]) -> Profile | None:
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
