"""Every chart, in one palette: teal for what is meant, rust for what hurts, grey for the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from dashboard.formats import MARKS, Language

INK = "#22303C"
MUTED = "#5B6B78"
LINE = "#DCE3E5"
MIST = "#EEF2F3"
GREY = "#9AA8B2"
TEAL = "#0F6E6E"
TEAL_LIGHT = "#8FC1BE"
RUST = "#B5532D"
OCHRE = "#C9972B"
BLUE = "#44698C"

RISING = ["#F4F8F8", "#CFE4E2", "#94C5C2", "#4A9A98", "#0F6E6E", "#0A4D4D"]
HURTING = ["#FBF6F3", "#F2D9CD", "#E2AE97", "#CB7F5F", "#B5532D", "#823817"]
FEELING = ["#B5532D", "#E2AE97", "#F3F1EE", "#94C5C2", "#0F6E6E"]

CONFIG = {"displayModeBar": False, "displaylogo": False, "responsive": True}
_FONT = '"Source Sans", "Source Sans Pro", sans-serif'
_ROW = 28


@dataclass(frozen=True)
class Bar:
    """One series of bars: its name, colour, lengths and what is written at each bar."""

    name: str
    color: str
    values: Sequence[float]
    texts: Sequence[str]


@dataclass(frozen=True)
class Dots:
    """One series of dots; those of a group share its entry in the legend."""

    name: str
    color: str
    values: Sequence[float]
    size: int = 12
    group: str | None = None


def layout(figure: go.Figure, language: Language, height: int, **more: object) -> go.Figure:
    """The look all charts share."""
    decimal, thousands = MARKS[language]
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        font={"family": _FONT, "size": 14, "color": INK},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        separators=f"{decimal}{thousands}",
        hoverlabel={"bgcolor": "white", "bordercolor": LINE, "font": {"color": INK, "size": 14}},
        legend={"orientation": "h", "x": 0, "y": 1.02, "xanchor": "left", "yanchor": "bottom",
                "title": None, "traceorder": "normal"},
        bargap=0.3,
        uniformtext={"minsize": 11, "mode": "hide"},
    )  # fmt: skip
    for update_axes in (figure.update_xaxes, figure.update_yaxes):
        update_axes(
            gridcolor=LINE,
            zerolinecolor=LINE,
            linecolor=LINE,
            automargin=True,
            title_font={"size": 13, "color": MUTED},
        )
        # 2,000 and never 2k
        update_axes(tickformat=",~f", selector=lambda axis: axis.tickformat is None)
    figure.update_layout(**more)
    return figure


def grid(
    values: pd.DataFrame,
    texts: pd.DataFrame,
    hovers: pd.DataFrame,
    language: Language,
    *,
    colors: Sequence[str] = RISING,
    centred: bool = False,
    rooted: bool = False,
) -> go.Figure:
    """A heat grid: rows and columns as the frames have them, a number in each cell.

    With `rooted`, shades follow the square root, so that one large cell leaves others visible.

    An invisible square lies on each cell, so that a click selects it (`customdata`: row, column).
    """
    shades = values.abs() ** 0.5 if rooted else values
    largest = float(shades.abs().max().max() or 0) or 1.0
    figure = go.Figure(
        go.Heatmap(
            z=shades.to_numpy(dtype=float),
            x=list(values.columns),
            y=list(values.index),
            colorscale=_scale(colors),
            zmin=-largest if centred else 0,
            zmax=largest,
            xgap=3,
            ygap=3,
            showscale=False,
            hoverinfo="skip",
        )
    )
    dark = shades.abs().to_numpy(dtype=float) > 0.55 * largest
    cells = [(r, c) for r in range(len(values.index)) for c in range(len(values.columns))]
    figure.add_trace(
        go.Scatter(
            x=[values.columns[c] for _, c in cells],
            y=[values.index[r] for r, _ in cells],
            mode="markers+text",
            text=[texts.iat[cell] for cell in cells],
            textfont={"size": 13, "color": ["white" if dark[cell] else INK for cell in cells]},
            textposition="middle center",
            marker={"symbol": "square", "size": 24, "opacity": 0},
            customdata=cells,
            hovertext=[hovers.iat[cell] for cell in cells],
            hovertemplate="%{hovertext}<extra></extra>",
            selected={"marker": {"opacity": 0}},
            unselected={"marker": {"opacity": 0}},
            showlegend=False,
        )
    )
    plain = {"showgrid": False, "showline": False, "zeroline": False, "fixedrange": True}
    figure.update_xaxes(side="top", range=[-0.5, len(values.columns) - 0.5], ticks="", **plain)
    figure.update_yaxes(
        range=[len(values.index) - 0.5, -0.5], ticks="", ticklabelstandoff=6, **plain
    )
    height = 60 + _ROW * len(values.index)
    return layout(figure, language, height, dragmode=False, clickmode="event+select")


def bars(
    names: Sequence[str],
    series: Sequence[Bar],
    language: Language,
    *,
    axis: str = "",
    stacked: bool = False,
    percent: bool = False,
    texts_outside: bool = True,
) -> go.Figure:
    """Lying bars, the first name on top."""
    figure = go.Figure()
    for bar in series:
        figure.add_trace(
            go.Bar(
                y=list(names),
                x=list(bar.values),
                name=bar.name,
                orientation="h",
                marker={"color": bar.color},
                text=list(bar.texts),
                textposition="outside" if texts_outside and not stacked else "inside",
                textangle=0,
                insidetextanchor="middle",
                cliponaxis=False,
                hovertemplate=f"%{{y}}<br>{bar.name}: %{{text}}<extra></extra>",
            )
        )
    rows = len(names) * (1 if stacked else max(1, len(series) * 0.7))
    longest = max((max(bar.values, default=0) for bar in series), default=0)
    figure.update_yaxes(autorange="reversed", showgrid=False, ticklabelstandoff=6)
    figure.update_xaxes(title=axis, showticklabels=bool(axis), showgrid=bool(axis))
    if percent:
        figure.update_xaxes(tickformat=".0%")
    if texts_outside and not stacked and longest > 0:
        figure.update_xaxes(range=[0, longest * 1.22])
    return layout(
        figure,
        language,
        int(72 + _ROW * 1.1 * rows + (24 if axis else 0)),
        barmode="stack" if stacked else "group",
        showlegend=len(series) > 1,
    )


def columns_over_time(
    months: Sequence[str], series: Sequence[Bar], language: Language, *, axis: str
) -> go.Figure:
    """Standing bars, stacked, month by month."""
    traces = [
        go.Bar(
            x=list(months),
            y=list(bar.values),
            name=bar.name,
            marker={"color": bar.color},
            customdata=list(bar.texts),
            hovertemplate=f"%{{x}}<br>{bar.name}: %{{customdata}}<extra></extra>",
        )
        for bar in series
    ]
    figure = go.Figure(traces)
    figure.update_yaxes(title=axis)
    figure.update_xaxes(type="category", showgrid=False)
    return layout(figure, language, 360, barmode="stack", showlegend=len(series) > 1)


def dots_on_ranges(
    names: Sequence[str],
    ranges: Sequence[tuple[float, float]],
    series: Sequence[Dots],
    language: Language,
    *,
    axis: str,
) -> go.Figure:
    """A dot per series on a line from lowest to highest."""
    figure = go.Figure()
    for name, (low, high) in zip(names, ranges, strict=True):
        figure.add_trace(
            go.Scatter(
                x=[low, high], y=[name, name], mode="lines", showlegend=False, hoverinfo="skip",
                line={"color": LINE, "width": 8},
            )
        )  # fmt: skip
    groups = set()
    for dots in series:
        entry = dots.group or dots.name
        figure.add_trace(
            go.Scatter(
                x=list(dots.values),
                y=list(names),
                mode="markers",
                name=entry,
                legendgroup=entry,
                showlegend=entry not in groups,
                marker={
                    "color": dots.color, "size": dots.size, "line": {"color": "white", "width": 1},
                },
                hovertemplate=f"%{{y}}<br>{dots.name}: %{{x:.1%}}<extra></extra>",
            )
        )  # fmt: skip
        groups.add(entry)
    figure.update_yaxes(autorange="reversed", showgrid=False, ticklabelstandoff=6, type="category")
    figure.update_xaxes(title=axis, tickformat=".0%", rangemode="tozero")
    return layout(figure, language, 110 + _ROW * len(names))


def intervals(
    frame: pd.DataFrame,
    names: Sequence[str],
    language: Language,
    *,
    axis: str,
    color: str,
    hover: Callable[[pd.Series], str],
    sure: str,
    unsure: str,
) -> go.Figure:
    """Effects with their intervals; coloured where the interval keeps clear of zero."""
    figure = go.Figure()
    clear = (frame["ci_low"] > 0) | (frame["ci_high"] < 0)
    places = [f"{i + 1}. {name}" for i, name in enumerate(names)]
    for label, shade, chosen in ((sure, color, clear), (unsure, GREY, ~clear)):
        part = frame[chosen]
        if part.empty:
            continue
        figure.add_trace(
            go.Scatter(
                x=part["effect"],
                y=[place for place, is_chosen in zip(places, chosen, strict=True) if is_chosen],
                mode="markers",
                name=label,
                marker={"color": shade, "size": 11},
                error_x={
                    "type": "data", "symmetric": False, "color": shade, "thickness": 2, "width": 0,
                    "array": part["ci_high"] - part["effect"],
                    "arrayminus": part["effect"] - part["ci_low"],
                },
                hovertext=[hover(row) for _, row in part.iterrows()],
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )  # fmt: skip
    figure.add_vline(x=0, line={"color": MUTED, "width": 1})
    figure.update_yaxes(
        showgrid=False, ticklabelstandoff=6,
        type="category", categoryorder="array", categoryarray=places[::-1],
    )  # fmt: skip
    figure.update_xaxes(title=axis, tickformat="+.0%")
    return layout(figure, language, 120 + _ROW * len(places))


def lines(
    months: Sequence[str],
    series: Sequence[tuple[str, str, Sequence[float]]],
    language: Language,
    *,
    axis: str,
    low: float,
    high: float,
) -> go.Figure:
    """A line per series (name, colour, values), month by month."""
    traces = [
        go.Scatter(
            x=list(months),
            y=list(values),
            name=name,
            mode="lines+markers",
            line={"color": color, "width": 2.5},
            hovertemplate=f"%{{x}}<br>{name}: %{{y:.2f}}<extra></extra>",
        )
        for name, color, values in series
    ]
    figure = go.Figure(traces)
    figure.add_hline(y=0, line={"color": MUTED, "width": 1})
    figure.update_yaxes(title=axis, range=[low, high])
    figure.update_xaxes(type="category", showgrid=False)
    return layout(figure, language, 320)


def coloured_bars(
    names: Sequence[str],
    values: Sequence[float],
    feelings: Sequence[float],
    texts: Sequence[str],
    language: Language,
    *,
    axis: str,
) -> go.Figure:
    """Lying bars whose colour is a feeling from -1 to +1."""
    figure = go.Figure(
        go.Bar(
            y=list(names),
            x=list(values),
            orientation="h",
            marker={
                "color": list(feelings), "colorscale": _scale(FEELING), "cmin": -1, "cmax": 1,
                "line": {"color": GREY, "width": 0.5},
            },
            customdata=list(texts),
            hovertemplate="%{y}<br>%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    figure.update_yaxes(autorange="reversed", showgrid=False, ticklabelstandoff=6, type="category")
    figure.update_xaxes(title=axis)
    return layout(figure, language, 80 + int(_ROW * 0.9 * len(names)))


def flow(
    nodes: pd.DataFrame,
    edges: pd.DataFrame,
    heads: Sequence[str],
    language: Language,
    *,
    height: int = 640,
) -> go.Figure:
    """A Sankey diagram.

    Args:
        nodes: label, color, x and y (0 to 1) and hover, numbered by their place.
        edges: source and target (numbers of nodes), value, color and hover.
        heads: What stands above each column of nodes.
        language: Decides the marks of numbers.
        height: Pixels.
    """
    figure = go.Figure(
        go.Sankey(
            arrangement="snap",
            node={
                "label": list(nodes["label"]),
                "color": list(nodes["color"]),
                "x": list(nodes["x"]),
                "y": list(nodes["y"]),
                "customdata": list(nodes["hover"]),
                "hovertemplate": "%{customdata}<extra></extra>",
                "pad": 12,
                "thickness": 14,
                "line": {"width": 0},
            },
            link={
                "source": list(edges["source"]),
                "target": list(edges["target"]),
                "value": list(edges["value"]),
                "color": list(edges["color"]),
                "customdata": list(edges["hover"]),
                "hovertemplate": "%{customdata}<extra></extra>",
            },
            textfont={"size": 13, "color": INK, "shadow": "none"},
            domain={"x": [0, 1], "y": [0, 0.95]},
        )
    )
    last = len(heads) - 1
    for place, head in enumerate(heads):
        figure.add_annotation(
            x=place / last,
            y=1,
            text=head,
            showarrow=False,
            xanchor="left" if place == 0 else "right" if place == last else "center",
            yanchor="top",
            font={"size": 13, "color": MUTED},
        )
    return layout(figure, language, height)


def _scale(colors: Sequence[str]) -> list[list[object]]:
    return [[place / (len(colors) - 1), color] for place, color in enumerate(colors)]
