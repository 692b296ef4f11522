"""Pages that hide the figures of few persons read the safe marts, and no others."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import data
from dashboard.frame import FILTERS_OF_PAGE
from dashboard.texts import text
from tests.python.dashboard.published import TABLES, publish
from tests.python.dashboard.test_pages import turn_to
from viaggio.publishing.safe_marts import SmallCells, declared
from viaggio.workspace.paths import PROJECT_DIR

HIDDEN_PATH = "Email > Store"


@pytest.fixture
def hiding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The made-up file with safe marts, one path of which is hidden, for pages that hide."""
    publish(tmp_path)
    with duckdb.connect(str(tmp_path / "published" / "viaggio.duckdb")) as connection:
        connection.execute("create schema safe")
        for table in TABLES:
            mart = table.removeprefix("marts.")
            if isinstance(declared().get(mart), SmallCells):
                connection.execute(
                    f"create table safe.{mart} as select *, false as is_hidden from {table}"
                )
        connection.execute(
            "update safe.mart_top_conversion_paths set is_hidden = true, journeys = null "
            f"where path = '{HIDDEN_PATH}'"
        )
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("VIAGGIO_HIDE_SMALL_CELLS", "1")


@pytest.mark.usefixtures("hiding")
def test_each_page_opens_and_says_so() -> None:
    app = AppTest.from_file(str(PROJECT_DIR / "dashboard" / "app.py"), default_timeout=180)
    app.run()
    for page in FILTERS_OF_PAGE:
        turn_to(app, page)
        assert text("small_cells_hidden", "en") in [
            element.value for element in app.sidebar.caption
        ]
    turn_to(app, "paths")
    said = text("hidden_mart", "en", tables="`marts.mart_path_flows`")
    assert [element.value for element in app.info] == [said]


@pytest.mark.usefixtures("hiding")
def test_hidden_cells_are_not_read() -> None:
    paths = set(data.rows("select path from marts.mart_top_conversion_paths")["path"])
    assert paths
    assert HIDDEN_PATH not in paths
    assert not data.is_published("marts.mart_path_flows")


@pytest.mark.usefixtures("hiding")
def test_without_the_setting_all_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIAGGIO_HIDE_SMALL_CELLS")
    paths = set(data.rows("select path from marts.mart_top_conversion_paths")["path"])
    assert HIDDEN_PATH in paths
    assert data.is_published("marts.mart_path_flows")
