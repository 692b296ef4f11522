"""Sentiment: how reviews feel, about what, and in which words."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import charts, formats, frame, labels, queries
from dashboard.charts import Dots
from dashboard.formats import Language
from dashboard.frame import t

MART = "marts.mart_review_sentiment"
TOPICS = "marts.mart_review_topics"
CHARTED = 15
COLUMNS = ("reviews", "mean_sentiment", "corrected_mean_sentiment", "negative_share",
           "corrected_negative_share", "mean_rating")  # fmt: skip


def show() -> None:
    if not frame.is_there(MART):
        return
    language = frame.language()
    chosen = frame.filters()
    months = queries.ask("review_sentiment", chosen, by="month")
    if not frame.has_rows(months, MART):
        return
    _figures(months, language)
    left, right = st.columns(2, gap="large")
    with left:
        frame.section(t("sentiment.by_aspect"))
        aspects = queries.ask("review_sentiment", chosen, by="aspect")
        _dots(aspects, "aspect", language)
    with right:
        frame.section(t("sentiment.by_platform"))
        platforms = queries.ask("review_sentiment", chosen, by="platform")
        _dots(platforms, "platform", language)
    frame.table(aspects, "review_sentiment_by_aspect", ("aspect", *COLUMNS), sources=[MART])
    frame.section(t("sentiment.over_time"))
    _over_time(months, language)
    frame.table(months, "review_sentiment_by_month", ("month", *COLUMNS), sources=[MART])
    frame.section(t("sentiment.words"))
    _words(aspects, language)


def _figures(months: pd.DataFrame, language: Language) -> None:
    weights = months["reviews"]

    def mean(column: str) -> float | None:
        known = months[column].notna()
        total = weights[known].sum()
        return (months[column] * weights)[known].sum() / total if total else None

    frame.figures(
        [
            (t("sentiment.reviews"), formats.number(weights.sum(), language)),
            (t("sentiment.mean"), formats.number(mean("mean_sentiment"), language, 2, sign=True)),
            (
                t("sentiment.mean_corrected"),
                formats.number(mean("corrected_mean_sentiment"), language, 2, sign=True),
            ),
            (t("sentiment.negative"), formats.percent(mean("negative_share"), language)),
        ]
    )


def _dots(rows: pd.DataFrame, domain: str, language: Language) -> None:
    ordered = rows.sort_values("mean_sentiment", ascending=False)
    names = [labels.name(domain, code, language) for code in ordered[domain]]
    means = ordered[["mean_sentiment", "corrected_mean_sentiment"]].astype(float)
    series = [
        Dots(t("sentiment.raw"), charts.GREY, list(means["mean_sentiment"])),
        Dots(t("sentiment.corrected"), charts.TEAL, list(means["corrected_mean_sentiment"])),
    ]
    figure = charts.dots_on_ranges(
        names,
        list(zip(means.min(axis=1), means.max(axis=1), strict=True)),
        series,
        language,
        axis=t("sentiment.axis"),
        measure="score",
    )
    st.plotly_chart(
        figure, config=charts.CONFIG, theme=None, key=f"dots_{domain}",
        alt=t(f"sentiment.by_{domain}"),
    )  # fmt: skip


def _over_time(months: pd.DataFrame, language: Language) -> None:
    names = [formats.month(month, language) for month in months["month"]]
    figure = charts.lines(
        names,
        [
            (t("sentiment.raw"), charts.GREY, list(months["mean_sentiment"])),
            (t("sentiment.corrected"), charts.TEAL, list(months["corrected_mean_sentiment"])),
        ],
        language,
        axis=t("sentiment.axis"),
        low=-1,
        high=1,
    )
    st.plotly_chart(
        figure, config=charts.CONFIG, theme=None, key="over_time", alt=t("sentiment.over_time")
    )


def _words(aspects: pd.DataFrame, language: Language) -> None:
    if not frame.is_there(TOPICS):
        return
    languages = list(queries.ask("topic_languages")["language"])
    if not languages:
        frame.say_nothing(TOPICS)
        return
    left, right = st.columns([1, 3], gap="large")
    spoken = left.segmented_control(
        t("sentiment.language"),
        languages,
        default=languages[0],
        required=True,
        format_func=lambda code: labels.name("word_language", code, language),
        key="word_language",
    )
    aspect = right.segmented_control(
        t("sentiment.aspect"),
        list(aspects["aspect"]),
        format_func=lambda code: labels.name("aspect", code, language),
        key="word_aspect",
    )
    words = queries.ask("topics", frame.filters(), language=spoken or languages[0], aspect=aspect)
    if not frame.has_rows(words, TOPICS):
        return
    praised = words["mean_sentiment"] >= 0
    for place, name, chosen in zip(
        st.columns(2, gap="large"), ("praise", "complaints"), (praised, ~praised), strict=True
    ):
        with place:
            st.markdown(f"**{t(f'sentiment.{name}')}**")
            _bars(words[chosen].head(CHARTED), name, language)
    st.caption(t("sentiment.words_note"))
    frame.table(
        words,
        "review_topics",
        ("topic", "aspect", "reviews", "mean_sentiment", "negative_share", "lift",
         "unexpected_months"),
        sources=[TOPICS],
    )  # fmt: skip


def _bars(top: pd.DataFrame, name: str, language: Language) -> None:
    if top.empty:
        st.caption(t("sentiment.no_words"))
        return
    figure = charts.coloured_bars(
        list(top["topic"]),
        list(top["reviews"]),
        list(top["mean_sentiment"]),
        [
            f"{t('column.reviews')}: {formats.number(row.reviews, language)}<br>"
            f"{t('column.sentiment')}: {formats.number(row.mean_sentiment, language, 2, sign=True)}"
            for row in frame.rows_of(top)
        ],
        language,
        axis=t("sentiment.words_axis"),
    )
    st.plotly_chart(
        figure, config=charts.CONFIG, theme=None, key=f"words_{name}",
        alt=t(f"sentiment.{name}"),
    )  # fmt: skip


show()
