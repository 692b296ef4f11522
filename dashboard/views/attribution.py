"""Attribution: what models credit channels with, what spend brings, what would be missing."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import charts, formats, frame, labels, queries
from dashboard.charts import Bar, Dots
from dashboard.formats import Language
from dashboard.frame import t

MART = "marts.mart_channel_attribution"
FLOWS = "marts.mart_path_flows"
EFFECTS = "marts.mart_markov_removal_effects"
CHARTED = 15


def show() -> None:
    if not frame.is_there(MART, FLOWS):
        return
    language = frame.language()
    credits_ = queries.ask("channel_attribution", frame.filters())
    if not frame.has_rows(credits_, MART):
        return
    models = [m for m in ("markov", "shapley", "last", "last_non_direct", "first", "linear",
                          "position", "time_decay") if m in set(credits_["model"])]  # fmt: skip
    model = st.selectbox(
        t("attribution.model"),
        models,
        format_func=lambda code: labels.name("model", code, language),
        key="model",
        width=320,
    )
    chosen = credits_[credits_["model"] == model]
    # What no path can show is not measured: it would only look like a failure.
    in_paths = set(queries.ask("channels_in_paths")["channel"]) | set(
        credits_.loc[credits_["conversions"] > 0, "channel"]
    )
    bought = chosen[chosen["spend"] > 0]
    advertised = bought[bought["channel"].isin(in_paths)]
    unseen = bought[~bought["channel"].isin(in_paths)]
    spend = advertised["spend"].sum()
    frame.figures(
        [
            (t("attribution.orders"), formats.number(chosen["conversions"].sum(), language)),
            (t("attribution.revenue"), formats.money(chosen["revenue"].sum(), language)),
            (t("attribution.spend"), formats.money(bought["spend"].sum(), language)),
            (
                t("attribution.roas"),
                formats.times(advertised["revenue"].sum() / spend if spend else None, language),
            ),
        ]
    )
    compared, returns, removal = st.tabs(
        [t("attribution.models"), t("attribution.returns"), t("attribution.removal")]
    )
    with compared:
        _compared(credits_, str(model), language)
    with returns:
        _returns(advertised, unseen, language)
    with removal:
        _removal(language)
    frame.section(t("attribution.all_models"))
    st.caption(t("attribution.fractions"))
    is_unseen = ~credits_["channel"].isin(in_paths)
    frame.table(
        credits_.assign(
            roas=credits_["roas"].mask(is_unseen), cpa=credits_["cpa"].mask(is_unseen)
        ).sort_values("model", key=lambda codes: codes != model, kind="stable"),
        "channel_attribution",
        ("model", "channel", "conversions", "conversion_share", "revenue", "spend", "roas", "cpa"),
        sources=[MART],
    )


def _compared(credits_: pd.DataFrame, model: str, language: Language) -> None:
    shares = credits_.pivot(index="channel", columns="model", values="conversion_share").fillna(0)
    total = len(shares)
    shares = shares.sort_values(model, ascending=False).head(CHARTED)
    names = [labels.name("channel", code, language) for code in shares.index]
    others = [code for code in shares.columns if code not in (model, "last")]
    group = t("attribution.other_models")
    series = [
        Dots(labels.name("model", code, language), charts.GREY, list(shares[code]), 9, group)
        for code in others
    ]
    for code, color, size in (("last", charts.OCHRE, 12), (model, charts.TEAL, 14)):
        if code in shares and (code == model or model != "last"):
            name = labels.name("model", code, language)
            series.append(Dots(name, color, list(shares[code]), size))
    ranges = list(zip(shares.min(axis=1), shares.max(axis=1), strict=True))
    st.plotly_chart(
        charts.dots_on_ranges(
            names, ranges, series, language, axis=t("attribution.share_axis"), measure="percent"
        ),
        config=charts.CONFIG, theme=None, key="models", alt=t("attribution.models"),
    )  # fmt: skip
    frame.charted(len(shares), total)


def _returns(advertised: pd.DataFrame, unseen: pd.DataFrame, language: Language) -> None:
    if len(unseen):
        names = (labels.name("channel", code, language) for code in sorted(unseen["channel"]))
        spent = formats.money(unseen["spend"].sum(), language)
        st.markdown(t("attribution.unseen", channels=", ".join(names), spend=spent))
    if not frame.has_rows(advertised, MART, "ads.campaign_day"):
        return
    ordered = advertised.sort_values("roas", ascending=False)
    figure = charts.bars(
        [labels.name("channel", code, language) for code in ordered["channel"]],
        [
            Bar(
                t("column.roas"),
                charts.TEAL,
                list(ordered["roas"]),
                [
                    t(
                        "attribution.returns_bar",
                        roas=formats.times(row.roas, language),
                        revenue=formats.money(row.revenue, language),
                        spend=formats.money(row.spend, language),
                    )
                    for row in frame.rows_of(ordered)
                ],
            )
        ],
        language,
        axis=t("attribution.roas_axis"),
        measure="times",
    )
    figure.update_traces(
        marker_color=[charts.TEAL if roas >= 1 else charts.RUST for roas in ordered["roas"]]
    )
    if ordered["roas"].max() < 1:
        figure.update_xaxes(range=[0, 1.02])
    figure.add_vline(x=1, line={"color": charts.INK, "width": 1, "dash": "dot"}, layer="below")
    st.plotly_chart(
        figure, config=charts.CONFIG, theme=None, key="returns", alt=t("attribution.returns")
    )
    st.caption(t("attribution.returns_note"))


def _removal(language: Language) -> None:
    if not frame.is_there(EFFECTS):
        return
    effects = queries.ask("removal_effects", frame.filters())
    if not frame.has_rows(effects, EFFECTS):
        return
    top = effects.head(CHARTED)
    figure = charts.bars(
        [labels.name("channel", code, language) for code in top["channel"]],
        [
            Bar(
                t("column.removal_effect"),
                charts.BLUE,
                list(top["removal_effect"]),
                [formats.percent(value, language) for value in top["removal_effect"]],
            )
        ],
        language,
        axis=t("attribution.removal_axis"),
        measure="percent",
    )
    st.plotly_chart(
        figure, config=charts.CONFIG, theme=None, key="removal", alt=t("attribution.removal")
    )
    frame.charted(len(top), len(effects))
    st.caption(t("attribution.removal_note"))
    st.markdown(t("attribution.two_totals"))
    frame.table(
        effects,
        "markov_removal_effects",
        ("channel", "removal_effect", "credit_conversions", "order_conversions", "credit_revenue",
         "order_revenue"),
        sources=[EFFECTS, MART],
    )  # fmt: skip


show()
