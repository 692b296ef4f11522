"""A made-up published file for all tests of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard import data
from tests.python.dashboard.published import publish


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that holds nothing but the made-up published file."""
    data_dir = tmp_path_factory.mktemp("dashboard")
    publish(data_dir)
    return data_dir


@pytest.fixture
def data_dir(made_up: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The made-up data directory, for whoever asks the environment."""
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(made_up))
    return made_up


@pytest.fixture(autouse=True)
def let_go() -> Iterator[None]:
    """Pages hold their file open, and no other test of this process could open it otherwise."""
    yield
    data.forget()
