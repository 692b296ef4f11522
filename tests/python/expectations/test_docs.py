"""Data Docs: counts, the last result of every table and the course of the runs, on one page."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from expectations import history
from expectations.contract import raw_tables
from expectations.docs import write_overview
from expectations.history import State
from expectations.runner import validate
from tests.python.expectations.conftest import RawFile
from viaggio.workspace.paths import DataDir

VISITS, ORDERS = ("store", "visit"), ("store", "order")
FIRST, SECOND = date(2024, 3, 4), date(2024, 3, 5)


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory: pytest.TempPathFactory, empty_data: Path) -> DataDir:
    """A run that validates visits, which warn, and a later one that validates orders only."""
    data_dir = DataDir(tmp_path_factory.mktemp("runs") / "data")
    shutil.copytree(empty_data, data_dir.root)
    visits(FIRST, "drone").write(data_dir)
    validate("raw", data_dir, "first", {VISITS: [FIRST]})
    order = f"'o' || n as id, timestamp '{SECOND} 10:00' as created_at, 'eur' as currency"
    RawFile(*ORDERS, str(SECOND), order, 5).write(data_dir)
    validate("raw", data_dir, "second", {ORDERS: [SECOND]})
    return data_dir


def visits(day: date, source: str) -> RawFile:
    columns = (
        f"'v' || n as id, 'milan' as location_id, '{source}' as source, "
        f"timestamp '{day} 10:00' as entered_at, timestamp '{day} 10:20' as left_at"
    )
    return RawFile(*VISITS, str(day), columns, 30)


def pages(data_dir: DataDir) -> Path:
    return data_dir.validation / "docs"


def text_of(page: Path) -> str:
    """The page as read, its tags replaced by blanks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8")).split())


def test_each_table_shows_its_last_result(two_runs: DataDir) -> None:
    found = history.read(two_runs.validation / "result")
    tables = {table.name: table for table in found.tables}
    assert tables.keys() == {".".join(table) for table in raw_tables()}
    assert tables["store.visit"].run_id == "first"
    assert tables["store.visit"].state == State.WARNS
    assert tables["store.order"].run_id == "second"
    assert tables["crm.contact"].state is None
    for page in (pages(two_runs) / "index.html", pages(two_runs) / "raw" / "index.html"):
        text = text_of(page)
        validated = f"{tables['store.visit'].validated_at:%Y-%m-%d %H:%M}"
        assert f"store.visit {validated} warns" in text
        assert "crm.contact never no rows yet" in text


def test_the_front_page_counts_by_layer_and_severity(two_runs: DataDir) -> None:
    outcomes = [
        outcome
        for table in history.read(two_runs.validation / "result").tables
        for outcome in table.outcomes
    ]
    critical = [each for each in outcomes if each.severity == "critical"]
    warnings = [each for each in outcomes if each.severity == "warning"]
    blocking = sum(not each.success for each in critical)
    warned = sum(not each.success for each in warnings)
    assert warned
    text = text_of(pages(two_runs) / "index.html")
    held = len(critical) - blocking
    assert f"raw critical {len(critical)} {held} 0 {blocking}" in text
    assert f"raw warning {len(warnings)} {len(warnings) - warned} {warned} 0" in text
    assert "warns store.visit : source is one of" in text


def test_the_trend_carries_results_on_to_later_runs(two_runs: DataDir, tmp_path: Path) -> None:
    second, first = history.read(two_runs.validation / "result").runs
    assert (first.run_id, second.run_id) == ("first", "second")
    assert first.standing == first.counts
    assert first.counts[State.WARNS] > 0
    assert second.tables == 1
    assert {each: second.standing[each] for each in State} == {
        each: first.counts[each] + second.counts[each] for each in State
    }
    # A table that holds again counts no longer.
    later = DataDir(shutil.copytree(two_runs.root, tmp_path / "later"))
    visits(SECOND, "counter").write(later)
    validate("raw", later, "third", {VISITS: [SECOND]})
    third = history.read(later.validation / "result").runs[0]
    assert third.counts[State.WARNS] < first.counts[State.WARNS]
    assert third.standing[State.WARNS] == third.counts[State.WARNS] + second.counts[State.WARNS]


def test_links_lead_to_pages_of_tables_of_all_runs(two_runs: DataDir) -> None:
    found: set[str] = set()
    for page in pages(two_runs).rglob("*.html"):
        for link in re.findall(r'href="([^"#]+)"', page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page}: {link}"
            found.add((page.parent / link).resolve().name)
    front = (pages(two_runs) / "index.html").read_text(encoding="utf-8")
    assert "raw/validations/store/visit/first/" in front
    assert "raw/validations/store/order/second/" in front
    assert "docs/index.html" not in front.replace("raw/index.html", "")


def test_the_front_page_leads_to_tables_once_they_are_written(
    two_runs: DataDir, tmp_path: Path
) -> None:
    later = DataDir(shutil.copytree(two_runs.root, tmp_path / "later"))
    later.docs.mkdir()
    (later.docs / "index.html").touch()
    write_overview(later)
    assert 'href="../../docs/index.html"' in (pages(later) / "index.html").read_text("utf-8")
