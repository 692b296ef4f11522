"""What a column of the contract asks of values, and whether an export's values say so."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.draft.profile import Profile
from adapters.draft.words import translated
from viaggio.workspace.contract import Column, RawTable

# Never guessed: the heading and the values have to agree, and nothing else may compete.
MONEY, TIME, EMAIL, PHONE, KEY, HANDLE = "money", "time", "email", "phone", "key", "handle"
CURRENCY = "currency"
GUARDED = frozenset({MONEY, CURRENCY, TIME, EMAIL, PHONE, KEY, HANDLE})

BY_PII = {"email": EMAIL, "phone": PHONE, "handle": HANDLE, "ip": "ip", "url": "url"}
BY_PII |= dict.fromkeys(("text", "note", "label", "query"), "text") | {"name": "name"}
BY_TYPE = {"boolean": "boolean", "bigint": "count", "double": "number"}
BY_TYPE |= {"timestamp": TIME, "date": TIME}
BY_NAME = {"currency": CURRENCY, "language": "language", "user_agent": "text"}


@dataclass(frozen=True)
class Evidence:
    """What values say of a column: whether they may be it, and what speaks for it, in words."""

    fits: bool
    words: str | None = None


NAME_PARTS = ("first_name", "last_name", "firstname", "lastname")
# Where keys come from: one and the same for all rows of a file.
PLACES = frozenset({"platform", "network"})

FEW = 20  # numbers below it may be positions or counts
FEWEST_ROWS = 5  # in fewer, that all differ proves nothing
NO = Evidence(False)
PERHAPS = Evidence(True)


def kind_of(table: RawTable, column: Column) -> str:
    """What a column of the contract holds, as far as values can show it."""
    if column.name in BY_NAME:
        return BY_NAME[column.name]
    if column.data_type.startswith("decimal"):
        return MONEY
    if column.data_type in BY_TYPE:
        return BY_TYPE[column.data_type]
    if column.pii == "name" and column.name.endswith(NAME_PARTS):
        return "part of a name"
    if column.pii in BY_PII:
        return BY_PII[column.pii]
    is_key = column.name == "id" or column.name.endswith("_id") or column.pii == "identifier"
    return KEY if is_key else "word"


def is_own_key(table: RawTable, column: Column) -> bool:
    """Whether the column alone tells the table's rows apart."""
    *others, last = table.business_key
    return column.name == last and set(others) <= PLACES


def weigh(profile: Profile, table: RawTable, column: Column) -> Evidence:
    """Whether the values of an export's column may be this column of the contract."""
    kind = kind_of(table, column)
    if not profile.filled:
        return NO
    if kind == KEY:
        return _key(profile, is_own_key(table, column))
    if kind == "word":
        return _word(profile, table, column)
    if kind == MONEY:
        return _money(profile)
    if kind == TIME:
        return _time(profile)
    return _simple(profile, kind)


def _simple(profile: Profile, kind: str) -> Evidence:
    tests = {
        EMAIL: (profile.is_email, "the values are e-mail addresses"),
        PHONE: (profile.is_phone, "the values are phone numbers"),
        CURRENCY: (profile.is_currency, "the values are codes of currencies"),
        "language": (profile.is_language, "the values are codes of languages"),
        "boolean": (profile.is_boolean, "the values are yes or no"),
        "count": (profile.is_number and not profile.has_decimals, "the values are numbers"),
        "number": (profile.is_number, "the values are numbers"),
        "url": (profile.is_url, "the values are addresses of pages"),
        "ip": (profile.is_ip, "the values are network addresses"),
        "text": (profile.is_text, "the values are words"),
        "name": (profile.is_text, "the values are words"),
        "part of a name": (
            profile.is_text and not profile.mostly(lambda value: " " in value),
            "the values are single words",
        ),
        HANDLE: (profile.is_code, "the values are names without blanks"),
    }
    fits, words = tests[kind]
    if fits:
        return Evidence(True, words)
    loose = kind == "text" and not (profile.is_email or profile.is_time or profile.has_decimals)
    return PERHAPS if loose else NO


def _money(profile: Profile) -> Evidence:
    if not profile.is_number or profile.is_phone:
        return NO
    if profile.currencies:
        return Evidence(True, f"the values name {', '.join(sorted(profile.currencies))}")
    if profile.has_cents:
        return Evidence(True, "the values have two decimals")
    if profile.is_zero:
        return Evidence(True, "all values are zero")
    if in_cents(profile):
        return Evidence(True, "the heading says cents, and the values are whole numbers")
    return PERHAPS


def in_cents(profile: Profile) -> bool:
    """Whether amounts are counted in hundredths."""
    says_so = any("cents" in meanings for meanings in profile.words)
    return says_so and profile.whole_numbers is not None


def _time(profile: Profile) -> Evidence:
    if profile.is_time:
        clock = " with a time of day" if profile.has_clock else ""
        return Evidence(True, f"the values are dates{clock}")
    if profile.is_epoch:
        return Evidence(True, "the values count seconds since 1970")
    return NO


def _key(profile: Profile, own: bool) -> Evidence:
    is_time = profile.is_time and not profile.mostly(str.isdigit)
    no_key = profile.is_email or is_time or profile.is_sentences or profile.is_url
    if no_key or profile.has_cents or profile.has_decimals:
        return NO
    if own:
        if profile.is_unique and len(profile.values) >= FEWEST_ROWS:
            return Evidence(True, "every row has a value of its own")
        return PERHAPS
    if profile.is_code and not _may_be_positions(profile):
        return Evidence(True, "the values are codes")
    return PERHAPS


def _may_be_positions(profile: Profile) -> bool:
    """Whether the values are so few small numbers that they may count or number something."""
    numbers = profile.whole_numbers
    return bool(numbers) and max(numbers or ()) < FEW


def _word(profile: Profile, table: RawTable, column: Column) -> Evidence:
    if profile.is_email or profile.is_time or profile.has_decimals or profile.is_sentences:
        return NO
    if not column.accepted_values:
        return PERHAPS
    name = f"{table.source}.{table.name}.{column.name}"
    known = {value.lower() for value in column.accepted_values}
    if profile.mostly(lambda value: value.lower() in known or translated(name, value)):
        return Evidence(True, "the values are words of the contract, or translate to them")
    return PERHAPS
