"""Stores and ROPO: how site and stores bring orders to each other."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import charts, formats, frame, labels, queries
from dashboard.charts import Bar
from dashboard.formats import Language
from dashboard.frame import t

MODES = "marts.mart_purchase_modes"
VISITS = "marts.mart_store_visits"
FOOTFALL = "marts.mart_store_footfall"
COLORS = {
    "online": "#C7D0D6",
    "click_and_collect": charts.TEAL_LIGHT,
    "try_and_buy": charts.OCHRE,
    "ropo": charts.TEAL,
    "in_store": charts.BLUE,
    "unknown": charts.GREY,
}
SHOWN = ("month", "location_id", "city", "visits", "known_visits", "persons",
         "median_dwell_seconds", "zones_per_visit", "visits_with_demo", "assisted_share",
         "buying_share", "assisted_buying_share", "unassisted_buying_share", "assistance_effect",
         "assistance_effect_low", "assistance_effect_high", "most_frequent_zone_path",
         "most_touched_product_name")  # fmt: skip
CROSSING = ("click_and_collect", "try_and_buy", "ropo")
BOUGHT_IN_STORE = ("ropo", "in_store")


def show() -> None:
    language = frame.language()
    if frame.is_there(MODES):
        by_month = queries.ask("purchase_modes", frame.filters(), by="month")
        if frame.has_rows(by_month, MODES):
            _modes(by_month, language)
            _by_store(language)
    frame.section(t("stores.visits"))
    if frame.is_there(VISITS):
        _visits(language)
    frame.section(t("stores.footfall"))
    if frame.is_there(FOOTFALL):
        _footfall()


def _modes(by_month: pd.DataFrame, language: Language) -> None:
    orders = by_month["orders"].sum()
    crossing = by_month.loc[by_month["purchase_mode"].isin(CROSSING), "orders"].sum()
    in_store = by_month.loc[by_month["purchase_mode"].isin(BOUGHT_IN_STORE), "orders"].sum()
    ropo = by_month[by_month["purchase_mode"] == "ropo"]
    matched = ropo["product_match_orders"].sum() / ropo["orders"].sum() if len(ropo) else None
    frame.figures(
        [
            (t("stores.orders"), formats.number(orders, language)),
            (t("stores.crossing"), formats.percent(crossing / orders, language)),
            (
                t("stores.ropo_share"),
                formats.percent(ropo["orders"].sum() / in_store if in_store else None, language),
            ),
            (t("stores.product_match"), formats.percent(matched, language)),
        ]
    )
    frame.section(t("stores.modes"))
    months = sorted(by_month["month"].unique())
    wide = by_month.pivot(index="month", columns="purchase_mode", values="orders").fillna(0)
    series = [
        Bar(
            labels.name("mode", mode, language),
            color,
            list(wide[mode]),
            [formats.number(value, language) for value in wide[mode]],
        )
        for mode, color in COLORS.items()
        if mode in wide
    ]
    st.plotly_chart(
        charts.columns_over_time(
            [formats.month(month, language) for month in pd.DatetimeIndex(months)],
            series,
            language,
            axis=t("stores.orders_axis"),
        ),
        config=charts.CONFIG, theme=None, key="modes", alt=t("stores.modes"),
    )  # fmt: skip
    frame.table(
        by_month,
        "purchase_modes_by_month",
        ("month", "purchase_mode", "orders", "net_revenue", "first_orders", "impulse_orders",
         "product_match_orders"),
        sources=[MODES],
    )  # fmt: skip


def _by_store(language: Language) -> None:
    by_store = queries.ask("purchase_modes", frame.filters(), by="location_id")
    stores = by_store.dropna(subset=["location_id"])
    if stores.empty:
        return
    frame.section(t("stores.by_store"))
    wide = stores.pivot(index="location_id", columns="purchase_mode", values="orders").fillna(0)
    totals = wide.sum(axis=1)
    shares = wide.div(totals, axis=0)
    order = totals.sort_values(ascending=False).index
    names = [
        f"{labels.name('location', code, language)} ({formats.number(totals[code], language)})"
        for code in order
    ]
    series = [
        Bar(
            labels.name("mode", mode, language),
            color,
            list(shares.loc[order, mode]),
            [formats.percent(value, language, 0) for value in shares.loc[order, mode]],
        )
        for mode, color in COLORS.items()
        if mode in shares
    ]
    figure = charts.bars(names, series, language, axis=t("stores.share_axis"), measure="percent")
    st.plotly_chart(
        figure, config=charts.CONFIG, theme=None, key="by_store", alt=t("stores.by_store")
    )
    place = {code: i for i, code in enumerate(order)}
    frame.table(
        stores.sort_values("location_id", key=lambda codes: codes.map(place), kind="stable"),
        "purchase_modes_by_store",
        ("location_id", "purchase_mode", "orders", "net_revenue", "first_orders",
         "impulse_orders", "product_match_orders"),
        sources=[MODES],
    )  # fmt: skip


def _visits(language: Language) -> None:
    visits = queries.ask("store_visits", frame.filters())
    if not frame.has_rows(visits, VISITS):
        return
    summed = visits.groupby("location_id")["visits"].sum().sort_values(ascending=False)
    figure = charts.bars(
        [labels.name("location", code, language) for code in summed.index],
        [
            Bar(
                t("column.visits"),
                charts.BLUE,
                list(summed),
                [formats.number(value, language) for value in summed],
            )
        ],
        language,
        axis=t("stores.visits_axis"),
    )
    st.plotly_chart(figure, config=charts.CONFIG, theme=None, key="visits", alt=t("stores.visits"))
    st.caption(t("stores.visits_note"))
    frame.table(visits, "store_visits", SHOWN, sources=[VISITS])


def _footfall() -> None:
    footfall = queries.ask("store_footfall", frame.filters())
    if not frame.has_rows(footfall, FOOTFALL):
        return
    st.caption(t("stores.footfall_note"))
    frame.table(
        footfall,
        "store_footfall",
        ("month", "location_id", "city", "entries", "recorded_visits", "orders",
         "conversion_rate", "recorded_share"),
        sources=[FOOTFALL],
    )  # fmt: skip


show()
