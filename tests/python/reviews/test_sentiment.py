"""What the warehouse makes of texts: through the very models, and against the hidden truth."""

from __future__ import annotations

import csv
from pathlib import Path

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
    "an article is no mark": ("This is a table.", "neither", "en"),
    "a mark": ("A+ to this seller.", "positive", "en"),
    "negation in an idiom": ("Il wifi non funzionava bene.", "negative", "it"),
    "negation before a superlative": ("Non è stato gentilissimo.", "negative", "it"),
    "negations agree": ("Mai visto nulla di simile.", "negative", "it"),
    "negations agree on something bad": ("Non ha deluso nessuno.", "positive", "it"),
    "neither nor": ("Non è né bello né comodo.", "negative", "it"),
    "neither nor without accents": ("Ne bello ne comodo.", "negative", "it"),
    "combining accents": ("Ne\u0301 bello ne\u0301 comodo.", "negative", "it"),
    "prohibition": ("Don't waste your money.", "negative", "en"),
    "prohibition in Italian": ("Non buttate i soldi.", "negative", "it"),
    "a small word is no form of another": ("Durante la settimana, pure.", "neither", "it"),
    "advice": ("Migliorerei la colazione.", "negative", "it"),
    "what should be": ("Il personale dovrebbe essere più gentile.", "negative", "it"),
    "what would have been": ("Sarebbe stato bello se avesse funzionato.", "negative", "it"),
    "what was wished for": ("I wanted to love it.", "negative", "en"),
    "what would be done again": ("Lo consiglierei a tutti.", "positive", "it"),
    "a noun of the trade": ("La pulizia e la qualità dell'hotel 4 stelle.", "neither", "it"),
    "compared with": ("Rispetto a quello di prima.", "neither", "it"),
    "left to be desired": ("Lasciavano un po' a desiderare.", "negative", "it"),
    "nothing left to be desired": ("Non lascia nulla a desiderare.", "positive", "it"),
    "shorthand": ("Nn funziona.", "negative", "it"),
    "entities": ("it&#39;s not good", "negative", "en"),
    "named entities": ("Qualit&agrave; scarsa", "negative", "it"),
    "an emoji as an entity": ("Lampada &#128525;", "positive", "it"),
    "letters drawn out": ("Pessssimo", "negative", "it"),
    "letters drawn out in English": ("soooo goooood", "positive", "en"),
    "a double letter too few": ("Belissimo", "positive", "it"),
    "a mark of ten": ("Voto 2 su 10", "negative", "it"),
    "a fraction": ("Voto: 9/10", "positive", "it"),
    "one star": ("1 star", "negative", "en"),
    "one star as an emoji": ("⭐", "negative", "it"),
    "five stars as emoji": ("⭐⭐⭐⭐⭐", "positive", "it"),
    "minutes are no mark": ("L'hotel è a 4/5 minuti dal centro.", "neither", "it"),
    "a script without lists": ("Отличный товар", "neither", "und"),
    "a language without words": ("とても良い", "neither", "und"),
    "a language without lists": ("Produto excelente", "neither", "pt"),
    "an emoji in any language": ("Отлично 😍", "positive", "und"),
    "a question": ("È bello?", "neither", "it"),
    "a question that compares": ("Better than this?", "negative", "en"),
    "a low price": ("Il prezzo è basso.", "positive", "it"),
    "the platform's words": ("Recensito in Italia il 3 marzo 2024. Lampada", "neither", "it"),
    "a translation's mark": ("[Tradotto da Google] Pessimo", "negative", "it"),
    "the shop's reply": ("Pessimo. Risposta del venditore: felicissimi!", "negative", "it"),
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

# Texts in which the nearest noun is not the one that is judged, or an idiom holds it.
JUDGED = {
    "Il prezzo della camera è troppo alto.": ("price", "negative"),
    "Il prezzo è basso.": ("price", "positive"),
    "Camera economica ma troppo piccola.": ("price", "positive"),
    "The price is low but the staff is rude.": ("service", "negative"),
}
NO_PRICE = (
    "Il parcheggio è gratuito.",
    "Per conto mio un impegno costante.",
    "I servizi erano sporchi.",
)

