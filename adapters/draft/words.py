"""Headings in words: what a heading may mean, in five languages (words.yml)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

WORDS_FILE = Path(__file__).with_name("words.yml")

# A word of the heading that the pattern does not ask for: known (it says something else), or not.
ANOTHER_MEANING = 0.45
UNKNOWN_WORD = 0.8
LONGEST_PHRASE = 4
SHORTEST_PART = 3  # of a compound
NUMBER = "nr"  # the one shorter part, as in kundennr
LINKS = ("", "s", "n", "en", "es", "e", "er", "ns")  # between the parts of a German compound
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

Meanings = frozenset[str]


@dataclass(frozen=True)
class Wanted:
    """How the headings of one column of the contract read: patterns with their strength."""

    patterns: tuple[tuple[Meanings, float], ...]
    strict: bool


@dataclass(frozen=True)
class Described:
    """What the vocabulary says of one table."""

    own: Meanings
    columns: dict[str, Wanted]


@dataclass(frozen=True)
class Vocabulary:
    """All of words.yml, ready to look up."""

    exact: dict[str, Meanings]
    prefixes: tuple[tuple[str, str], ...]
    silent: frozenset[str]
    kinds: dict[str, Meanings]
    tables: dict[str, Described]
    values: dict[str, dict[str, tuple[str, ...]]]

    def known(self, word: str) -> Meanings:
        """What a word that is listed may mean, whatever its ending."""
        return self.exact.get(word) or self.exact.get(stem(word)) or frozenset()

    def begun(self, word: str) -> Meanings:
        """What a word may mean by how it begins."""
        return frozenset(meaning for begin, meaning in self.prefixes if word.startswith(begin))

    def parts(self, word: str) -> list[Meanings] | None:
        """The meanings of a compound's parts (bestell + datum); none where it is no compound."""
        for end in range(len(word) - len(NUMBER), SHORTEST_PART - 1, -1):
            first = self.known(word[:end])
            if not first:
                continue
            for link in LINKS:
                rest = word[end + len(link) :]
                long_enough = len(rest) >= SHORTEST_PART or rest == NUMBER
                if not long_enough or not word[end:].startswith(link):
                    continue
                if second := self.known(rest):
                    return [first, second]
                if more := self.parts(rest):
                    return [first, *more]
        return None

    def read(self, heading: str) -> tuple[Meanings, ...]:
        """The heading, word for word: what each may mean. Words that say nothing are left out."""
        words = split(heading)
        found: list[Meanings] = []
        while words:
            for size in range(min(LONGEST_PHRASE, len(words)), 0, -1):
                phrase = " ".join(words[:size])
                meanings = self.exact.get(phrase, frozenset()) if size > 1 else frozenset()
                if meanings:
                    found.append(meanings)
                    words = words[size:]
                    break
            else:
                word, *words = words
                if meanings := self.known(word) | self.begun(word):
                    found.append(meanings)
                elif word not in self.silent and not word.isdigit():
                    found += self.parts(word) or [frozenset()]
        return tuple(found)


def plain(text: str) -> str:
    """Lower case, without accents."""
    text = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return "".join(char for char in text if not unicodedata.combining(char)).lower()


def split(heading: str) -> list[str]:
    """The words of a heading, however they are joined: `orderDate`, `order_date`, `Order date`."""
    heading = re.sub(r"(?i)\be[-_ ]mails?\b", "email", heading).replace("%", " percent ")
    heading = heading.replace("#", " number ")
    heading = heading.replace("º", "").replace("°", "")
    words = re.split(r"[^a-z0-9]+", plain(CAMEL.sub(" ", heading)))
    return [word for word in words if word]


def stem(word: str) -> str:
    """Without the endings of plurals and genders: `ordini` and `ordine` become one word."""
    if len(word) < 5:
        return word
    word = word.removesuffix("s")
    if len(word) > 6:
        word = word.removesuffix("n")
    return word[:-1] if word[-1] in "aeiou" and len(word) > 4 else word


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary of words.yml. Every scalar in it is text: `no` is a word."""
    text = WORDS_FILE.read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.load(text, yaml.BaseLoader)  # noqa: S506 - makes only text
    exact: dict[str, set[str]] = {}
    prefixes: list[tuple[str, str]] = []
    for meaning, words in document["words"].items():
        for entry in words:
            if entry.endswith("*"):
                prefixes.append((plain(entry[:-1]), meaning))
            word = " ".join(split(entry))
            for form in {word, stem(word) if " " not in word else word}:
                exact.setdefault(form, set()).add(meaning)
    return Vocabulary(
        exact={word: frozenset(meanings) for word, meanings in exact.items()},
        prefixes=tuple(prefixes),
        silent=frozenset(document["silent"]),
        kinds={kind: frozenset(words) for kind, words in document["kinds"].items()},
        tables={name: _described(entry) for name, entry in document["tables"].items()},
        values={
            column: {value: tuple(words) for value, words in values.items()}
            for column, values in document["values"].items()
        },
    )


def _described(entry: dict[str, Any]) -> Described:
    return Described(
        own=frozenset(entry["own"]),
        columns={
            name: Wanted(
                patterns=tuple(
                    (frozenset(words.split()), float(strength))
                    for words, strength in patterns.items()
                    if words != "strict"
                ),
                strict="strict" in patterns,
            )
            for name, patterns in entry["columns"].items()
        },
    )


def strength(heading: tuple[Meanings, ...], table: str, column: str, kind: str) -> float:
    """How well a heading names a column of the contract, from 0 to 1."""
    words = vocabulary()
    wanted = words.tables[table].columns.get(column)
    if wanted is None or not heading:
        return 0.0
    free = words.tables[table].own
    if not wanted.strict:
        free = free | words.kinds.get(kind, frozenset())
    best = 0.0
    for pattern, weight in wanted.patterns:
        if not _says(heading, pattern):
            continue
        score = weight
        for meanings in heading:
            if not meanings & (pattern | free):
                score *= ANOTHER_MEANING if meanings else UNKNOWN_WORD
        best = max(best, score)
    return best


def _says(heading: tuple[Meanings, ...], pattern: Meanings) -> bool:
    """Whether the heading has each word of the pattern, every time in a word of its own."""
    if not pattern:
        return True
    first = min(pattern)
    return any(
        first in meanings and _says((*heading[:at], *heading[at + 1 :]), pattern - {first})
        for at, meanings in enumerate(heading)
    )


def translated(column: str, value: str) -> str | None:
    """The contract's word for a value of an export (`store.order.source_name`, `Negozio`)."""
    words = split(value)
    phrase = " ".join(words)
    for accepted, forms in vocabulary().values.get(column, {}).items():
        for form in forms:
            if form.endswith("*") and any(word.startswith(form[:-1]) for word in words):
                return accepted
            if phrase == form:
                return accepted
    return None
