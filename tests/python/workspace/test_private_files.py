"""What is written into the data directory is its owner's, and others get in by a group only."""

from __future__ import annotations

import grp
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.python.conftest import Built, run_module
from viaggio.publishing.publish import LoadedState, publish
from viaggio.workspace.paths import READERS_VARIABLE, DataDir, close_to_others


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> str:
    return oct(stat.S_IMODE(path.stat().st_mode))


@pytest.mark.slow
def test_a_whole_run_writes_private_files(built: Built) -> None:
    """The sample's files, raw rows, the ledger, dbt's, Dagster's and validation's, publications."""
    written = sorted(built.untouched.iterdir())
    assert len(written) > 10
    assert {path.name: found for path in written if (found := open_to_others(path))} == {}


def test_a_command_makes_a_private_directory(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path / "data")
    done = run_module(data_dir, "viaggio.landing")
    assert done.code == 0, done.output
    assert data_dir.ledger_db.exists()
    assert open_to_others(data_dir.root) == []


def open_to_others(root: Path) -> list[Path]:
    found = (path for path in (root, *root.rglob("*")) if not path.is_symlink())
    return [path for path in found if path.stat().st_mode & 0o077]


def test_what_a_former_version_left_open_is_closed(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path)
    tmp_path.chmod(0o755)
    for name in ("raw", "publications", "landing", "quarantine", "hash_salt"):
        (tmp_path / name).mkdir(mode=0o755)
    (tmp_path / "ledger.sqlite").touch(mode=0o644)
    (tmp_path / "published").symlink_to("publications")
    close_to_others(data_dir)
    assert {path.name: mode(path) for path in tmp_path.iterdir()} == {
        "raw": "0o700",
        "publications": "0o700",
        "published": "0o700",
        "quarantine": "0o700",
        "hash_salt": "0o700",
        "ledger.sqlite": "0o600",
        # Their owner may give them to a group; all others are out.
        "landing": "0o750",
    }
    assert mode(tmp_path) == "0o750"


def test_the_landing_folder_stays_open_to_the_group_it_was_given_to(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path)
    tmp_path.chmod(0o710)
    data_dir.landing.mkdir()
    data_dir.landing.chmod(0o2770)
    close_to_others(data_dir)
    assert mode(data_dir.landing) == "0o2770"
    assert mode(tmp_path) == "0o710"


def test_readers_of_a_group_get_publications_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any group the owner is in; root may be in none but its own."""
    group = grp.getgrgid(os.getgroups()[-1] if os.getgroups() else os.getgid())
    data_dir = DataDir.at(tmp_path / "data")
    data_dir.tmp.mkdir()
    with duckdb.connect(data_dir.warehouse) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.fct_orders as select 1 as n")
    monkeypatch.setenv(READERS_VARIABLE, group.gr_name)
    publication = publish(data_dir, "run-1", LoadedState(None, None, None))
    folder = data_dir.publications / publication.id
    readable = [folder, *folder.rglob("*"), data_dir.publications]
    assert {path.stat().st_gid for path in readable} == {group.gr_gid}
    assert {mode(path) for path in readable if path.is_dir()} == {"0o750"}
    assert {mode(path) for path in readable if path.is_file()} == {"0o640"}
    assert mode(data_dir.root) == "0o710"
    assert mode(data_dir.warehouse) == "0o600"
    assert mode(data_dir.tmp) == "0o700"

    monkeypatch.delenv(READERS_VARIABLE)
    close_to_others(data_dir)
    assert mode(data_dir.publications) == "0o700"


def test_a_group_that_does_not_exist_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data_dir = DataDir(tmp_path)
    data_dir.publications.mkdir()
    monkeypatch.setenv(READERS_VARIABLE, "no-such-group")
    with pytest.raises(OSError, match=f"{READERS_VARIABLE}.*no-such-group"):
        close_to_others(data_dir)
