"""Metrics are what the marts say, in total and day by day; money to the cent."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from metricflow_semantic_interfaces.protocols.semantic_manifest import SemanticManifest

from tests.python.metrics.by_hand import SOURCES, Source
from tests.python.metrics.conftest import Ask, fetched

pytestmark = pytest.mark.slow

# Compared with the marts in a test of their own: they look beyond the row.
OVER_TIME = {"net_revenue_month_to_date", "net_revenue_growth"}

# Goals of stages that are metrics too, and whether the metric is what is left to 1.
GOALS = {
    "be_recommended": ("nps", False),
    "satisfy": ("csat", False),
    "solve": ("repeat_contact_share", True),
    "right_choice": ("return_rate", True),
    "sell_again": ("repeat_order_share", False),
    "stay_in_touch": ("email_open_rate", False),
}

SALES_CHANNELS = ("orders", "net_revenue", "gross_revenue", "refunded_revenue")


def test_each_metric_is_compared(semantic_manifest: SemanticManifest) -> None:
    compared = [metric for source in SOURCES for metric in source.metrics]
    assert len(compared) == len(set(compared))
    assert {m.name for m in semantic_manifest.metrics} == {*compared, *OVER_TIME}


def test_totals(ask_more: Ask, more: duckdb.DuckDBPyConnection) -> None:
    expected: dict[str, Any] = {}
    for source in SOURCES:
        expected |= fetched(more, _by_hand(source))[0]
    (found,) = ask_more(metric_names=list(expected))
    assert _differences(found, expected, expected) == {}
    # A world in which a metric has nothing to measure would prove nothing about it.
    assert [name for name, value in expected.items() if not value] == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: f"{s.mart}-{next(iter(s.metrics))}")
def test_by_day_or_month(source: Source, ask_more: Ask, more: duckdb.DuckDBPyConnection) -> None:
    time = f"metric_time__{source.grain}"
    found = {
        row[time]: row for row in ask_more(metric_names=list(source.metrics), group_by_names=[time])
    }
    expected = {row[time]: row for row in fetched(more, _by_hand(source, time))}
    assert expected.keys() <= found.keys()
    for moment, row in found.items():
        if moment in expected:
            assert _differences(row, expected[moment], source.metrics) == {}, moment
        else:
            assert not any(row[metric] for metric in source.metrics), moment


def test_what_runs_over_time(ask: Ask, published: duckdb.DuckDBPyConnection) -> None:
    found = ask(
        metric_names=["net_revenue", "net_revenue_month_to_date"],
        group_by_names=["metric_time__day"],
    )
    expected = dict(
        published.execute(
            """
            select d.calendar_date::timestamp, sum(o.net_revenue)
            from dim_dates as d
            inner join fct_orders as o
                on date_trunc('month', o.order_date) = date_trunc('month', d.calendar_date)
                and o.order_date <= d.calendar_date and o.is_conversion
            group by all
            """
        ).fetchall()
    )
    days = [row for row in found if row["net_revenue"] is not None]
    assert len(days) > 7
    for row in days:
        assert row["net_revenue_month_to_date"] == expected[row["metric_time__day"]]


def test_growth_is_over_the_month_before(ask: Ask, published: duckdb.DuckDBPyConnection) -> None:
    found = {
        row["metric_time__month"]: row["net_revenue_growth"]
        for row in ask(metric_names=["net_revenue_growth"], group_by_names=["metric_time__month"])
    }
    months = dict(
        published.execute(
            "select date_trunc('month', order_date)::timestamp, sum(net_revenue)"
            " from fct_orders where is_conversion group by all"
        ).fetchall()
    )
    for month, revenue in months.items():
        before = max((m for m in months if m < month), default=None)
        growth = None if before is None else float(revenue) / float(months[before]) - 1
        assert found[month] == (None if growth is None else pytest.approx(growth))


def test_returns_on_spend_are_the_mart_s(ask: Ask, published: duckdb.DuckDBPyConnection) -> None:
    keys = ["attribution_model", "channel", "metric_time__month"]
    found = {
        tuple(row[key] for key in keys): row
        for row in ask(metric_names=["roas", "cpa", "roi"], group_by_names=keys)
    }
    rows = published.execute(
        "select model, channel, month::timestamp, roas, cpa, roi from mart_channel_attribution"
        " semi join dim_channels on mart_channel_attribution.channel = dim_channels.channel"
        " and dim_channels.is_paid"
    ).fetchall()
    assert len(rows) == len(found) > 20
    for *key, roas, cpa, roi in rows:
        row = found[tuple(key)]
        for name, value in (("roas", roas), ("cpa", cpa), ("roi", roi)):
            assert row[name] == (None if value is None else pytest.approx(value, abs=1e-4)), key


def test_each_model_shares_out_all_orders(ask: Ask) -> None:
    (orders,) = ask(metric_names=["orders", "net_revenue"])
    by_model = ask(
        metric_names=["attributed_conversions_by_model", "attributed_revenue_by_model"],
        group_by_names=["attribution_model"],
    )
    assert len(by_model) == 8
    for row in by_model:
        assert row["attributed_conversions_by_model"] == orders["orders"]
        assert row["attributed_revenue_by_model"] == orders["net_revenue"]


def test_metrics_agree_with_the_goals_of_stages(
    ask: Ask, published: duckdb.DuckDBPyConnection
) -> None:
    compared = []
    for goal, (metric, inverse) in GOALS.items():
        found = {
            row["metric_time__month"]: row[metric]
            for row in ask(metric_names=[metric], group_by_names=["metric_time__month"])
        }
        goals = published.execute(
            "select month::timestamp, value from mart_stage_goals where goal = ?", [goal]
        ).fetchall()
        for month, value in goals:
            assert found[month] == pytest.approx(1 - value if inverse else value, abs=2e-6), goal
        compared += [goal] if goals else []
    assert {"right_choice", "sell_again", "stay_in_touch"} <= set(compared)


@pytest.mark.parametrize(
    ("metrics", "groups"),
    [
        (SALES_CHANNELS, ["person__persona"]),
        (SALES_CHANNELS, ["order__purchase_mode", "location__location_name"]),
        (("returned_lines", "paid_back_amount"), ["order__sales_channel"]),
        (("journeys", "converted_journeys"), ["person__lifecycle_status", "order__sales_channel"]),
        (("sessions", "page_views"), ["channel__channel_kind", "person__persona"]),
        (("touchpoints",), ["stage__stage_name_en", "touchpoint_type", "campaign__platform"]),
        (("touchpoints",), ["session__device_category"]),
        (("tickets",), ["order__sales_channel", "person__persona"]),
        (("reviews", "total_sentiment"), ["person__persona"]),
        (("stage_persons",), ["stage__stage_name_it"]),
    ],
)
def test_no_group_loses_or_doubles_a_row(
    metrics: Iterable[str], groups: list[str], ask: Ask
) -> None:
    (total,) = ask(metric_names=list(metrics))
    rows = ask(metric_names=list(metrics), group_by_names=groups)
    assert len(rows) > 1
    for metric in metrics:
        assert sum(row[metric] or 0 for row in rows) == total[metric]


def test_each_saved_query_answers(semantic_manifest: SemanticManifest, ask: Ask) -> None:
    saved = [query.name for query in semantic_manifest.saved_queries]
    assert saved
    for name in saved:
        rows = ask(saved_query_name=name)
        assert rows, name
        assert any(value is not None for value in list(rows[0].values())[1:]), name


def test_what_is_by_model_says_so(semantic_manifest: SemanticManifest) -> None:
    """The metric's own words warn against adding up over models."""
    of_models = {
        measure.name
        for model in semantic_manifest.semantic_models
        if any(e.name == "attribution_model" for e in model.entities)
        for measure in model.measures
        if "model = 'last'" not in (measure.expr or "")
    }
    simple = [
        metric
        for metric in semantic_manifest.metrics
        if metric.type_params.measure and metric.type_params.measure.name in of_models
    ]
    assert len(simple) == len(of_models)
    assert [
        m.name
        for m in simple
        if "Group or filter by attribution_model" not in (m.description or "")
    ] == []


def _by_hand(source: Source, time: str = "") -> str:
    day = f"date_trunc('{source.grain}', {source.date})::timestamp"
    columns = [f"{day} as {time}"] if time else []
    columns += [f"{expression} as {metric}" for metric, expression in source.metrics.items()]
    group = "group by 1" if time else ""
    return f"select {', '.join(columns)} from {source.mart} where {source.where} {group}"


def _differences(
    found: dict[str, Any], expected: dict[str, Any], metrics: Iterable[str]
) -> dict[str, tuple[Any, Any]]:
    """Counts and money must be equal; only what was divided may differ, in its last digits."""
    return {
        metric: (found[metric], expected[metric])
        for metric in metrics
        if not _same(found[metric], expected[metric])
    }


def _same(found: Any, expected: Any) -> bool:
    if isinstance(expected, float) and found is not None:
        return float(found) == pytest.approx(expected, rel=1e-12, abs=1e-12)
    if isinstance(expected, Decimal):
        return isinstance(found, Decimal) and found == expected
    return found == expected
