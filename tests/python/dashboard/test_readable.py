"""What is shown can be read: in the reader's language, with units, in ticks and colours."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from string import Formatter

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import charts, frame, labels, queries
from dashboard.formats import Language
from dashboard.frame import FILTERS_OF_PAGE, LANGUAGES
from dashboard.texts import TEXTS, code_text
from tests.python.conftest import Built
from tests.python.dashboard.test_pages import turn_to
from viaggio.workspace.paths import PROJECT_DIR

# Numbers that are no whole counts, and count what their title names.
PARTS_OF_COUNTS = {
    "average_touchpoints", "conversions", "credit_conversions", "order_conversions",
    "zones_per_visit",
}  # fmt: skip
WITH_UNIT = re.compile(r"[€%×]|\d (s|min|h|d|g|pp|p\.p\.)$|^–$")
WHOLE = re.compile(r"^[\d.,]*\d( / [\d.,]*\d)?$")


def known_texts(language: Language) -> re.Pattern[str]:
    """All texts of a language; what is filled in may be anything, names in bold stay names."""
    patterns = []
    for words in (getattr(text, language) for text in TEXTS.values()):
        parts = Formatter().parse(words)
        patterns.append("".join(re.escape(a) + (".+" if hole else "") for a, hole, _, _ in parts))
    either = "|".join(patterns)
    return re.compile(rf"(\*\*)?({either})(\*\*)?", re.DOTALL)


def pages(app: AppTest, language: Language) -> Iterator[tuple[str, AppTest]]:
    app.session_state["language"] = language
    app.run()
    for page in FILTERS_OF_PAGE:
        yield page, turn_to(app, page)


def written(app: AppTest) -> list[str]:
    """Every heading, sentence, label of a figure, tab and control on the page."""
    found = [
        element.value
        for kind in (app.title, app.header, app.subheader, app.markdown, app.caption, app.info)
        for element in kind
    ]
    controls = (app.metric, app.selectbox, app.multiselect, app.toggle, app.slider, app.tabs,
                app.button_group)  # fmt: skip
    found += [element.label for kind in controls for element in kind]
    return [text for text in found if text]


def figures(app: AppTest) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def titles(figure: dict) -> list[str]:
    """Titles of a chart's axes, and names in its legend."""
    axes = [part for name, part in figure["layout"].items() if re.match(r"[xy]axis", name)]
    found = [axis.get("title", {}).get("text") for axis in axes]
    return [text.replace("<br>", " ") for text in found if text]


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_file(str(PROJECT_DIR / "dashboard" / "app.py"), default_timeout=180)


