"""What the warehouse makes of texts: through the very models, and against the hidden truth."""

from __future__ import annotations

import duckdb
import pytest

from benchmarks.sentiment import Found, Text, judge
from tests.python.conftest import Built

pytestmark = pytest.mark.slow

# Side and language of sentences nobody rated; each shows one rule.
SENTENCES = {
    "plain Italian": ("Il personale è gentilissimo.", "positive", "it"),
    "plain English": ("The staff were very friendly.", "positive", "en"),
    "negation": ("La camera non era pulita.", "negative", "it"),
    "negation in English": ("It doesn't look good at all.", "negative", "en"),
    "negation of something bad": ("Il sito non è lento e non è complicato.", "positive", "it"),
    "without": ("Arrivato senza graffi e senza difetti.", "positive", "it"),
    "negation ends at the comma": ("Non lo conoscevo, ottimo.", "positive", "it"),
    "not only": ("Non solo bello, è anche utile.", "positive", "it"),
    "little": ("Davvero poco curato.", "negative", "it"),
    "but": ("Bello ma scomodo.", "negative", "it"),
    "but in English": ("It is slow but comfortable.", "positive", "en"),
    "although": ("Anche se caro, è solido.", "positive", "it"),
    "idiom with a negation": ("Non vedo l'ora di usarlo.", "positive", "it"),
    "idiom in English": ("I can't wait to use it.", "positive", "en"),
    "idiom against its words": ("Niente di buono, soldi buttati.", "negative", "it"),
    "a word by itself would mislead": ("Di nuovo pessimo.", "negative", "it"),
    "too": ("La valigia è troppo pesante.", "negative", "it"),
    "a not without object": ("Non c'era l'acqua calda nel bagno.", "negative", "it"),
    "emoji": ("Che dire della lampada 😍", "positive", "it"),
    "emoji alone": ("😡", "negative", "it"),
    "emoticon": ("Questo vaso :(", "negative", "it"),
    "accents left out": ("La qualita e' buona, comodita' al massimo.", "positive", "it"),
    "drawn out": ("Bellissimooooo!!!", "positive", "it"),
    "superlative": ("Scomodissima.", "negative", "it"),
    "curled apostrophe": ("Don\u2019t buy this.", "negative", "en"),
    "no opinion": ("La scatola contiene la lampada.", "neither", "it"),
}

ASPECTS = {
    "service": "Il personale è maleducato.",
    "price": "Il prezzo è ottimo.",
    "delivery": "La consegna è stata velocissima.",
    "site": "Il checkout è complicato.",
    "closeness": "Mi fido di loro.",
    "personalisation": "Consulenza su misura, bravi.",
    "product": "Il tessuto è morbido.",
}


@pytest.fixture(scope="module")
def found() -> Found:
    """Verdicts on the sentences, and on words of no language that stars teach."""
    rated = [
        Text("rated", f"{word}{number}", f"Zorbo {word} blenda.", label, "", stars=stars)
        for word, label, stars in (("flimo", "positive", 5.0), ("kraxo", "negative", 1.0))
        for number in range(25)
    ]
    rare = [Text("rated", f"rare{n}", "Zorbo wunk.", "positive", "", stars=5.0) for n in range(4)]
    named = [
        Text("rated", f"name{n}", "Zorbo con Pimperla.", "positive", "", stars=5.0)
        for n in range(25)
    ]
    unrated = [
        Text("unrated", word, f"Zorbo {word}.", "", "")
        for word in ("flimo", "kraxo", "wunk", "Pimperla")
    ]
    sentences = [Text("rule", rule, said[0], "", "") for rule, said in SENTENCES.items()]
    aspects = [Text("aspect", aspect, said, "", "") for aspect, said in ASPECTS.items()]
    return judge([*rated, *rare, *named, *unrated, *sentences, *aspects], lambda _: True)


@pytest.mark.parametrize("rule", SENTENCES)
def test_a_sentence_is_understood(found: Found, rule: str) -> None:
    verdict = found["rule", rule]
    assert (verdict.side, verdict.language) == SENTENCES[rule][1:], verdict


@pytest.mark.parametrize("aspect", ASPECTS)
def test_an_aspect_is_found_with_what_is_thought_of_it(found: Found, aspect: str) -> None:
    side = "negative" if aspect in ("service", "site") else "positive"
    assert found["aspect", aspect].aspects == {aspect: side}


def test_stars_teach_words_that_no_list_holds(found: Found) -> None:
    assert found["unrated", "flimo"].side == "positive"
    assert found["unrated", "kraxo"].side == "negative"


def test_neither_rare_words_nor_names_are_learned(found: Found) -> None:
    assert found["unrated", "wunk"].sentiment == found["unrated", "Pimperla"].sentiment


def test_no_text_is_published(built: Built) -> None:
    with duckdb.connect(
        str(built.data_dir.root / "published" / "viaggio.duckdb"), read_only=True
    ) as (connection):
        columns = connection.execute(
            "select distinct column_name from information_schema.columns "
            "where table_name like '%review%'"
        ).fetchall()
    assert {"body", "title", "author_name", "author_email_hash"}.isdisjoint({c for (c,) in columns})
