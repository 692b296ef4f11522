"""A data directory to pull into, and what a pull wrote there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ingest.__main__ import main
from ingest.sources import SOURCES, is_installed
from tests.python.ingest.shop import TOKEN, Shop
from tests.python.ingest.vendor import Vendor, serve
from viaggio.landing.load import land
from viaggio.landing.report import LOADED
from viaggio.workspace.contract import load_contract
from viaggio.workspace.paths import DataDir


def pytest_ignore_collect() -> bool | None:
    """Without the extra `ingest` there is nothing to try here."""
    return None if is_installed() else True


@dataclass
class Pulled:
    """What one command wrote and said."""

    code: int
    output: str
    files: list[Path] = field(default_factory=list)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Rows written for a table (`store/order`), by all of their values."""
        lines = [
            line
            for file in self.files
            if file.parent.match(f"landing/{table}")
            for line in file.read_text("utf-8").splitlines()
        ]
        return sorted(map(json.loads, lines), key=str)

    def ids(self, table: str, column: str = "id") -> list[str]:
        return [row[column] for row in self.rows(table)]


@dataclass
class Place:
    """A data directory that sources are pulled into."""

    data_dir: DataDir
    monkeypatch: pytest.MonkeyPatch
    capfd: pytest.CaptureFixture[str]

    def set(self, **variables: str) -> None:
        for name, value in variables.items():
            self.monkeypatch.setenv(f"VIAGGIO_{name}", value)

    def landing(self) -> set[Path]:
        return {path for path in self.data_dir.landing.rglob("*") if path.is_file()}

    def pull(self, *arguments: str) -> Pulled:
        """Run the command; whatever happens, no file is unfinished."""
        before = self.landing()
        self.capfd.readouterr()
        code = main(arguments)
        said = self.capfd.readouterr()
        assert not [path for path in self.landing() if path.suffix == ".tmp"]
        return Pulled(code, said.out + said.err, sorted(self.landing() - before))

    def lands(self) -> bool:
        """Whether landing takes every row of every file."""
        report = land(self.data_dir, load_contract())
        whole = {file.outcome for file in report.files} == {LOADED}
        return whole and report.rows_raw == report.rows_in_files > 0


@pytest.fixture
def place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Place:
    data_dir = DataDir(tmp_path / "data")
    data_dir.root.mkdir()
    for source in SOURCES.values():
        for setting in source.settings:
            monkeypatch.delenv(setting.variable, raising=False)
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(data_dir.root))
    # Trying again is what counts, not the time between tries.
    monkeypatch.setenv("RUNTIME__REQUEST_BACKOFF_FACTOR", "0")
    return Place(data_dir, monkeypatch, capfd)


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def shopify(place: Place, shop: Shop) -> Iterator[Vendor]:
    """Shopify, configured for orders and products."""
    with serve(shop) as vendor:
        shop.url = vendor.url
        place.set(SHOPIFY_URL=vendor.url, SHOPIFY_TOKEN=TOKEN)
        place.set(INGEST_WITHOUT="shopify.customers,shopify.checkouts,shopify.locations")
        yield vendor
