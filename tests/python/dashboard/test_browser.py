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
