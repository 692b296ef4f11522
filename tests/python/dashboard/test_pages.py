"""Every page in both languages on a small published file, and on files that lack something."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.formats import Language
from dashboard.frame import FILTERS_OF_PAGE
from dashboard.texts import text
from tests.python.dashboard.published import TABLES, publish
from viaggio.workspace.paths import PROJECT_DIR

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
@pytest.mark.parametrize("language", ["en", "it"])
def test_each_page_says_whether_all_adds_up(app: AppTest, language: Language) -> None:
    app.session_state["language"] = language
    app.run()
    for page in PAGES:
        turn_to(app, page)
        (seal,) = (each.value for each in app.caption if seal_begins(language) in each.value)
        assert text("seal.orders", language, orders=180) in seal
        assert {"en": "1 Mar 2025", "it": "1 mar 2025"}[language] in seal


def test_a_table_that_does_not_balance_breaks_the_seal(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(tmp_path))
    with duckdb.connect(publish(tmp_path)) as connection:
        connection.execute(
            "update audit.audit_reconciliation set balanced = false, rows_staged = 9 "
            "where source_name = 'store'"
        )
    app.run()
    broken = text("seal.broken", "en", came=110, went=109, tables=1)
    assert any(broken in each.value for each in app.caption)


def seal_begins(language: Language) -> str:
    return text("seal.whole", language, came=110, went=110)


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
    assert app.selectbox(key="channels_off").disabled
    assert app.selectbox(key="channels_off").value is None, "no choice is shown that has no effect"
    assert not app.selectbox(key="first_month").disabled
    turn_to(app, "attribution")
    assert app.multiselect(key="channels").value == ["Email"], "the choice is kept"


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
    # Touchpoints and orders have landed: nothing stands out from chance yet.
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


@pytest.mark.usefixtures("data_dir")
def test_the_map_is_in_the_order_of_the_journey(app: AppTest) -> None:
    app.run()
    stages = list(dict.fromkeys(app.dataframe[0].value["stage"]))
    assert stages == ["Awareness", "Evaluation", "Conversion", "Loyalty", "Advocacy"]


@pytest.mark.usefixtures("data_dir")
def test_further_right_is_worse_for_every_pain(app: AppTest) -> None:
    """Ten and two of 100 orders lost; a symptom 30 points more often. Ranks are the table's."""
    app.run()
    turn_to(app, "pain_points")
    charts = {chart.proto.id.rsplit("-", 1)[-1]: chart for chart in app.get("plotly_chart")}
    drawn = {key: json.loads(chart.proto.spec) for key, chart in charts.items()}
    places = {
        key: sorted(x for trace in figure["data"] for x in numbers(trace["x"]))
        for key, figure in drawn.items()
    }
    assert places["effects_costs"] == pytest.approx([2, 10])
    assert places["effects_symptoms"] == pytest.approx([30])
    names = [note["text"] for note in drawn["effects_costs"]["layout"]["annotations"]]
    assert [name.startswith("1. ") for name in names] == [True, False]
    costs = next(table.value for table in app.dataframe if "loss" in table.value)
    assert costs["rank"].isna().tolist() == [False, True]


def numbers(values: list[float] | dict[str, str]) -> list[float]:
    """Numbers of a chart; many are written in base 64."""
    if isinstance(values, list):
        return values
    return list(np.frombuffer(base64.b64decode(values["bdata"]), dtype=values["dtype"]))


@pytest.mark.parametrize(("language", "said"), [("en", "not measured"), ("it", "non misurato")])
def test_a_step_that_was_not_measured_says_so(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: Language, said: str
) -> None:
    with duckdb.connect(publish(tmp_path)) as connection:
        connection.execute(
            "update marts.mart_checkout_funnel "
            "set entered = null, entered_here = null, continued = null where step = 'shipping'"
        )
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(tmp_path))
    app.session_state["language"] = language
    app.run()
    turn_to(app, "funnels")
    drawn = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    traces = [trace for figure in drawn for trace in figure["data"]]
    bars = [trace["customdata"] for trace in traces if len(trace["y"]) == 5]
    assert [(name, words) for steps in bars for name, words in steps if words == said] == [
        (text("step.shipping", language), said)
    ]


def test_symptoms_alone_cost_nothing(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with duckdb.connect(publish(tmp_path)) as connection:
        connection.execute("delete from marts.mart_pain_points where evidence <> 'symptom'")
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(tmp_path))
    app.run()
    turn_to(app, "pain_points")
    assert not any("loss" in table.value for table in app.dataframe)
    assert text("too_little", "en") in [element.value for element in app.info]


@pytest.mark.usefixtures("data_dir")
def test_all_spend_is_told_and_what_can_be_measured_returns(app: AppTest) -> None:
    """Markov: 200 spent on e-mail brought 1,300; 1,000 on television cannot be measured."""
    app.run()
    turn_to(app, "attribution")
    assert [metric.value for metric in app.metric[2:]] == ["€1,200", "6.50×"]


@pytest.mark.usefixtures("data_dir")
def test_what_no_path_can_show_is_not_measurable(app: AppTest) -> None:
    app.run()
    turn_to(app, "attribution")
    words = text("attribution.unseen", "en", channels="Television", spend="€1,000")
    assert words in [element.value for element in app.markdown]
    credit = app.dataframe[-1].value.set_index("channel")
    assert credit.loc["Television", ["roas", "cpa"]].isna().all(axis=None)
    assert credit.loc["E-mail", "roas"].notna().all()


@pytest.mark.usefixtures("data_dir")
def test_both_totals_of_markov_are_told(app: AppTest) -> None:
    app.run()
    turn_to(app, "attribution")
    assert text("attribution.two_totals", "en") in [element.value for element in app.markdown]
    effects = next(t.value for t in app.dataframe if "credit_conversions" in t.value)
    row = effects.set_index("channel").loc["E-mail"]
    assert row[["credit_conversions", "order_conversions"]].tolist() == [6.5, 13.0]


@pytest.mark.usefixtures("data_dir")
def test_one_conversion_rate(app: AppTest) -> None:
    """25 of 90 journeys that are over ended with an order; 10 are open. So in each month."""
    app.run()
    turn_to(app, "paths")
    assert app.metric[0].value == "200"
    app.multiselect(key="personas").set_value(["visitor"]).run()
    assert [(m.label, m.value) for m in app.metric] == [
        ("Journeys", "100"), ("Journeys that are over", "90"),
        ("Conversion rate", "27.8%"), ("Still open, of all", "10.0%"),
    ]  # fmt: skip
    app.multiselect(key="channels").set_value(["Store"]).run()
    steps = app.dataframe[0].value
    assert set(steps["from_channel"]) | set(steps["to_channel"]) >= {"Store"}
    assert ((steps["from_channel"] == "Store") | (steps["to_channel"] == "Store")).all()


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


def test_a_file_of_an_older_version_is_no_error(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page without a column of its mart says what to do; the other pages are as they were."""
    with duckdb.connect(publish(tmp_path)) as connection:
        connection.execute("alter table marts.mart_journey_map drop column sentiment")
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(tmp_path))
    app.run()
    assert not app.exception
    assert [element.value for element in app.info] == [text("older_publication", "en")]
    assert turn_to(app, "paths").dataframe


def test_nothing_published_says_what_to_do(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(tmp_path))
    app.run()
    assert not app.exception
    assert "make demo" in app.info[0].value
