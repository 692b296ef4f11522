"""Every page in a real browser: rendered, without an error, and asking nobody but this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request, expect, sync_playwright

from dashboard.frame import FILTERS_OF_PAGE, LANGUAGES
from dashboard.texts import text
from tests.python.dashboard.conftest import Watched
from tests.python.servers import CHROMIUM

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

READY = "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
SHOWN = ".js-plotly-plot:visible, [data-testid=stDataFrame]:visible"
FIRST = next(iter(FILTERS_OF_PAGE))  # opens at the root
PATIENCE = 180_000  # milliseconds; a busy machine is slow to import and to draw
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def address(watched: Watched) -> str:
    """Where the pages are served on this machine, from the made-up file."""
    return watched.address


@pytest.fixture(scope="module")
def browser_page(address: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE)
        yield page
        browser.close()


def open_page(page: Page, address: str, name: str, language: str = "en") -> None:
    path = "" if name == FIRST else name.replace("_", "-")
    page.goto(f"{address}/{path}?language={LANGUAGES[language]}")
    page.wait_for_selector("h1")
    page.wait_for_function(READY)


# Texts of less contrast than 4.5 with what is behind them; what is switched off may be pale.
PALE = """() => {
    const numbers = color => (color.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
    const opacity = ([, , , a]) => a === undefined ? 1 : a;
    const over = (top, below, share) => [0, 1, 2].map(i => top[i] * share + below[i] * (1 - share));
    const light = color => {
        const [r, g, b] = color.map(x => x / 255)
            .map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = node => {
        if (!node) return [255, 255, 255];
        const own = numbers(getComputedStyle(node).backgroundColor);
        return over(own, opacity(own) < 1 ? behind(node.parentElement) : own, opacity(own));
    };
    const found = [];
    for (const node of document.querySelectorAll('[data-testid=stApp] *')) {
        const text = [...node.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join('');
        // A slider's number stands above the knob that holds it, on white.
        const off = node.closest(
            'svg, [disabled], [aria-disabled=true], [data-testid=stSliderThumbValue], ' +
            '[data-testid=stIconMaterial]');
        if (!text.trim() || off || !node.checkVisibility({visibilityProperty: true})) continue;
        let share = 1;
        for (let up = node; up; up = up.parentElement) share *= getComputedStyle(up).opacity;
        if (!share) continue;
        const ink = numbers(getComputedStyle(node).color), paper = behind(node);
        const seen = over(ink, paper, share * opacity(ink));
        const [low, high] = [light(seen), light(paper)].sort((a, b) => a - b);
        if ((high + 0.05) / (low + 0.05) < 4.5) found.push(text.trim());
    }
    return found;
}"""
# Texts of a chart that lie over one another, are cut at its edge, or are ticks that read alike.
CROWDED = """() => {
    const found = [];
    for (const chart of document.querySelectorAll('.js-plotly-plot')) {
        const frame = chart.getBoundingClientRect();
        if (!frame.width) continue;
        const texts = [...chart.querySelectorAll('text')].filter(t => t.textContent.trim())
            .map(t => [t.textContent, t.getBoundingClientRect()]).filter(([, b]) => b.width);
        texts.forEach(([text, box], i) => {
            if (box.left < frame.left - 2 || box.right > frame.right + 2)
                found.push('cut: ' + text);
            for (const [other, its] of texts.slice(i + 1)) {
                const wide = Math.min(box.right, its.right) - Math.max(box.left, its.left);
                const high = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top);
                if (wide > 2 && high > 4) found.push('overprinted: ' + text + ' / ' + other);
            }
        });
        for (const axis of ['xtick', 'ytick']) {
            const ticks = [...chart.querySelectorAll(`.${axis} text`)].map(t => t.textContent);
            if (new Set(ticks).size < ticks.length) found.push('alike: ' + ticks);
        }
    }
    return found;
}"""


def each_view(page: Page, address: str, language: str) -> Iterator[str]:
    """Every tab of every page, in turn."""
    for name in FILTERS_OF_PAGE:
        open_page(page, address, name, language)
        tabs = page.get_by_role("tab")
        for i in range(max(tabs.count(), 1)):
            if tabs.count():
                tabs.nth(i).click()
            expect(page.locator(SHOWN).first).to_be_visible()
            page.wait_for_timeout(1000)  # charts are drawn one after another
            yield f"{name} {i}"


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("it", 400)])
def test_every_text_can_be_read(
    browser_page: Page, address: str, language: str, width: int
) -> None:
    usual = browser_page.viewport_size
    browser_page.set_viewport_size({"width": width, "height": 900})
    try:
        for view in each_view(browser_page, address, language):
            assert browser_page.evaluate(PALE) == [], view
            assert browser_page.evaluate(CROWDED) == [], view
            wide = browser_page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wide <= 0, view
    finally:
        browser_page.set_viewport_size(usual)


def test_each_page_is_rendered_and_asks_nobody_else(
    browser_page: Page, address: str, watched: Watched
) -> None:
    elsewhere, forbidden = [], []

    def note(request: Request) -> None:
        if not request.url.startswith((address, address.replace("http", "ws"), "data:", "blob:")):
            elsewhere.append(request.url)

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            forbidden.append(message.text)

    browser_page.on("request", note)
    browser_page.on("console", listen)
    for name in FILTERS_OF_PAGE:
        open_page(browser_page, address, name, "it")
        expect(browser_page.locator("h1")).to_have_text(text(f"{name}.title", "it"))
        expect(browser_page.get_by_test_id("stException")).to_have_count(0)
        expect(browser_page.get_by_role("dialog")).to_have_count(0)
        expect(browser_page.locator(SHOWN).first).to_be_visible()
    assert elsewhere == []
    assert forbidden == []
    assert watched.asked() == ""


def test_a_click_on_the_map_tells_the_cell(browser_page: Page, address: str) -> None:
    open_page(browser_page, address, "journey_map")
    expect(browser_page.locator(".facts td").first).to_be_visible()
    # The cells lie in order: channels down, stages across.
    cell = browser_page.locator(".js-plotly-plot .scatterlayer .points path").nth(3 * 5 + 1)
    box = cell.bounding_box()
    assert box
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    browser_page.mouse.move(*middle)
    expect(browser_page.locator(".js-plotly-plot .hovertext")).to_contain_text("Store · Evaluation")
    browser_page.mouse.click(*middle)
    channel = browser_page.get_by_role(
        "combobox", name=text("journey_map.channel", "en"), exact=True
    )
    expect(channel).to_have_value("Store")
    # The other cells' numbers stay as dark as they were.
    browser_page.wait_for_function(READY)
    pale = browser_page.evaluate(
        "[...document.querySelectorAll('.js-plotly-plot .textpoint text')]"
        ".filter(t => getComputedStyle(t).fillOpacity < 1 || getComputedStyle(t).opacity < 1)"
        ".length"
    )
    assert pale == 0


def test_a_table_is_downloaded_with_the_marts_own_names(
    browser_page: Page, address: str, tmp_path: Path
) -> None:
    open_page(browser_page, address, "conversion_paths")
    with browser_page.expect_download() as download:
        browser_page.get_by_text(text("download", "en")).first.click()
    target = tmp_path / download.value.suggested_filename
    download.value.save_as(target)
    assert target.name == "top_conversion_paths.csv"
    lines = target.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("rank,path,")
    assert lines[1].startswith("1,Store,")
    assert lines[4].startswith("4,'=cmd|Store,"), "a text that a spreadsheet would run is text"
    # Streamlit's own export would hand it out as it is.
    browser_page.get_by_test_id("stDataFrame").first.hover()
    expect(browser_page.get_by_label("Search").first).to_be_visible()
    expect(browser_page.get_by_label("Download as CSV")).to_have_count(0)