# Minimal pairs: sentences that differ in one thing, with the label each must get.
PAIRS = [
    Text("pair", str(number), row["sentence"], row["label"], row["language"])
    for number, row in enumerate(
        csv.DictReader((Path(__file__).parent / "sentences.csv").read_text("utf-8").splitlines())
    )
]

# What sentences say of a price, or that they judge none: a payment is no opinion.
with (Path(__file__).parent / "prices.csv").open(encoding="utf-8", newline="") as lines:
    PRICES = [
        Text("price", str(number), row["sentence"], row["price"], row["language"])
        for number, row in enumerate(csv.DictReader(lines))
    ]


@pytest.fixture(scope="module")
def found() -> Found:
    """Verdicts on the sentences, and on words of no language that stars teach."""
    rated = [
        Text("rated", f"{word}{number}", f"Zorbo {word} blenda.", label, "", stars=stars)
        for word, label, stars in (("flimo", "positive", 5.0), ("kraxo", "negative", 1.0))
        for number in range(40)
    ]
    rare = [Text("rated", f"rare{n}", "Zorbo wunk.", "positive", "", stars=5.0) for n in range(4)]
    named = [
        Text("rated", f"name{n}", "Zorbo blenda Pimperla.", "positive", "", stars=5.0)
        for n in range(25)
    ]
    unrated = [
        Text("unrated", word, f"Zorbo {word}.", "", "")
        for word in ("flimo", "kraxo", "wunk", "Pimperla")
    ]
    sentences = [Text("rule", rule, said[0], "", "") for rule, said in SENTENCES.items()]
    aspects = [Text("aspect", aspect, said, "", "") for aspect, said in ASPECTS.items()]
    judged = [Text("judged", said, said, "", "") for said in (*JUDGED, *NO_PRICE)]
    return judge(
        [*rated, *rare, *named, *unrated, *sentences, *aspects, *judged, *PAIRS, *PRICES],
        lambda text: text.set_name == "rated",
    )


@pytest.mark.parametrize("rule", SENTENCES)
def test_a_sentence_is_understood(found: Found, rule: str) -> None:
    verdict = found["rule", rule]
    assert (verdict.side, verdict.language) == SENTENCES[rule][1:], verdict


@pytest.mark.parametrize("aspect", ASPECTS)
def test_an_aspect_is_found_with_what_is_thought_of_it(found: Found, aspect: str) -> None:
    side = "negative" if aspect in ("service", "site") else "positive"
    assert found["aspect", aspect].aspects == {aspect: side}


@pytest.mark.parametrize("said", JUDGED)
def test_an_opinion_is_about_what_is_judged(found: Found, said: str) -> None:
    aspect, side = JUDGED[said]
    assert found["judged", said].aspects[aspect] == side, found["judged", said]


@pytest.mark.parametrize("said", NO_PRICE)
def test_a_word_that_means_something_else_names_no_price(found: Found, said: str) -> None:
    assert not {"price", "service"} & set(found["judged", said].aspects)


def test_minimal_pairs_get_their_labels(found: Found) -> None:
    wrong = [
        (text.body, text.label, found["pair", text.text_id])
        for text in PAIRS
        if found["pair", text.text_id].label != text.label
    ]
    assert len(PAIRS) == 600
    assert wrong == []


@pytest.mark.parametrize("language", ["it", "en"])
def test_nine_of_ten_prices_are_judged_as_a_reader_would(found: Found, language: str) -> None:
    texts = [text for text in PRICES if text.language == language]
    judged = [(text, found["price", text.text_id].aspects.get("price")) for text in texts]
    wrong = [
        (text.body, text.label, side)
        for text, side in judged
        if text.label != (side if side in ("positive", "negative") else "none")
    ]
    assert len(texts) > 100
    assert len(wrong) <= len(texts) / 10, wrong


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
