"""Every chart, in one palette: teal for what is meant, rust for what hurts, grey for the rest."""

from __future__ import annotations

import html
import math
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

import pandas as pd
import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from dashboard.formats import MARKS, POINTS, Language

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

WHITE, BLACK = "#FFFFFF", "#000000"
# The contrast that WCAG 2 asks of text (level AA).
CONTRAST = 4.5

CONFIG = {"displayModeBar": False, "displaylogo": False, "responsive": True}
_FONT = '"Source Sans", "Source Sans Pro", sans-serif'
_ROW = 28
# A name stands above its bar, in lines of so many characters: as wide as a telephone.
_LINE_CHARACTERS, _LINES, _LINE, _BAR, _GAP = 46, 3, 20, 22, 12
_TICKS = 5

Measure = Literal["number", "times", "percent", "points", "score"]


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
    # A long title would be cut on a telephone.
    titles = ["<br>".join(textwrap.wrap(axis.title.text or "", _LINE_CHARACTERS))
              for axis in figure.select_xaxes()]  # fmt: skip
    for axis, title in zip(figure.select_xaxes(), titles, strict=True):
        axis.title.text = title or None
    figure.update_layout(height=height + _LINE * max(title.count("<br>") for title in titles))
    figure.update_layout(**more)
    return figure


