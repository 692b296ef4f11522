"""Journey map: one measure over stages and channels, and one cell in detail."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import charts, formats, frame, labels, queries
from dashboard.formats import Language
from dashboard.frame import t

MART = "marts.mart_journey_map"
# Measures in the order they are offered, with their colours; the last ones are means, not counts.
MEASURES = {
    "interactions": charts.RISING,
    "persons_per_month": charts.RISING,
    "conversions": charts.RISING,
    "net_revenue": charts.RISING,
    "seconds_per_interaction": charts.RISING,
    "outbound_messages": charts.RISING,
    "sentiment": charts.FEELING,
    "pain_score": charts.HURTING,
    "truth_score": charts.RISING,
}
SCORES = {"sentiment", "pain_score", "truth_score"}
COUNTS = {"interactions", "persons_per_month", "conversions", "outbound_messages", "opinions"}
DETAILS = ("interactions", "persons_per_month", "conversions", "net_revenue",
           "seconds_per_interaction", "outbound_messages", "opinions", "sentiment", "aspect",
           "pain_score", "truth_score")  # fmt: skip


def show() -> None:
    if not frame.is_there(MART):
        return
    cells = queries.ask("journey_map", frame.filters())
    cells["is_empty"] = cells[["interactions", "outbound_messages", "opinions"]].sum(axis=1) == 0
    cells = cells[~cells.groupby("channel")["is_empty"].transform("all")]
    if not frame.has_rows(cells, MART):
        return
    language = frame.language()
    measure = st.segmented_control(
        t("journey_map.measure"),
        list(MEASURES),
        default="interactions",
        required=True,
        format_func=lambda name: labels.column(name, language),
        key="measure",
    )
    left, right = st.columns([7, 3], gap="medium")
    with left, st.container(key="wide_map"):
        _grid(cells, measure or "interactions", language)
    with right:
        _detail(cells, language)
    st.caption(t("journey_map.scores"))
    frame.section(t("journey_map.all_cells"))
    frame.table(
        cells[~cells["is_empty"]].drop(columns="is_empty"),
        "journey_map",
        ("stage", "channel", *DETAILS),
        sources=[MART],
    )


def _in_order(cells: pd.DataFrame, domain: str) -> list[str]:
    known = labels.codes(domain)
    found = set(cells[domain])
    return [code for code in known if code in found] + sorted(found - set(known))


def _grid(cells: pd.DataFrame, measure: str, language: Language) -> None:
    channels, stages = _in_order(cells, "channel"), _in_order(cells, "stage")
    by_cell = cells.set_index(["channel", "stage"])
    values = by_cell[measure].unstack().reindex(index=channels, columns=stages)
    # An empty cell says more than a zero in it.
    values = values.where(values.notna() & ((values != 0) | (measure == "sentiment")))
    texts = values.map(lambda value: _written(measure, value, language, short=True))
    hovers = pd.DataFrame(
        [[_hover(by_cell, c, s, language) for s in stages] for c in channels],
        index=channels,
        columns=stages,
    )
    for part in (values, texts, hovers):
        part.index = [labels.name("channel", code, language) for code in channels]
        part.columns = [labels.name("stage", code, language) for code in stages]
    figure = charts.grid(
        values, texts, hovers, language,
        colors=MEASURES[measure], centred=measure == "sentiment", rooted=measure not in SCORES,
    )  # fmt: skip

    def choose() -> None:
        points = st.session_state["map"]["selection"]["points"]
        if points:
            row, column = points[0]["customdata"]
            st.session_state["cell_channel"] = channels[row]
            st.session_state["cell_stage"] = stages[column]

    st.plotly_chart(
        figure, key="map", on_select=choose, selection_mode="points", config=charts.CONFIG,
        theme=None, alt=t("journey_map.lead"),
    )  # fmt: skip


def _written(measure: str, value: object, language: Language, *, short: bool = False) -> str:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return "" if short else formats.NO_VALUE
    if measure == "aspect":
        return labels.name("aspect", str(value), language)
    kind = "integer" if measure in COUNTS else labels.kind(measure, pd.Series([value]))
    return formats.text(value, kind, language)


def _hover(by_cell: pd.DataFrame, channel: str, stage: str, language: Language) -> str:
    channel_name = labels.name("channel", channel, language)
    title = f"<b>{channel_name} · {labels.name('stage', stage, language)}</b>"
    if (channel, stage) not in by_cell.index or by_cell.at[(channel, stage), "is_empty"]:
        return f"{title}<br>{t('journey_map.empty_cell')}"
    cell = by_cell.loc[(channel, stage)]
    lines = [
        f"{labels.column(name, language)}: {_written(name, cell[name], language)}"
        for name in DETAILS
    ]
    return "<br>".join([title, *lines])


def _detail(cells: pd.DataFrame, language: Language) -> None:
    st.markdown(f"**{t('journey_map.cell')}**")
    busiest = cells.sort_values("interactions", ascending=False).iloc[0]
    chosen = {}
    for domain in ("stage", "channel"):
        key, codes = f"cell_{domain}", _in_order(cells, domain)
        if st.session_state.get(key) not in codes:
            st.session_state[key] = busiest[domain]
        chosen[domain] = st.selectbox(
            t(f"journey_map.{domain}"),
            codes,
            format_func=lambda code, domain=domain: labels.name(domain, code, language),
            key=key,
        )
    found = cells[(cells["stage"] == chosen["stage"]) & (cells["channel"] == chosen["channel"])]
    if found.empty or found["is_empty"].iloc[0]:
        st.caption(t("journey_map.empty_cell"))
        return
    cell = found.iloc[0]
    frame.facts(
        [(labels.column(name, language), _written(name, cell[name], language)) for name in DETAILS]
    )


show()