@pytest.fixture
def unnamed(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Codes and columns that were shown as they are, for want of a text."""
    found = set()

    def note(domain: str, code: str, language: Language) -> str:
        if f"{domain}.{code}" not in TEXTS:
            found.add(f"{domain}.{code}")
        return code_text(domain, code, language)

    monkeypatch.setattr(labels, "code_text", note)
    return found


@pytest.mark.usefixtures("data_dir")
@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_is_shown_is_in_the_readers_language(
    app: AppTest, language: Language, unnamed: set[str]
) -> None:
    texts = known_texts(language)
    seen = 0
    for page, shown in pages(app, language):
        words = [*written(shown), *(text for each in figures(shown) for text in titles(each))]
        foreign = [text for text in words if not texts.fullmatch(text)]
        assert foreign == [], page
        for table in shown.dataframe:
            for name, config in json.loads(table.proto.columns).items():
                if name in table.value:
                    assert config["label"] == labels.column(name, language)
        seen += len(words)
    assert seen > 100
    assert unnamed == {"channel.=cmd|Store"}, "only what a hostile file may name"


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_is_really_built_has_a_name(
    app: AppTest,
    language: Language,
    unnamed: set[str],
    built: Built,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(built.data_dir.root))
    assert len(list(pages(app, language))) == len(FILTERS_OF_PAGE)
    assert unnamed == set()


@pytest.mark.usefixtures("data_dir")
def test_the_note_of_unnamed_codes_notes(unnamed: set[str]) -> None:
    assert labels.column("a_new_column", "it") == "A new column"
    assert unnamed == {"column.a_new_column"}


@pytest.mark.usefixtures("data_dir")
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_number_has_a_unit_or_counts(app: AppTest, language: Language) -> None:
    for page, shown in pages(app, language):
        for metric in shown.metric:
            is_clear = WITH_UNIT.search(metric.value) or WHOLE.match(metric.value)
            assert is_clear or "−1" in metric.label, (page, metric.label, metric.value)
        for table in shown.dataframe:
            for name in table.value.columns:
                kind = labels.kind(name, table.value[name])
                if kind == "score":
                    assert re.search("−1|100", labels.column(name, language)), (page, name)
                if kind == "decimal":
                    assert name in PARTS_OF_COUNTS, (page, name)
        for figure in figures(shown):
            for name, axis in figure["layout"].items():
                if re.match(r"[xy]axis", name) and axis.get("dtick") and axis.get("showticklabels"):
                    assert axis["title"]["text"], page


@pytest.mark.usefixtures("data_dir")
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_title_of_an_axis_is_wider_than_a_telephone(app: AppTest, language: Language) -> None:
    for page, shown in pages(app, language):
        for figure in figures(shown):
            for name, axis in figure["layout"].items():
                if name.startswith("xaxis"):
                    for line in (axis.get("title", {}).get("text") or "").split("<br>"):
                        assert len(line) <= charts._LINE_CHARACTERS, (page, line)


def test_the_first_of_a_list_that_was_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    said = []
    monkeypatch.setattr("dashboard.frame.st.caption", said.append)
    frame.charted(15, 40)
    frame.charted(15, queries.SHOWN)
    frame.charted(15, 15)
    assert said == ["Shown: 15 of 40; the table has them all.",
                    "Shown: 15; the table has the first 200."]  # fmt: skip


@pytest.mark.usefixtures("data_dir")
def test_texts_of_tables_are_translated_or_names(app: AppTest) -> None:
    """A text column has a domain of codes, or is one of the listed that hold names."""
    yes_or_no = {name for name, kind in labels._KINDS.items() if kind == "yes_no"}
    translated = {*labels._DOMAINS, *yes_or_no, "flaw", "path", "remedy"}
    for page, shown in pages(app, "it"):
        for table in shown.dataframe:
            for name, values in table.value.items():
                if not pd.api.types.is_string_dtype(values.dropna()) or not len(values.dropna()):
                    continue
                assert name in translated | labels.VERBATIM, (page, name)


def test_why_a_row_was_kept_out() -> None:
    told = labels.flaws("ordered_at: in the future; total: not a decimal(18, 4); odd", "it")
    assert told == "ordered_at: nel futuro; total: non è decimal(18, 4); odd"


@pytest.mark.parametrize("measure", ["number", "times", "percent", "points", "score"])
@pytest.mark.parametrize("high", [3e-4, 0.0041, 0.0123, 0.05, 0.3, 0.77, 1.0, 7.0, 26.0, 12345.0])
@pytest.mark.parametrize("low", [0.0, -0.25])
def test_no_two_ticks_read_alike(measure: charts.Measure, low: float, high: float) -> None:
    found = charts.ticks(low * high, high, measure, "it")
    step, form = found["dtick"], found["tickformat"]
    digits, kind = re.fullmatch(r"\+?,\.(\d+)([f%])", form).groups()
    first = math.ceil(charts.drawn(low * high, measure) / step)
    last = math.floor(charts.drawn(high, measure) / step)
    places = [place * step for place in range(first, last + 1)]
    read = [f"{place:.{digits}{kind}}" for place in places]
    assert len(set(read)) == len(read)
    assert len(read) <= 2 * charts._TICKS + 1
    if measure != "number":
        assert len(read) > 2


def test_contrast_is_that_of_the_guidelines() -> None:
    assert charts.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert charts.contrast("#FFFFFF", "#91C3C0") == pytest.approx(1.95, abs=0.01)
    assert charts.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("text", [charts.INK, charts.MUTED])
@pytest.mark.parametrize("background", ["#FFFFFF", "#F2F5F5", "#F7F9F9"])
def test_the_theme_can_be_read(text: str, background: str) -> None:
    assert charts.contrast(text, background) >= charts.CONTRAST
    theme = (PROJECT_DIR / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    assert f'textColor = "{charts.INK}"' in theme
    assert background in theme


@pytest.mark.parametrize("scale", ["RISING", "HURTING", "FEELING"])
def test_numbers_in_cells_can_be_read(scale: str) -> None:
    for place in range(101):
        color = charts.color_at(getattr(charts, scale), place / 100)
        assert charts.contrast(charts.readable_on(color), color) >= charts.CONTRAST


@pytest.mark.parametrize("is_centred", [False, True])
def test_each_cell_has_the_text_colour_of_its_shade(is_centred: bool) -> None:
    values = pd.DataFrame([[1.0, 0.55, 0.0], [None, 0.3, -1.0 if is_centred else 0.9]])
    texts = values.map(lambda value: "" if pd.isna(value) else str(value))
    scale = charts.FEELING if is_centred else charts.RISING[:4]
    figure = charts.grid(values, texts, texts, "en", colors=scale, centred=is_centred)
    heat = figure.data[0]
    for trace in figure.data[1:-1]:
        assert trace.unselected.textfont.color == trace.textfont.color, "a click fades no number"
        for x, y in zip(trace.x, trace.y, strict=True):
            shade = heat.z[y][x]
            place = 0 if pd.isna(shade) else (shade - heat.zmin) / (heat.zmax - heat.zmin)
            below = "#FFFFFF" if pd.isna(shade) else charts.color_at(scale, place)
            assert charts.contrast(trace.textfont.color, below) >= charts.CONTRAST
