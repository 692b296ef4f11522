"""`viaggio rotate-salt`: it says what it takes, and refuses where old hashes would stay."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest

from viaggio.cli import rotate_salt
from viaggio.publishing.hold import place_hold
from viaggio.publishing.publish import (
    LoadedState,
    conclude_rotation,
    current,
    publication_folders,
    publish,
)
from viaggio.workspace.paths import DataDir
from viaggio.workspace.salt import ensure_salt, rotated_at

NOTHING = LoadedState(None, None, None)


def build(data_dir: DataDir) -> None:
    with duckdb.connect(data_dir.warehouse) as connection:
        connection.execute("create schema if not exists marts")
        connection.execute("create or replace table marts.dim_shops as select 1 as shop_id")


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataDir:
    """Two publications of one mart."""
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(tmp_path))
    data_dir = DataDir.at(tmp_path)
    for name in data_dir.environment().keys() - {"VIAGGIO_DATA_DIR"}:
        monkeypatch.setenv(name, "of the shell")
    data_dir.tmp.mkdir()
    ensure_salt(data_dir)
    build(data_dir)
    for run_id in ("one", "two"):
        publish(data_dir, run_id, NOTHING)
    return data_dir


def test_it_says_first_what_it_takes(data_dir: DataDir, capsys: pytest.CaptureFixture[str]) -> None:
    before = data_dir.hash_salt.read_bytes()
    assert rotate_salt.main([]) == 0
    said = capsys.readouterr().out
    assert all(folder.name in said for folder in publication_folders(data_dir))
    assert "Nothing was changed" in said
    assert data_dir.hash_salt.read_bytes() == before
    assert data_dir.warehouse.exists()


def test_old_publications_go_once_a_new_one_is_made(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(_: DataDir) -> int:
        assert not conclude_rotation(data_dir)
        assert len(publication_folders(data_dir)) == 2
        build(data_dir)
        publish(data_dir, "three", NOTHING)
        assert conclude_rotation(data_dir)
        return 0

    monkeypatch.setattr(rotate_salt, "run", run)
    # A publication of the same second counts as older only by its time.
    monkeypatch.setattr(
        "viaggio.publishing.publish.rotated_at",
        lambda data_dir: "2999-01-01T00:00:00" if len(publication_folders(data_dir)) < 3
        else rotated_at(data_dir),
    )  # fmt: skip
    assert rotate_salt.main(["--yes"]) == 0
    published = current(data_dir)
    assert published is not None
    assert [folder.name for folder in publication_folders(data_dir)] == [published.id]
    assert published.run_id == "three"
    assert rotated_at(data_dir) is None


def test_a_build_that_fails_leaves_the_rotation_under_way(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(data_dir: DataDir) -> int:
        assert os.environ["DAGSTER_HOME"] == str(data_dir.dagster_home)
        return 1

    monkeypatch.setattr(rotate_salt, "run", run)
    assert rotate_salt.main(["--yes"]) == 1
    assert "viaggio run" in capsys.readouterr().err
    assert rotate_salt.main(["--yes"]) == 1
    assert "A rotation is under way" in capsys.readouterr().err


def test_it_is_refused_while_readers_are_held(
    data_dir: DataDir, capsys: pytest.CaptureFixture[str]
) -> None:
    place_hold(data_dir, publication_folders(data_dir)[0].name)
    before = data_dir.hash_salt.read_bytes()
    assert rotate_salt.main(["--yes"]) == 1
    assert "viaggio release" in capsys.readouterr().err
    assert data_dir.hash_salt.read_bytes() == before


def test_it_is_refused_during_an_erasure(
    data_dir: DataDir, capsys: pytest.CaptureFixture[str]
) -> None:
    data_dir.erasure.mkdir()
    data_dir.erasure.joinpath("journal.json").write_text("{}")
    assert rotate_salt.main(["--yes"]) == 1
    assert "An erasure is under way" in capsys.readouterr().err
