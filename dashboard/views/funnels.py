"""Funnels: the five stages, the checkout, abandoned carts, pages that visits end on."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import charts, formats, frame, labels, queries
from dashboard.charts import Bar
from dashboard.formats import Language
from dashboard.frame import t
from dashboard.texts import TEXTS, text

STAGES = "marts.mart_stage_funnel"
CHECKOUT = "marts.mart_checkout_funnel"
CARTS = "marts.mart_cart_abandonment"
PAGES = "marts.mart_page_exits"
NOT_SEEN = "(not seen)"


def show() -> None:
    tabs = st.tabs(
        [t("funnels.stages"), t("funnels.checkout"), t("funnels.carts"), t("funnels.pages")]
    )
    for tab, part in zip(tabs, (_stages, _checkout, _carts, _pages), strict=True):
        with tab:
            part(frame.language())


def _stages(language: Language) -> None:
    if not frame.is_there(STAGES):
        return
    mode = st.segmented_control(
        t("funnels.mode"),
        ["closed", "open"],
        default="closed",
        required=True,
        format_func=lambda code: text(f"funnels.mode.{code}", language),
        key="funnel_mode",
    )
    steps = queries.ask("stage_funnel", frame.filters(), mode=mode or "closed")
    if not frame.has_rows(steps, STAGES):
        return
    entered = steps["entered_here"].sum()
    conversion = steps.loc[steps["stage"] == "conversion", "entered"].sum()
    frame.figures(
        [
            (t("funnels.entered"), formats.number(entered, language)),
            (
                t("funnels.reached_conversion"),
                formats.percent(conversion / entered if entered else None, language),
            ),
            (
                t("funnels.leaked_revenue"),
                formats.money(steps["leaked_revenue"].sum(), language),
            ),
        ]
    )
    _bars(steps, "stage", language)
    st.caption(t("funnels.stages_note"))
    frame.section(t("funnels.by_persona"))
    by_persona = queries.ask("stage_funnel_by_persona", frame.filters(), mode=mode or "closed")
    _persona_grid(by_persona, language)
    place = {code: i for i, code in enumerate(labels.codes("persona"))}
    frame.table(
        by_persona.sort_values("persona", key=lambda codes: codes.map(place), kind="stable"),
        "stage_funnel",
        ("persona", "stage", "entered", "continued", "continued_rate", "leaked_revenue"),
        sources=[STAGES],
    )


def _bars(steps: pd.DataFrame, domain: str, language: Language) -> None:
    last = len(steps) - 1
    texts = [
        t("funnels.not_measured")
        if pd.isna(row.entered)
        else formats.number(row.entered, language)
        if i == last
        else t(
            "funnels.goes_on",
            count=formats.number(row.entered, language),
            rate=formats.percent(row.continued_rate, language),
        )
        for i, row in enumerate(frame.rows_of(steps))
    ]
    names = [labels.name(domain, code, language) for code in steps[domain]]
    lengths = list(steps["entered"].fillna(0))
    figure = charts.bars(names, [Bar(t("column.entered"), charts.TEAL, lengths, texts)], language)
    st.plotly_chart(
        figure, config=charts.CONFIG, theme=None, key=f"bars_{domain}", alt=t("funnels.lead")
    )


def _persona_grid(by_persona: pd.DataFrame, language: Language) -> None:
    # Nobody goes on from the last stage, so it has no column.
    rated = by_persona[by_persona["stage"] != labels.codes("stage")[-1]]
    rates = rated.pivot(index="persona", columns="stage", values="continued_rate")
    counts = rated.pivot(index="persona", columns="stage", values="entered")
    stages = [code for code in labels.codes("stage") if code in rates.columns]
    personas = [code for code in labels.codes("persona") if code in rates.index]
    rates = rates.reindex(index=personas, columns=stages).astype(float)
    counts = counts.reindex(index=personas, columns=stages).fillna(0)
    rates = rates.where(counts > 0)
    texts = rates.map(
        lambda value: "" if pd.isna(value) else formats.percent(value, language, digits=0)
    )
    hovers = pd.DataFrame(
        [
            [
                f"<b>{labels.name('persona', p, language)} · {labels.name('stage', s, language)}"
                f"</b><br>{t('column.entered')}: {formats.number(counts.at[p, s], language)}<br>"
                f"{t('column.continued_rate')}: {formats.percent(rates.at[p, s], language)}"
                for s in stages
            ]
            for p in personas
        ],
        index=personas,
        columns=stages,
    )
    for part in (rates, texts, hovers):
        part.index = [labels.name("persona", code, language) for code in personas]
        part.columns = [labels.name("stage", code, language) for code in stages]
    with st.container(key="wide_personas"):
        st.plotly_chart(
            charts.grid(rates, texts, hovers, language),
            config=charts.CONFIG, theme=None, key="persona_grid", alt=t("funnels.by_persona"),
        )  # fmt: skip


def _checkout(language: Language) -> None:
    if not frame.is_there(CHECKOUT):
        return
    steps = queries.ask("checkout_funnel", frame.filters())
    if not frame.has_rows(steps, CHECKOUT):
        return
    devices = list(steps.groupby("device_category")["entered"].sum().nlargest(20).index)
    device = st.segmented_control(
        t("funnels.device"),
        [queries.ALL, *devices],
        default=queries.ALL,
        required=True,
        format_func=lambda code: labels.name("device", code, language),
        key="device",
    )
    chosen = steps if device in (None, queries.ALL) else steps[steps["device_category"] == device]
    counts = ["entered", "entered_here", "continued", "payment_attempts", "payment_failures"]
    # A sum of nulls is null: no site measured the step.
    summed = chosen.groupby("step", sort=False)[counts].sum(min_count=1).reset_index()
    order = ["cart", "checkout", "shipping", "payment", "purchase"]
    summed = summed.sort_values("step", key=lambda codes: codes.map(order.index))
    summed["continued_rate"] = summed["continued"] / summed["entered"].where(summed["entered"] > 0)
    began = summed["entered_here"].sum()
    bought = summed.loc[summed["step"] == "purchase", "entered"].sum()
    attempts, failures = summed["payment_attempts"].sum(), summed["payment_failures"].sum()
    frame.figures(
        [
            (t("funnels.visits_with_cart"), formats.number(began, language)),
            (t("funnels.bought"), formats.percent(bought / began if began else None, language)),
            (
                t("funnels.payments_failed"),
                formats.percent(failures / attempts if attempts else None, language),
            ),
        ]
    )
    _bars(summed, "step", language)
    st.caption(t("funnels.checkout_note"))
    place = {code: i for i, code in enumerate(devices)}
    frame.table(
        steps.sort_values("device_category", key=lambda codes: codes.map(place), kind="stable"),
        "checkout_funnel",
        ("device_category", "step", "entered", "entered_here", "continued", "continued_rate",
         "left_here", "payment_attempts", "payment_failures", "payment_failure_rate"),
        sources=[CHECKOUT],
    )  # fmt: skip


def _carts(language: Language) -> None:
    if not frame.is_there(CARTS):
        return
    causes = queries.ask("abandoned_carts", frame.filters())
    if not frame.has_rows(causes, CARTS):
        return
    decided = causes["recovered_carts"].sum() + causes["lost_carts"].sum()
    recovered = causes["recovered_carts"].sum() / decided if decided else None
    frame.figures(
        [
            (t("funnels.carts_abandoned"), formats.number(causes["carts"].sum(), language)),
            (t("funnels.carts_recovered"), formats.percent(recovered, language)),
            (t("funnels.carts_lost_value"), formats.money(causes["lost_value"].sum(), language)),
        ]
    )
    frame.section(t("funnels.lost_by_cause"))
    figure = charts.bars(
        [labels.name("cause", code, language) for code in causes["cause"]],
        [
            Bar(
                t("column.lost_value"),
                charts.RUST,
                list(causes["lost_value"]),
                [formats.money(value, language) for value in causes["lost_value"]],
            )
        ],
        language,
    )
    st.plotly_chart(
        figure, config=charts.CONFIG, theme=None, key="causes", alt=t("funnels.lost_by_cause")
    )
    st.caption(t("funnels.carts_note"))
    translated = causes.assign(
        remedy=[
            labels.name("remedy", cause, language) if f"remedy.{cause}" in TEXTS else remedy
            for cause, remedy in zip(causes["cause"], causes["remedy"], strict=True)
        ]
    )
    frame.table(
        translated,
        "cart_abandonment",
        ("cause", "carts", "lost_carts", "recovered_carts", "undecided_carts", "recovery_rate",
         "lost_value", "remedy"),
        sources=[CARTS],
    )  # fmt: skip


def _pages(language: Language) -> None:
    if not frame.is_there(PAGES):
        return
    pages = queries.ask("page_exits", frame.filters())
    if not frame.has_rows(pages, PAGES):
        return
    top = pages.head(15)
    figure = charts.bars(
        list(top["page"]),
        [
            Bar(
                t("column.exits"),
                charts.BLUE,
                list(top["exits"]),
                [
                    t(
                        "funnels.exits",
                        exits=formats.number(row.exits, language),
                        rate=formats.percent(row.exit_rate, language),
                    )
                    for row in frame.rows_of(top)
                ],
            )
        ],
        language,
    )
    frame.section(t("funnels.exit_pages"))
    st.plotly_chart(
        figure, config=charts.CONFIG, theme=None, key="exits", alt=t("funnels.pages_note")
    )
    frame.charted(len(top), len(pages))
    st.caption(t("funnels.pages_note"))
    frame.table(
        pages,
        "page_exits",
        ("page", "views", "entrances", "exits", "exit_rate", "bounce_rate"),
        sources=[PAGES],
    )


show()
