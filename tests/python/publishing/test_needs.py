"""What an empty mart waits for."""

from __future__ import annotations

from viaggio.publishing.needs import MARTS, SCARCE, TABLES, in_words, missing
from viaggio.publishing.questions import read_questions
from viaggio.workspace.contract import load_contract
from viaggio.workspace.paths import PROJECT_DIR


def test_every_mart_and_no_other_says_what_it_needs() -> None:
    built = {path.stem for path in (PROJECT_DIR / "models" / "marts").glob("*/*.sql")}
    assert MARTS.keys() == built
    assert built >= SCARCE


def test_only_tables_of_the_contract_are_needed() -> None:
    contract = {f"{source}.{table}" for source, table in load_contract().tables}
    assert TABLES.keys() <= contract
    assert {table for groups in MARTS.values() for group in groups for table in group} <= contract


def test_one_table_of_a_group_is_enough() -> None:
    assert missing(["mart_experience_scores"], {"reviews.review"}) == ()
    assert missing(["mart_experience_scores"], {"store.order"}) == (
        ("crm.feedback_submission", "reviews.review"),
    )


def test_each_group_is_needed_and_named_once() -> None:
    orders = (("store.order", "ga4.event"),)
    assert missing(["fct_orders", "mart_cohort_retention"], set()) == orders
    assert len(missing(["mart_opportunities"], set())) == 2
    assert missing(["mart_opportunities"], {"store.order"}) == ()


def test_ga4_alone_brings_orders() -> None:
    of_orders = ["fct_orders", "fct_attribution", "mart_channel_attribution", "mart_purchase_modes"]
    assert missing(of_orders, {"ga4.event"}) == ()
    assert missing(["fct_returns"], {"ga4.event"}) == (("store.refund_line",),)


def test_a_raw_table_can_be_needed_itself_and_the_unknown_needs_nothing() -> None:
    assert missing(["ads.campaign_day", "audit_expectations"], set()) == (("ads.campaign_day",),)


def test_it_is_said_in_both_languages() -> None:
    groups = missing(["fct_orders", "mart_experience_scores"], set())
    assert in_words(groups) == (
        "orders of the shop and the tills (store.order) or "
        "visits and purchases on the site (ga4.event); and "
        "answers to surveys (crm.feedback_submission) or reviews (reviews.review)"
    )
    assert in_words(groups, "it") == (
        "ordini del sito e delle casse (store.order) o visite e acquisti sul sito (ga4.event); e "
        "risposte ai sondaggi (crm.feedback_submission) o recensioni (reviews.review)"
    )


def test_every_question_asks_marts_that_are_known() -> None:
    asked = {model for question in read_questions("answers") for model in question.models}
    marts = {model for model in asked if not model.startswith("audit_")}
    assert len(marts) > 8
    assert marts <= MARTS.keys()
