"""Why a pair of columns may be wrong: reasons to ask instead of guessing."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.draft.evidence import EMAIL, GUARDED, KEY, MONEY, PHONE, TIME
from adapters.draft.matching import EXPLICIT, ORDER, Match
from adapters.draft.profile import Profile
from adapters.draft.words import vocabulary

RIVAL = 0.25  # a heading so close to the best one competes with it
DURATIONS = frozenset({"milliseconds", "seconds", "minutes"})

# A reason, and the headings to choose from; neither where there is no doubt.
Doubt = tuple[str | None, tuple[str, ...]]
NONE: Doubt = (None, ())


def lacks_unit(match: Match) -> bool:
    """Whether it is a length of time in nobody knows what."""
    said = frozenset().union(*match.source.words)
    return match.column.name.endswith("_ms") and not said & DURATIONS


def doubt(
    columns: Sequence[Profile], match: Match, chosen: Sequence[Match], matches: Sequence[Match]
) -> Doubt:
    """Why a pair may be wrong. Only guarded kinds are doubted."""
    if match.kind not in GUARDED:
        return NONE
    alone = (match.source.heading,)
    if reason := _of_itself(columns, match):
        return reason, alone
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
        return _of_a_weak_heading(columns, match, chosen, settled)
    if _may_be_of_lines(match, matches):
        return f"is {match.source.heading!r} the order's, or each line's?", alone
    return NONE


def _may_be_of_lines(match: Match, matches: Sequence[Match]) -> bool:
    """Whether an amount may be the order's, or each line's; that it is constant proves nothing."""
    return match.kind == MONEY and any(
        one.source is match.source
        and one.table.key != match.table.key
        and one.kind == MONEY
        and one.heading >= match.heading - RIVAL
        for one in matches
    )


def _of_a_weak_heading(
    columns: Sequence[Profile], match: Match, chosen: Sequence[Match], settled: set[int]
) -> Doubt:
    """What makes a pair doubtful whose heading says little: anything else of its kind."""
    alone = (match.source.heading,)
    others = [
        one.heading
        for one in columns
        if one is not match.source and id(one) not in settled and alike(one, match.kind)
    ]
    if others:
        return f"{match.source.heading!r} says little, and there are others", (*alone, *others)
    if _tax_unclear(match, chosen):
        return f"does {match.source.heading!r} include the tax?", alone
    return NONE


def _of_itself(columns: Sequence[Profile], match: Match) -> str | None:
    """What makes a pair doubtful, whatever other columns there are for it."""
    if match.evidence.words is None:
        if match.kind == MONEY:
            return "the amounts are whole numbers. Are they units, or cents?"
        return f"the values of {match.source.heading!r} do not confirm it"
    if not all(match.source.words):
        return f"{match.source.heading!r} has a word that may change its meaning"
    clocks = [one.heading for one in columns if one.is_clock]
    is_apart = match.kind == TIME and clocks and not match.source.has_clock
    if is_apart and clock_of(columns, match.source) is None:
        return f"the time of day stands apart, in {clocks[0]!r}"
    return None


def clock_of(columns: Sequence[Profile], date: Profile) -> Profile | None:
    """The column with the time of day of a date; none where headings and values leave it open.

    Each clock of the file has to be of one date for certain, and no date may have two.
    """
    clocks = [one for one in columns if one.is_clock]
    dates = [one for one in columns if one.is_time and not one.has_clock]
    owners = [_date_of(clock, dates) for clock in clocks]
    own = [clock for clock, owner in zip(clocks, owners, strict=True) if owner is date]
    return own[0] if len(own) == 1 and None not in owners else None


def _date_of(clock: Profile, dates: Sequence[Profile]) -> Profile | None:
    """The only date whose heading has all that the clock's says beside the time, in every row."""
    own = [meanings for meanings in clock.words if not meanings & vocabulary().kinds[TIME]]
    said = [
        date
        for date in dates
        if clock.words and all(any(one & each for each in date.words) for one in own)
    ]
    if len(said) != 1:
        return None
    rows = zip(clock.values, said[0].values, strict=True)
    return said[0] if all(bool(at) == bool(day) for at, day in rows) else None


def alike(source: Profile, kind: str) -> bool:
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
