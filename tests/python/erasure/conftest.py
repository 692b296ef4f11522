"""A data directory with planted persons: landed, not built."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from tests.python.erasure.planted import Planted, drop
from viaggio.erasure import erase
from viaggio.erasure.requests import Request
from viaggio.landing.load import LandingSettings, land
from viaggio.workspace.paths import DataDir
from viaggio.workspace.salt import ensure_salt

SETTINGS = LandingSettings(settle_seconds=0, memory_limit="500MB", threads=1)


@pytest.fixture(scope="package")
def landed_once(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    """Two persons, landed; only to be copied."""
    data_dir = DataDir(tmp_path_factory.mktemp("landed") / "data")
    ensure_salt(data_dir)
    drop(data_dir.landing, [Planted(1), Planted(2)])
    land(data_dir, settings=SETTINGS)
    return data_dir


@pytest.fixture
def landed(landed_once: DataDir, tmp_path: Path) -> DataDir:
    return copied(landed_once, tmp_path)


@pytest.fixture(scope="package")
def erased_once(landed_once: DataDir, tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    """The same without the first person; only to be read or copied."""
    data_dir = copied(landed_once, tmp_path_factory.mktemp("erased"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("VIAGGIO_LANDING_SETTLE_SECONDS", "0")
        erase.begin(data_dir, erase.plan(data_dir, [request_of_all(Planted(1))]))
    return data_dir


@pytest.fixture
def erased(erased_once: DataDir, tmp_path: Path) -> DataDir:
    return copied(erased_once, tmp_path)


def copied(data_dir: DataDir, folder: Path) -> DataDir:
    shutil.copytree(data_dir.root, folder / "data", symlinks=True)
    return DataDir(folder / "data")


def request_of_all(person: Planted) -> Request:
    """A request that names all there is of a person; nothing is built that could join it."""
    named = tuple(
        (kind, f"instagram|{value}" if kind == "handle" else value)
        for kind, value in person.values.items()
        if kind != "name"
    )
    more = (("order", f"{person.order}9"), ("order", "7766000000001"))
    return Request("0123456789abcdef", datetime(2025, 2, 1), "command", (*named, *more))
