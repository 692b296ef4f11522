"""Pain points, moments of truth, and what to do first, ranked with their intervals."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import charts, formats, frame, labels, queries
from dashboard.charts import Bar
from dashboard.formats import Language
from dashboard.frame import t

PAINS = "marts.mart_pain_points"
TRUTHS = "marts.mart_moments_of_truth"
OPPORTUNITIES = "marts.mart_opportunities"
CHARTED = 15
COLUMNS = ("rank", "kind", "touchpoint_type", "stage", "persona", "signal", "persons", "effect",
           "ci_low", "ci_high", "q_value", "is_claimed", "estimated_revenue")  # fmt: skip


def show() -> None:
    language = frame.language()
    st.caption(t("pain_points.personas_note"))
    first, pains, truths = st.tabs(
        [t("pain_points.opportunities"), t("pain_points.pains"), t("pain_points.truths")]
    )
    with first:
        _opportunities(language)
    with pains:
        _effects(PAINS, "pains", charts.RUST, language)
    with truths:
        _effects(TRUTHS, "truths", charts.TEAL, language)


def _opportunities(language: Language) -> None:
    if not frame.is_there(OPPORTUNITIES):
        return
    found = queries.ranked(OPPORTUNITIES, frame.filters())
    if not frame.has_rows(found, OPPORTUNITIES):
        return
    st.markdown(t("pain_points.opportunities_note"))
    top = found.head(CHARTED)
    names = [f"{i + 1}. {name}" for i, name in enumerate(_names(top, language))]
    revenue = top["estimated_revenue"].astype(float).fillna(0)
    series = [
        Bar(
            labels.name("kind", kind, language),
            color,
            [
                value if is_kind else 0
                for value, is_kind in zip(revenue, top["kind"] == kind, strict=True)
            ],
            [
                formats.money(value, language) if is_kind else ""
                for value, is_kind in zip(revenue, top["kind"] == kind, strict=True)
            ],
        )
        for kind, color in (("mend", charts.RUST), ("spread", charts.TEAL))
    ]
    figure = charts.bars(names, series, language, axis=t("pain_points.revenue_axis"), stacked=True)
    figure.update_traces(textposition="outside")
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(range=[0, max(revenue.max(), 1) * 1.15])
    st.plotly_chart(
        figure, config=charts.CONFIG, theme=None, key="opportunities",
        alt=t("pain_points.opportunities_note"),
    )  # fmt: skip
    frame.table(found, "opportunities", COLUMNS, sources=[OPPORTUNITIES])


def _effects(table: str, name: str, color: str, language: Language) -> None:
    if not frame.is_there(table):
        return
    found = queries.ranked(table, frame.filters())
    st.markdown(t(f"pain_points.{name}_note"))
    if "is_claimed" in found and st.toggle(t("pain_points.claimed_only"), key=f"claimed_{name}"):
        found = found[found["is_claimed"].fillna(False).astype(bool)]
    if not frame.has_rows(found, table):
        return
    top = found.head(CHARTED).reset_index(drop=True)

    def hover(row: pd.Series) -> str:
        lines = [
            f"{labels.column(column, language)}: "
            + formats.text(row[column], labels.kind(column, found[column]), language)
            for column in ("effect", "ci_low", "ci_high", "persons", "estimated_revenue")
            if column in row
        ]
        return "<br>".join(lines)

    figure = charts.intervals(
        top,
        _names(top, language),
        language,
        axis=t("pain_points.effect_axis"),
        color=color,
        hover=hover,
        sure=t("pain_points.sure"),
        unsure=t("pain_points.unsure"),
    )
    st.plotly_chart(
        figure, config=charts.CONFIG, theme=None, key=f"effects_{name}",
        alt=t(f"pain_points.{name}_note"),
    )  # fmt: skip
    frame.table(found, table.removeprefix("marts.mart_"), COLUMNS, sources=[table])


def _names(rows: pd.DataFrame, language: Language) -> list[str]:
    """Kind of contact and stage, and persona and signal where they tell rows apart."""
    several_personas = rows["persona"].nunique() > 1
    names = []
    for _, row in rows.iterrows():
        parts = [labels.name("touchpoint_type", row["touchpoint_type"], language)]
        if row.get("signal"):
            parts[0] += f": {labels.name('signal', row['signal'], language)}"
        parts.append(labels.name("stage", row["stage"], language))
        if several_personas:
            parts.append(labels.name("persona", row["persona"], language))
        names.append(" · ".join(parts))
    return names


show()
