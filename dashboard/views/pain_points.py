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
WHAT = ("rank", "kind", "touchpoint_type", "stage", "persona", "signal", "persons")
TRUST = ("q_value", "is_claimed", "estimated_revenue")
EFFECT = ("effect", "ci_low", "ci_high")
LOSS = ("loss", "loss_low", "loss_high")
DOWNLOADS = {
    "costs": "pain_points",
    "symptoms": "pain_point_symptoms",
    "truths": "moments_of_truth",
}


def show() -> None:
    language = frame.language()
    st.caption(t("pain_points.personas_note"))
    first, pains, truths = st.tabs(
        [t("pain_points.opportunities"), t("pain_points.pains"), t("pain_points.truths")]
    )
    with first:
        _opportunities(language)
    with pains:
        _pains(language)
    with truths:
        _truths(language)


def _opportunities(language: Language) -> None:
    if not frame.is_there(OPPORTUNITIES):
        return
    found = queries.ask("opportunities", frame.filters())
    if not frame.has_rows(found, OPPORTUNITIES):
        return
    st.markdown(t("pain_points.opportunities_note"))
    top = found.head(CHARTED)
    names = [f"{i + 1}. {name}" for i, name in enumerate(_names(top, language))]
    revenue = top["estimated_revenue"].astype(float).fillna(0)
    worth = [formats.money(value, language) for value in revenue]
    series = [
        Bar(
            labels.name("kind", kind, language),
            color,
            list(revenue.where(top["kind"] == kind, 0)),
            [""] * len(top),
        )
        for kind, color in (("mend", charts.RUST), ("spread", charts.TEAL))
    ]
    figure = charts.bars(names, series, language, axis=t("pain_points.revenue_axis"), values=worth)
    st.plotly_chart(
        figure, config=charts.CONFIG, theme=None, key="opportunities",
        alt=t("pain_points.opportunities_note"),
    )  # fmt: skip
    frame.charted(len(top), len(found))
    frame.table(found, "opportunities", (*WHAT, *TRUST), sources=[OPPORTUNITIES])


def _pains(language: Language) -> None:
    if not frame.is_there(PAINS):
        return
    found = queries.ask("pain_points", frame.filters())
    is_symptom = found["evidence"] == "symptom"
    # Shown as orders lost, so that to the right is worse, as it is for symptoms.
    costs = found[~is_symptom]
    costs = costs.assign(
        loss=-costs["effect"], loss_low=-costs["ci_high"], loss_high=-costs["ci_low"]
    )
    frame.section(t("pain_points.costs"))
    st.markdown(t("pain_points.costs_note"))
    _effects(costs, "costs", LOSS, charts.RUST, language, source=PAINS)
    frame.section(t("pain_points.symptoms"))
    st.markdown(t("pain_points.symptoms_note"))
    _effects(found[is_symptom], "symptoms", EFFECT, charts.OCHRE, language, source=PAINS)


def _truths(language: Language) -> None:
    if not frame.is_there(TRUTHS):
        return
    st.markdown(t("pain_points.truths_note"))
    found = queries.ask("moments_of_truth", frame.filters())
    _effects(found, "truths", EFFECT, charts.TEAL, language, source=TRUTHS)


def _effects(
    found: pd.DataFrame,
    name: str,
    effect: tuple[str, str, str],
    color: str,
    language: Language,
    *,
    source: str,
) -> None:
    """A chart and a table of effects; `effect` names the estimate and the ends of its interval."""
    is_claimed = found["is_claimed"].fillna(False).astype(bool)
    if name != "symptoms" and st.toggle(t("pain_points.claimed_only"), key=f"claimed_{name}"):
        found = found[is_claimed]
    if not frame.has_rows(found, source):
        return
    top = found.head(CHARTED).reset_index(drop=True)

    def hover(row: pd.Series) -> str:
        lines = [
            f"{labels.column(column, language)}: "
            + formats.text(top.at[row.name, column], labels.kind(column, top[column]), language)
            for column in (*effect, "persons", "estimated_revenue")
            if pd.notna(top.at[row.name, column])
        ]
        return "<br>".join(lines)

    figure = charts.intervals(
        top[list(effect)].set_axis(list(EFFECT), axis="columns"),
        _numbered(top, language),
        language,
        axis=t(f"pain_points.{name}_axis"),
        color=color,
        hover=hover,
        sure=t("pain_points.sure"),
        unsure=t("pain_points.unsure"),
    )
    st.plotly_chart(
        figure, config=charts.CONFIG, theme=None, key=f"effects_{name}",
        alt=t(f"pain_points.{name}_note"),
    )  # fmt: skip
    frame.charted(len(top), len(found))
    trust = () if name == "symptoms" else TRUST
    what = WHAT[1:] if name == "symptoms" else WHAT
    frame.table(found, DOWNLOADS[name], (*what, *effect, *trust), sources=[source])


def _numbered(rows: pd.DataFrame, language: Language) -> list[str]:
    """Names after their rank, where they have one: the same number as in the table."""
    return [
        name if pd.isna(rank) else f"{rank:.0f}. {name}"
        for rank, name in zip(rows["rank"], _names(rows, language), strict=True)
    ]


def _names(rows: pd.DataFrame, language: Language) -> list[str]:
    """Kind of touchpoint and stage, and persona and signal where they tell rows apart."""
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
