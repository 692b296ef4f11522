"""Every page in both languages on a small published file, and on files that lack something."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.formats import Language
from dashboard.frame import FILTERS_OF_PAGE
from dashboard.texts import text
from orchestration.paths import PROJECT_DIR
from tests.python.dashboard.published import TABLES, publish

PAGES = list(FILTERS_OF_PAGE)
# What a page cannot do without; the rest of the tables is named where it is missing.
MARTS = [table for table in TABLES if ".mart_" in table]

Open = Callable[..., AppTest]


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_file(str(PROJECT_DIR / "dashboard" / "app.py"), default_timeout=180)


def turn_to(app: AppTest, page: str) -> AppTest:
    app.switch_page(f"views/{page}.py").run()
    assert not app.exception, (page, app.exception[0].message)
    return app


@pytest.mark.usefixtures("data_dir")
@pytest.mark.parametrize("language", ["en", "it"])
def test_each_page_shows_tables_and_says_how_to_read_it(app: AppTest, language: Language) -> None:
    app.session_state["language"] = language
    app.run()
    for page in PAGES:
        turn_to(app, page)
        assert app.title[0].value == text(f"{page}.title", language)
        assert text(f"{page}.lead", language) in [element.value for element in app.markdown]
        assert app.dataframe, page
        assert not app.info, (page, app.info[0].value)
        assert app.get("plotly_chart"), page


@pytest.mark.usefixtures("data_dir")
def test_filters_act_and_stay(app: AppTest) -> None:
    app.run()
    everything = len(app.dataframe[0].value)
    app.multiselect(key="channels").set_value(["Email"]).run()
    assert set(app.dataframe[0].value["channel"]) == {"E-mail"}
    assert len(app.dataframe[0].value) < everything
    turn_to(app, "conversion_paths")
    assert app.multiselect(key="channels").value == ["Email"]
    assert all("E-mail" in path for path in app.dataframe[0].value["path"])
    turn_to(app, "stores")
    assert app.multiselect(key="channels").disabled
    assert not app.selectbox(key="first_month").disabled


@pytest.mark.usefixtures("data_dir")
def test_months_may_be_chosen_in_any_order(app: AppTest) -> None:
    app.run()
    app.selectbox(key="first_month").set_value("2025-02")
    app.selectbox(key="last_month").set_value("2025-01").run()
    turn_to(app, "stores")
    assert app.metric[0].value == "200"
    app.selectbox(key="first_month").set_value("2025-01").run()
    assert app.metric[0].value == "100"


@pytest.mark.usefixtures("data_dir")
def test_a_selection_without_rows_says_so(app: AppTest) -> None:
    app.run()
    app.multiselect(key="channels").set_value(["Direct"]).run()
    turn_to(app, "attribution")
    assert [element.value for element in app.info] == [text("no_rows", "en")]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "never arrived: reviews (reviews.review)."),
        ("it", "non sono mai arrivati: recensioni (reviews.review)."),
    ],
)
def test_a_part_without_rows_names_the_data_it_waits_for(
    app: AppTest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    language: Language,
    said: str,
) -> None:
    publish(tmp_path, emptied=("marts.mart_review_sentiment", "marts.mart_opportunities"))
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(tmp_path))
    app.session_state["language"] = language
    app.run()
    turn_to(app, "sentiment")
    assert said in app.info[0].value
    # Contacts and orders have landed: nothing stands out from chance yet.
    turn_to(app, "pain_points")
    assert text("too_little", language) in [element.value for element in app.info]


@pytest.mark.parametrize("language", ["en", "it"])
def test_a_shop_without_data_is_not_asked_to_widen_its_filters(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    publish(tmp_path, emptied=(*MARTS, "audit.audit_reconciliation"))
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(tmp_path))
    app.session_state["language"] = language
    app.run()
    for page in PAGES:
        turn_to(app, page)
        said = [element.value for element in app.info]
        assert said, page
        assert text("no_rows", language) not in said, page


def test_reviews_that_name_no_aspect_have_a_page(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with duckdb.connect(publish(tmp_path, emptied=("marts.mart_review_topics",))) as connection:
        connection.execute("delete from marts.mart_review_sentiment where aspect <> 'overall'")
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(tmp_path))
    app.run()
    turn_to(app, "sentiment")
    assert app.metric


def test_a_missing_mart_is_named(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, without=tuple(MARTS))
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(tmp_path))
    app.run()
    named = set()
    for page in PAGES:
        turn_to(app, page)
        named |= {mart for mart in MARTS for info in app.info if f"`{mart}`" in info.value}
    # Without the attribution nobody asks for removal effects, without reviews not for words.
    assert set(MARTS) - named == {"marts.mart_markov_removal_effects", "marts.mart_review_topics"}


def test_nothing_published_says_what_to_do(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(tmp_path))
    app.run()
    assert not app.exception
    assert "make demo" in app.info[0].value
