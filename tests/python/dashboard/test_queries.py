"""What the pages ask: reckoned by hand on a made-up file, and asked of a really built one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from dashboard import data, labels, queries
from dashboard.queries import EVERYTHING, Filters, ask
from tests.python.conftest import Built
from tests.python.dashboard.published import publish
from viaggio.workspace.paths import PROJECT_DIR

FEBRUARY = Filters(first=date(2025, 2, 1), last=date(2025, 2, 1))

# What the pages ask with, beside the filters. A question without such parameters is not listed.
PARAMETERS: dict[str, dict[str, object]] = {
    "filtered_rows": {"run_id": "last"},
    "names": {"domain": "channel"},
    "path_flows": {"steps": 4},
    "purchase_modes": {"by": "month"},
    "reconciliation": {"run_id": "last"},
    "review_sentiment": {"by": "aspect"},
    "seal": {"run_id": "last"},
    "stage_funnel": {"mode": "closed"},
    "stage_funnel_by_persona": {"mode": "open"},
    "top_paths": {"transform": "exposure"},
    "topics": {"language": "it", "aspect": "delivery"},
}
QUESTIONS = sorted(path.stem for path in (PROJECT_DIR / "dashboard" / "sql").glob("*.sql"))


@pytest.mark.usefixtures("data_dir")
@pytest.mark.parametrize("question", QUESTIONS)
def test_each_question_is_answered(question: str) -> None:
    everything = ask(question, **PARAMETERS.get(question, {}))
    assert not everything.empty
    narrow = Filters(date(2025, 1, 1), date(2025, 1, 1), ("planner",), ("Email",))
    assert len(ask(question, narrow, **PARAMETERS.get(question, {}))) <= len(everything)


@pytest.mark.usefixtures("data_dir")
def test_a_cell_of_the_map() -> None:
    """Two personas in two months: 107 and 214 touchpoints each, of which the shop sent 7 and 14.

    The planner gave 5 and 10 opinions, the visitor 1 and 2. The row for all is not counted.
    """
    cell = ask("journey_map").set_index(["stage", "channel"]).loc["awareness", "Direct"]
    assert cell["interactions"] == 600
    assert cell["outbound_messages"] == 42
    assert cell["opinions"] == 18
    assert cell["persons_per_month"] == 120  # (2 x 40 + 2 x 80) / 2 months
    assert cell["net_revenue"] == pytest.approx(2 * 250.5 + 2 * 501)
    assert cell["seconds_per_interaction"] == pytest.approx(36)
    assert cell["sentiment"] == pytest.approx(0.5)  # of the persona that said anything
    assert cell["aspect"] == "delivery"  # of more opinions than price
    assert cell["pain_score"] == pytest.approx(0.2)
    assert pd.isna(cell["truth_score"]), "none is not nought"

    cell = ask("journey_map", Filters(date(2025, 2, 1), date(2025, 2, 1), ("visitor",))).iloc[0]
    assert cell["interactions"] == 200
    assert cell["aspect"] == "price"
    assert pd.isna(cell["sentiment"])


@pytest.mark.usefixtures("data_dir")
@pytest.mark.parametrize(
    ("chosen", "times"), [(EVERYTHING, 2), (FEBRUARY, 1), (Filters(personas=("planner",)), 1),
                          (Filters(FEBRUARY.first, FEBRUARY.last, ("planner",)), 0)],
)  # fmt: skip
def test_flows_of_months_and_personas(chosen: Filters, times: int) -> None:
    """The planner's journeys are January's, the visitor's are the same in February."""
    edges = ask("path_flows", chosen, steps=2).set_index(["from_channel", "to_channel"])
    assert len(edges) == (7 if times else 0)
    if times:
        edge = edges.loc[("Email", "Store")]
        assert edge["journeys"] == 30 * times
        assert edge["net_revenue"] == 900 * times
        assert edge["conversion_rate"] == pytest.approx(20 / 25)
        assert edge["mean_hours"] == pytest.approx(24)
        assert pd.isna(edges.loc[("start", "Email"), "mean_hours"])


@pytest.mark.usefixtures("data_dir")
def test_paths_through_a_channel() -> None:
    """A chosen channel is found anywhere in the path, with or without its number of touchpoints."""
    chosen = Filters(channels=("Store",))
    assert list(ask("top_paths", chosen, transform="exposure")["path"]) == [
        "Store",
        "Email > Store",
    ]
    assert list(ask("top_paths", chosen, transform="frequency")["path"]) == ["Email(2) > Store(1)"]
    assert "(none)" not in set(ask("top_paths", transform="exposure")["path"])