def contrast(text: str, background: str) -> float:
    """Contrast of two colours (#RRGGBB) by WCAG 2: from 1, none, to 21, black on white."""
    lighter, darker = sorted((_luminance(text), _luminance(background)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(background: str) -> str:
    """The colour of a text that can be read on a colour (#RRGGBB)."""
    return next(c for c in (INK, WHITE, BLACK) if contrast(c, background) >= CONTRAST)


def _luminance(color: str) -> float:
    parts = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def color_at(colors: Sequence[str], place: float) -> str:
    """The colour (#RRGGBB) of a scale at a place from 0 to 1."""
    (found,) = sample_colorscale(_scale(colors), [place], colortype="tuple")
    return "#" + "".join(f"{round(part * 255):02X}" for part in found)


def ticks(
    low: float, high: float, measure: Measure = "number", language: Language = "en"
) -> dict[str, object]:
    """Steps and format of an axis: as many decimals as it takes to tell two ticks apart.

    Shares and their differences are given as parts of 1; points are drawn times 100 (`drawn`).
    """
    low, high = drawn(low, measure), drawn(high, measure)
    rough = max(high - low, 1e-9) / _TICKS
    magnitude = 10.0 ** math.floor(math.log10(rough))
    step = next(m * magnitude for m in (1, 2, 2.5, 5, 10) if m * magnitude >= rough * (1 - 1e-9))
    if measure == "number":
        step = math.ceil(step)
    as_written = step * 100 if measure == "percent" else step
    digits = next(d for d in range(12) if math.isclose(round(as_written, d), as_written))
    sign = "+" if measure in ("points", "score") else ""
    return {
        "dtick": step,
        "tick0": 0,
        "tickformat": f"{sign},.{digits}{'%' if measure == 'percent' else 'f'}",
        "ticksuffix": {"points": f" {POINTS[language]}", "times": "×"}.get(measure, ""),
    }


def drawn(value: float, measure: Measure) -> float:
    """Where a value stands on the axis of a measure."""
    return value * 100 if measure == "points" else value


@dataclass(frozen=True)
class _Rows:
    """Rows of a lying chart, in pixels from the top; each has its name above what is drawn."""

    middles: list[float]
    height: int

    @staticmethod
    def named(figure: go.Figure, names: Sequence[str], values: Sequence[str] = ()) -> _Rows:
        """Write the names, and what each row amounts to, into the figure."""
        amounts = values or [""] * len(names)
        texts = [_lines_of(name, text) for name, text in zip(names, amounts, strict=True)]
        tops = list(accumulate((len(text) * _LINE + _BAR + _GAP for text in texts), initial=0))
        for text, top in zip(texts, tops[:-1], strict=True):
            figure.add_annotation(
                x=0, xref="paper", xanchor="left", y=top, yanchor="top", text="<br>".join(text),
                align="left", showarrow=False, font={"size": 14, "color": INK}, bgcolor="white",
                borderpad=0,
            )  # fmt: skip
        figure.update_yaxes(
            range=[tops[-1], 0], showgrid=False, zeroline=False, showticklabels=False,
            fixedrange=True,
        )  # fmt: skip
        middles = [
            top + len(text) * _LINE + _BAR / 2 + 3
            for text, top in zip(texts, tops[:-1], strict=True)
        ]
        return _Rows(middles, tops[-1])


def _lines_of(name: str, amount: str) -> list[str]:
    """A name in lines as wide as a telephone, and in bold what it amounts to."""
    wrapped = textwrap.wrap(name, _LINE_CHARACTERS, max_lines=_LINES, placeholder=" …") or [""]
    lines_ = [html.escape(line, quote=False) for line in wrapped]
    if not amount:
        return lines_
    bold = f"<b>{html.escape(amount, quote=False)}</b>"
    if len(wrapped[-1]) + 2 + len(amount) > _LINE_CHARACTERS:
        return [*lines_, bold]
    return [*lines_[:-1], f"{lines_[-1]}  {bold}"]


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
    lowest = -largest if centred else 0.0
    cells = [(r, c) for r in range(len(values.index)) for c in range(len(values.columns))]
    # One trace for each colour of text, so that a click on a cell leaves the others readable.
    text_colors = [
        INK
        if pd.isna(shade)
        else readable_on(color_at(colors, (shade - lowest) / (largest - lowest)))
        for shade in (float(shades.iat[cell]) for cell in cells)
    ]
    for color in dict.fromkeys(text_colors):
        these = [cell for cell, its in zip(cells, text_colors, strict=True) if its == color]
        font = {"color": color}
        figure.add_trace(
            go.Scatter(
                x=[values.columns[c] for _, c in these],
                y=[values.index[r] for r, _ in these],
                mode="text",
                text=[texts.iat[cell] for cell in these],
                textfont={"size": 13, "color": color},
                textposition="middle center",
                hoverinfo="skip",
                selected={"textfont": font},
                unselected={"textfont": font},
                showlegend=False,
            )
        )
    figure.add_trace(
        go.Scatter(
            x=[values.columns[c] for _, c in cells],
            y=[values.index[r] for r, _ in cells],
            mode="markers",
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
    measure: Measure = "number",
    values: Sequence[str] = (),
) -> go.Figure:
    """Lying bars, the first name on top; several series are stacked.

    Args:
        names: What each bar is, written above it.
        series: Lengths; the texts of one series stand by the names, of several in the bars.
        language: Decides the marks of numbers.
        axis: Title of the axis; without it the axis is not drawn.
        measure: What is measured, for the ticks.
        values: What stands by the names, where it is not the texts of the one series.
    """
    figure = go.Figure()
    alone = len(series) == 1
    rows = _Rows.named(figure, names, values or (series[0].texts if alone else ()))
    for bar in series:
        figure.add_trace(
            go.Bar(
                y=rows.middles,
                x=list(bar.values),
                width=_BAR,
                name=bar.name,
                orientation="h",
                marker={"color": bar.color},
                text=None if alone else list(bar.texts),
                textposition="inside",
                textangle=0,
                insidetextanchor="middle",
                insidetextfont={"color": readable_on(bar.color)},
                customdata=list(zip(names, bar.texts, strict=True)),
                hovertemplate=f"%{{customdata[0]}}<br>{bar.name}: %{{customdata[1]}}"
                "<extra></extra>",
            )
        )
    longest = max(map(sum, zip(*(bar.values for bar in series), strict=True)), default=0) or 1
    figure.update_xaxes(
        title=axis, showticklabels=bool(axis), showgrid=bool(axis),
        range=[-longest * 0.004, longest * 1.02],
        **ticks(0, longest, measure, language),
    )  # fmt: skip
    height = rows.height + 20 + (50 if axis else 0) + (0 if alone else 60)
    return layout(figure, language, height, barmode="stack", showlegend=not alone)


def columns_over_time(
    months: Sequence[str], series: Sequence[Bar], language: Language, *, axis: str
) -> go.Figure:
    """Standing bars, stacked, month by month."""
    traces = [
        go.Bar(
            x=[month.replace(" ", "<br>") for month in months],  # the year below the month
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
    measure: Measure,
) -> go.Figure:
    """A dot per series on a line from lowest to highest; the axis goes through zero."""
    figure = go.Figure()
    rows = _Rows.named(figure, names)
    for middle, (low, high) in zip(rows.middles, ranges, strict=True):
        figure.add_trace(
            go.Scatter(
                x=[low, high], y=[middle, middle], mode="lines", showlegend=False,
                hoverinfo="skip", line={"color": LINE, "width": 8},
            )
        )  # fmt: skip
    form = ":.1%" if measure == "percent" else ":+.2f"
    groups = set()
    for dots in series:
        entry = dots.group or dots.name
        figure.add_trace(
            go.Scatter(
                x=list(dots.values),
                y=rows.middles,
                mode="markers",
                name=entry,
                legendgroup=entry,
                showlegend=entry not in groups,
                marker={
                    "color": dots.color, "size": dots.size, "line": {"color": "white", "width": 1},
                },
                customdata=list(names),
                hovertemplate=f"%{{customdata}}<br>{dots.name}: %{{x{form}}}<extra></extra>",
            )
        )  # fmt: skip
        groups.add(entry)
    known = [value for pair in ranges for value in pair if not pd.isna(value)]
    low, high = min([0.0, *known]), max([0.0, *known])
    room = (high - low or 1.0) * 0.05
    figure.update_xaxes(
        title=axis, range=[low - room, high + room], **ticks(low, high, measure, language)
    )
    figure.add_vline(x=0, line={"color": MUTED, "width": 1}, layer="below")
    return layout(figure, language, rows.height + 120)


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
    """Effects in points with their intervals; coloured where the interval keeps clear of zero.

    Args:
        frame: Columns effect, ci_low and ci_high, as parts of 1.
        names: What each row is.
        language: Decides the marks of numbers.
        axis: Title of the axis.
        color: Of effects that are sure.
        hover: Text of a row.
        sure: What the legend calls the coloured rows.
        unsure: What it calls the others.
    """
    figure = go.Figure()
    rows = _Rows.named(figure, names)
    clear = list((frame["ci_low"] > 0) | (frame["ci_high"] < 0))
    points = frame[["effect", "ci_low", "ci_high"]].astype(float).map(drawn, measure="points")
    for label, shade, is_chosen in ((sure, color, True), (unsure, GREY, False)):
        chosen = [is_clear == is_chosen for is_clear in clear]
        part = points[chosen]
        if part.empty:
            continue
        figure.add_trace(
            go.Scatter(
                x=part["effect"],
                y=[y for y, wanted in zip(rows.middles, chosen, strict=True) if wanted],
                mode="markers",
                name=label,
                marker={"color": shade, "size": 11},
                error_x={
                    "type": "data", "symmetric": False, "color": shade, "thickness": 2, "width": 0,
                    "array": part["ci_high"] - part["effect"],
                    "arrayminus": part["effect"] - part["ci_low"],
                },
                hovertext=[hover(row) for _, row in frame[chosen].iterrows()],
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )  # fmt: skip
    low = min(0.0, float(frame["ci_low"].min()))
    high = max(0.0, float(frame["ci_high"].max()))
    room = (high - low or 1.0) * 0.04
    figure.update_xaxes(
        title=axis,
        range=[drawn(low - room, "points"), drawn(high + room, "points")],
        **ticks(low, high, "points", language),
    )  # fmt: skip
    figure.add_vline(x=0, line={"color": MUTED, "width": 1}, layer="below")
    return layout(figure, language, rows.height + 120)


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
            x=[month.replace(" ", "<br>") for month in months],
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
    room = (high - low) * 0.06  # keeps the lowest tick clear of the first month
    figure.update_yaxes(title=axis, range=[low - room, high + room])
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
    return layout(figure, language, 110 + int(_ROW * 0.9 * len(names)))


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
