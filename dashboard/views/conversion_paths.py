"""Conversion paths: the sequences of channels that end with an order."""

from __future__ import annotations

import streamlit as st

from dashboard import charts, formats, frame, labels, queries
from dashboard.charts import Bar
from dashboard.frame import t

MART = "marts.mart_top_conversion_paths"
CHARTED = 20


def show() -> None:
    if not frame.is_there(MART):
        return
    language = frame.language()
    transforms = list(queries.ask("path_transforms")["transform"])
    if not transforms:
        frame.say_nothing(MART)
        return
    usual = "exposure" if "exposure" in transforms else transforms[0]
    transform = st.segmented_control(
        t("conversion_paths.transform"),
        transforms,
        default=usual,
        required=True,
        format_func=lambda code: labels.name("transform", code, language),
        key="transform",
    )
    paths = queries.ask("top_paths", frame.filters(), transform=transform or usual)
    if not frame.has_rows(paths, MART):
        return
    top = paths.head(CHARTED)
    frame.section(t("conversion_paths.chart"))
    figure = charts.bars(
        [f"{row.rank}. {labels.path(row.path, language)}" for row in frame.rows_of(top)],
        [
            Bar(
                t("column.conversions"),
                charts.TEAL,
                list(top["conversions"]),
                [
                    t(
                        "conversion_paths.bar",
                        orders=formats.number(row.conversions, language),
                        rate=formats.percent(row.conversion_rate, language),
                    )
                    for row in frame.rows_of(top)
                ],
            )
        ],
        language,
    )
    st.plotly_chart(
        figure, config=charts.CONFIG, theme=None, key="top_paths", alt=t("conversion_paths.chart")
    )
    frame.charted(len(top), len(paths))
    st.caption(t("paths.rate_note"))
    st.caption(t("conversion_paths.any_channel"))
    frame.table(
        paths,
        "top_conversion_paths",
        ("rank", "path", "conversions", "conversion_rate", "net_revenue", "conversion_share",
         "non_conversions", "open_journeys", "average_touchpoints", "median_duration_hours"),
        sources=[MART],
    )  # fmt: skip


show()