@pytest.mark.usefixtures("data_dir")
def test_shares_are_of_all_channels() -> None:
    credit = ask("channel_attribution", Filters(channels=("Email",)))
    assert list(credit["model"]) == ["last", "markov"]
    assert credit["conversion_share"].tolist() == pytest.approx([0.2, 0.65])
    assert credit["roas"].tolist() == pytest.approx([2.0, 6.5])
    store = ask("channel_attribution", Filters(channels=("Store",)))
    assert store["roas"].isna().all()
    assert store["cpa"].isna().all()


@pytest.mark.usefixtures("data_dir")
def test_nobody_leaves_before_a_step_that_is_not() -> None:
    steps = ask("checkout_funnel").set_index(["device_category", "step"])
    assert steps.loc[("mobile", "payment"), "left_here"] == 5
    assert pd.isna(steps.loc[("mobile", "purchase"), "left_here"])


@pytest.mark.usefixtures("data_dir")
def test_the_last_step_has_no_rate() -> None:
    steps = ask("stage_funnel", FEBRUARY, mode="closed")
    assert steps["entered"].tolist() == [2400, 1200, 800, 600, 480]
    assert steps["continued_rate"].tolist()[:4] == pytest.approx([1 / 2, 2 / 3, 3 / 4, 4 / 5])
    assert pd.isna(steps["continued_rate"].iloc[4])


@pytest.mark.usefixtures("data_dir")
def test_sentiment_is_weighted_by_texts_and_leaves_competitors_out() -> None:
    found = ask("review_sentiment", by="platform").set_index("platform")
    assert found.loc["google", "reviews"] == 11 + 21
    assert found.loc["google", "mean_sentiment"] == pytest.approx((10 * 0.2 + 20 * 0.4) / 30)


@pytest.mark.usefixtures("data_dir")
def test_rows_are_those_of_the_run_that_published() -> None:
    assert data.run_id() == "last"
    assert ask("reconciliation", run_id="last")["rows_in_files"].tolist() == [100, 10]
    assert ask("filtered_rows", run_id="last")["rows_filtered"].tolist() == [5]


@pytest.mark.usefixtures("data_dir")
def test_the_seal_is_of_the_run_that_published() -> None:
    """Of 200 orders each model credits 20; the run before is not counted again."""
    (seal,) = ask("seal", run_id="last").to_dict("records")
    assert (seal["rows_in"], seal["rows_out"], seal["tables_off"]) == (110, 110, 0)
    assert seal["orders_off"] == 180
    assert seal["audited_at"] == pd.Timestamp("2025-03-01")


@pytest.mark.usefixtures("data_dir")
def test_an_expectation_counts_with_its_newest_result() -> None:
    met = ask("expectations").set_index("layer")
    assert met.loc["raw", ["expectations", "met", "missed"]].tolist() == [1, 1, 0]
    assert ask("missed_expectations")["table_name"].tolist() == ["fct_orders"]


@pytest.mark.usefixtures("data_dir")
def test_ranks_are_of_everybody_unless_personas_are_chosen() -> None:
    everybody = ask("pain_points")
    assert set(everybody["persona"]) == {"all"}
    assert everybody["signal"].tolist() == ["unanswered", "drop_off", "answered_late"]
    planners = ask("pain_points", Filters(personas=("planner",)))
    assert planners["signal"].tolist() == ["late"]


@pytest.mark.usefixtures("data_dir")
def test_names_of_codes_and_paths() -> None:
    assert labels.name("end", "converted", "it") == "Ordine"
    assert labels.name("end", "Store", "it") == "Negozio"
    assert labels.name("location", "L1", "en") == "Milano"
    assert labels.path("Email(2) > Paid Search(1)", "it") == "E-mail (2) → Ricerca a pagamento (1)"


def test_a_new_publication_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The link is swapped to another folder: kept answers are of the old one."""
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(tmp_path))
    publish(tmp_path, without=("marts.mart_store_visits",))
    assert not data.is_published("marts.mart_store_visits")
    publish(tmp_path / "next")
    (tmp_path / "published").unlink()
    (tmp_path / "published").symlink_to(Path("next") / "publications" / "made-up")
    assert data.is_published("marts.mart_store_visits")


def test_nothing_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(tmp_path))
    with pytest.raises(data.NothingPublishedError, match=r"published/viaggio\.duckdb"):
        data.rows("select 1")


@pytest.mark.slow
def test_each_question_fits_what_is_really_built(
    built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(built.data_dir.root))
    months = queries.months()
    assert months
    narrow = Filters(months[0], months[-1], ("visitor",), ("Email",))
    for question in QUESTIONS:
        ask(question, **PARAMETERS.get(question, {}))
        ask(question, narrow, **PARAMETERS.get(question, {}))
