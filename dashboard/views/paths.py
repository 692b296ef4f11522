"""Paths: a flow from touchpoint to touchpoint, and where it ends."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import charts, formats, frame, labels, queries
from dashboard.formats import Language
from dashboard.frame import t

MART = "marts.mart_path_flows"
ENDS = {
    "converted": charts.TEAL,
    "further": charts.TEAL_LIGHT,
    "open": "#C7D0D6",
    "lost": charts.RUST,
}
START, OTHER = "start", "(other)"
# Share of the journeys below which a band is not drawn.
NARROWEST = 0.0025


def show() -> None:
    if not frame.is_there(MART):
        return
    language = frame.language()
    left, middle, right = st.columns(3, gap="large", vertical_alignment="bottom")
    steps = left.slider(t("paths.steps"), 2, 6, 3, key="steps")
    named = middle.slider(t("paths.nodes"), 4, 15, 8, key="nodes")
    only_orders = right.toggle(t("paths.only_orders"), key="only_orders")
    edges = queries.ask("path_flows", frame.filters(), steps=steps + 1)
    if not frame.has_rows(edges, MART):
        return
    chosen = set(frame.filters().channels)
    _figures(edges, language)
    weight = "converted_journeys" if only_orders else "journeys"
    with st.container(key="wide_flow"):
        st.plotly_chart(
            _flow(_links(edges, steps, chosen or named, weight), steps, language),
            config=charts.CONFIG, theme=None, key="flow", alt=t("paths.lead"),
        )  # fmt: skip
    st.caption(t("paths.narrowest"))
    st.caption(t("paths.rate_note"))
    st.caption(t("paths.chosen"))
    frame.section(t("paths.steps_table"))
    if chosen:
        edges = edges[edges["from_channel"].isin(chosen) | edges["to_channel"].isin(chosen)]
        if not frame.has_rows(edges):
            return
    frame.table(
        edges,
        "path_flows",
        ("step", "from_channel", "to_channel", "journeys", "converted_journeys",
         "lost_journeys", "open_journeys", "conversion_rate", "net_revenue", "mean_hours"),
        sources=[MART],
    )  # fmt: skip


def _figures(edges: pd.DataFrame, language: Language) -> None:
    first = edges[edges["from_channel"] == START]
    journeys, converted, lost, still_open = (
        int(first[column].sum())
        for column in ("journeys", "converted_journeys", "lost_journeys", "open_journeys")
    )
    over = converted + lost
    frame.figures(
        [
            (t("paths.journeys"), formats.number(journeys, language)),
            (t("paths.over"), formats.number(over, language)),
            (
                t("column.conversion_rate"),
                formats.percent(converted / over if over else None, language),
            ),
            (
                t("paths.open"),
                formats.percent(still_open / journeys if journeys else None, language),
            ),
        ]
    )


def _flow(links: pd.DataFrame, steps: int, language: Language) -> go.Figure:
    places = list(dict.fromkeys([*links["source"], *links["target"]]))
    places.sort(key=lambda place: (place[0], place[1] in ENDS, list(ENDS).index(place[1])
                                   if place[1] in ENDS else 0))  # fmt: skip
    number_of = {place: i for i, place in enumerate(places)}
    through = {
        place: max(
            links.loc[links["target"] == place, "value"].sum(),
            links.loc[links["source"] == place, "value"].sum(),
        )
        for place in places
    }
    columns = steps + 1
    positions = _positions(places, through, columns)
    nodes = pd.DataFrame(
        {
            "label": [_name(code, language) for _, code in places],
            "color": [_color(code) for _, code in places],
            "x": [positions[place][0] for place in places],
            "y": [positions[place][1] for place in places],
            "hover": [
                f"{_long_name(place, language)}<br>{t('paths.journeys')}: "
                f"{formats.number(through[place], language)}"
                for place in places
            ],
        }
    )
    shown = pd.DataFrame(
        {
            "source": links["source"].map(number_of),
            "target": links["target"].map(number_of),
            "value": links["value"],
            "color": [_faint(_color(target[1])) for target in links["target"]],
            "hover": [
                f"{_long_name(source, language)} → {_long_name(target, language)}<br>"
                f"{t('paths.journeys')}: {formats.number(value, language)}"
                for source, target, value in links.itertuples(index=False)
            ],
        }
    )
    heads = [t("end.start"), *(t("paths.touchpoint", step=i + 1) for i in range(steps))]
    return charts.flow(nodes, shown, [*heads, t("paths.end")], language)


def _links(edges: pd.DataFrame, steps: int, named: int | set[str], weight: str) -> pd.DataFrame:
    """Edges between places (touchpoint number, code); all ends stand in the last column.

    Channels go by name if they are `named`, or among so many of the commonest.
    Journeys that go on after the last touchpoint shown end in `further`. The narrowest bands are
    left out.
    """
    entries = edges[(edges["step"] <= steps) & ~edges["to_channel"].isin(ENDS)]
    known = (
        named
        if isinstance(named, set)
        else set(entries.groupby("to_channel")[weight].sum().nlargest(named).index)
    )

    def place(number: int, code: str) -> tuple[int, str]:
        if code in ENDS:
            return steps + 1, code
        if number > steps:
            return steps + 1, "further"
        return number, code if code in known or code == START else OTHER

    links = pd.DataFrame(
        {
            "source": [
                place(s - 1, c) for s, c in zip(edges["step"], edges["from_channel"], strict=True)
            ],
            "target": [
                place(s, c) for s, c in zip(edges["step"], edges["to_channel"], strict=True)
            ],
            "value": edges[weight],
        }
    )
    links = links.groupby(["source", "target"], sort=True, as_index=False)["value"].sum()
    journeys = links.loc[[code == START for _, code in links["source"]], "value"].sum()
    return links[links["value"] > journeys * NARROWEST]


def _positions(
    places: list[tuple[int, str]], through: dict[tuple[int, str], float], columns: int
) -> dict[tuple[int, str], tuple[float, float]]:
    """Columns from left to right; in each, the widest on top and the ends in their order."""
    result = {}
    for column in range(columns + 1):
        here = [place for place in places if place[0] == column]
        if column < columns:
            here.sort(key=lambda place: (place[1] == OTHER, -through[place]))
        total = sum(through[place] for place in here) or 1
        gap = 0.025
        room = 1 - gap * (len(here) - 1)
        above = 0.0
        for place in here:
            share = through[place] / total * room
            x = min(max(column / columns, 0.001), 0.999)
            result[place] = (x, min(max(above + share / 2, 0.001), 0.999))
            above += share + gap
    return result


def _name(code: str, language: Language) -> str:
    return t("other") if code == OTHER else labels.name("end", code, language)


def _long_name(place: tuple[int, str], language: Language) -> str:
    number, code = place
    name = _name(code, language)
    if code == START or code in ENDS:
        return name
    return t("paths.position", channel=name, step=number)


def _color(code: str) -> str:
    if code in ENDS:
        return ENDS[code]
    if code == START:
        return charts.INK
    return "#C7D0D6" if code == OTHER else charts.BLUE


def _faint(color: str) -> str:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.28)"


show()
