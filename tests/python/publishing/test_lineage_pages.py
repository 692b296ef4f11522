"""The pages of tables, columns and areas in a real browser: every link leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect, sync_playwright

from tests.python.publishing.test_lineage import MODEL, ORDER, ORDERS, SEED, STAGES, manifest_of
from tests.python.servers import CHROMIUM
from viaggio.publishing.lineage_pages import Begin, Project, write_pages

STAGED = "model.viaggio.staged"


@pytest.fixture(scope="module")
def project() -> Project:
    """Raw orders, a model of them, and a mart that looks up a list and counts."""
    made = (
        "select o.total, o.total * 2 as twice, s.stage, count(*) as orders, 1 as one "
        f"from warehouse.marts.staged as o left join {SEED} as s on o.kind = s.kind group by all"
    )
    staged = ("staged", f"select id, kind, total from {ORDERS}", "id kind total")
    manifest = manifest_of(made, "total twice stage orders one", staged)
    manifest["nodes"][STAGED]["depends_on"]["nodes"] = [ORDER]
    manifest["nodes"][MODEL]["depends_on"]["nodes"] = [STAGED, STAGES]
    manifest["exposures"] = {
        "exposure.viaggio.page": {
            "name": "page",
            "label": "Funnels",
            "depends_on": {"nodes": [MODEL]},
        }
    }
    return Project.read(manifest)


@pytest.fixture(scope="module")
def pages(project: Project, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("data") / "docs"
    written = write_pages(project, folder)
    # dbt's docs and the expectations are written by others.
    (folder / "models.html").touch()
    expectations = folder.parent / "validation" / "docs" / "index.html"
    expectations.parent.mkdir(parents=True)
    expectations.touch()
    return written


def test_each_column_begins_somewhere(project: Project) -> None:
    assert {column: project.begin((MODEL, column)) for _, column in project.published[3:]} == {
        "total": Begin.VALUES,
        "twice": Begin.VALUES,
        "stage": Begin.CHOSEN,
        "orders": Begin.ROWS,
        "one": Begin.ROWS,
    }


def test_pages_ask_nothing_of_the_network(pages: list[Path]) -> None:
    for path in pages[0].parent.iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http" not in text, path.name


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        opened = browser.new_page(viewport={"width": 1280, "height": 900})
        yield opened
        browser.close()


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_every_link_of_every_place_leads_somewhere(page: Page, pages: list[Path]) -> None:
    wrong: list[str] = []

    def note(message: ConsoleMessage) -> None:
        wrong.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    ahead = [path.as_uri() for path in pages]
    seen: set[str] = set()
    while ahead:
        place = ahead.pop()
        seen.add(place)
        path = Path(unquote(urldefrag(place).url.removeprefix("file://")))
        if not path.exists():
            wrong.append(f"{place} does not exist")
        if path not in pages:
            continue
        page.goto(place)
        if page.locator("#view .bad").count():
            wrong.append(f"{place}: {page.locator('#view .bad').inner_text()}")
        for details in page.locator("details > summary").all():
            details.click(position={"x": 4, "y": 8})
        links = page.locator("a[href], svg a").evaluate_all(
            "links => links.map(each => new URL(each.getAttribute('href'), location).href)"
        )
        ahead += set(links) - seen - set(ahead)
    assert wrong == []
    assert {urldefrag(place).fragment for place in seen} >= {
        "made", "made/orders", "staged/kind", "store.order/total", "marts/sales", "all", "made/all",
    }  # fmt: skip
    assert page.locator("button").count() == 0


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_column_is_found_and_followed(page: Page, pages: list[Path]) -> None:
    front, columns, areas = pages
    page.goto(front.as_uri())
    page.fill("#search", "twice")
    page.click("#found >> text=made.twice")
    view = page.locator("#view")
    expect(view).to_contain_text("o.total * 2")
    expect(view).to_contain_text("Begins at: raw columns.")
    expect(view.locator("table")).to_contain_text("store.order")
    page.goto(f"{columns.as_uri()}#made/orders")
    expect(view).to_contain_text("Begins at: rows of raw tables")
    expect(view).to_contain_text("Its table is read by: Funnels.")
    page.goto(f"{areas.as_uri()}#marts/sales")
    expect(page.locator("svg a text")).to_have_text(["store.order", "stages", "made", "staged"])
    assert page.locator("svg > path").count() == 3
    page.hover("svg a:has-text('staged')")
    assert page.locator("svg > path.on").count() == 2
