"""Every word the pages show, in English and Italian: `words/en.yml` and `words/it.yml`.

Names of channels, stages, personas and kinds of touchpoint come from the published dimensions. A
code found in the data that has no text is shown as it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import yaml

from dashboard.formats import Language

WORDS = Path(__file__).parent / "words"


class Text(NamedTuple):
    """One text in both languages; words in braces are filled in."""

    en: str
    it: str


def _read() -> dict[str, Text]:
    """All texts by key.

    Raises:
        ValueError: A key is missing in one of the files.
    """
    en, it = (
        yaml.safe_load((WORDS / f"{language}.yml").read_text(encoding="utf-8"))
        for language in ("en", "it")
    )
    if lonely := sorted(en.keys() ^ it.keys()):
        raise ValueError(f"{WORDS}: only one language has {', '.join(lonely)}.")
    return {key: Text(en[key], it[key]) for key in en}


TEXTS = _read()


def text(key: str, language: Language, **filled: object) -> str:
    """The text of a key, with what it leaves open filled in."""
    chosen = TEXTS[key]
    words = chosen.it if language == "it" else chosen.en
    return words.format(**filled) if filled else words


def code_text(domain: str, code: str, language: Language) -> str:
    """The name of a code found in the data; a code without a text in plain characters."""
    known = TEXTS.get(f"{domain}.{code}")
    if known is None:
        return code.replace("_", " ")
    return known.it if language == "it" else known.en
