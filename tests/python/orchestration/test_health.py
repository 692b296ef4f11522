"""What a crash, a full disk or a restore leaves wrong is named, kept and healed before a run."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.health import HealthError, look_after, look_after_dagster, warehouse
from orchestration.home import prepare_home
from tests.python.conftest import run_module
from viaggio.publishing.publish import LoadedState, current, publication_folders, publish
from viaggio.workspace import dbt_project as project
from viaggio.workspace.paths import DataDir
from viaggio.workspace.salt import ensure_salt

LOADED = LoadedState(None, None, None)
Damage = Callable[[Path], object]


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def garble(path: Path) -> None:
    path.write_bytes(b"\x17" * path.stat().st_size)


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.fixture
def data_dir(tmp_path: Path) -> DataDir:
    """A warehouse, published twice."""
    data_dir = DataDir(tmp_path / "data")
    data_dir.tmp.mkdir(parents=True)
    ensure_salt(data_dir)
    with duckdb.connect(data_dir.warehouse) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.fct_orders as select hash(range) as n from range(100000)"
        )
    for number in range(2):
        publish(data_dir, f"run-{number}", LOADED)
    return data_dir


def heal(data_dir: DataDir) -> str:
    said: list[str] = []
    look_after(data_dir, said.append)
    again: list[str] = []
    look_after(data_dir, again.append)
    assert again == [], "what was healed is not found again"
    return "\n".join(said)


def rows_seen(data_dir: DataDir) -> int:
    file = os.path.realpath(data_dir.published / "viaggio.duckdb")
    with duckdb.connect(file, read_only=True) as connection:
        [(rows,)] = connection.execute("select count(*) from marts.fct_orders").fetchall()
    return rows


def test_what_is_whole_is_left_alone(data_dir: DataDir) -> None:
    before = {path: path.lstat().st_ino for path in data_dir.root.rglob("*")}
    assert heal(data_dir) == ""
    assert {path: path.lstat().st_ino for path in data_dir.root.rglob("*")} == before


def test_nothing_at_all_is_healthy(tmp_path: Path) -> None:
    assert heal(DataDir(tmp_path)) == ""


def test_a_copy_that_followed_links_is_told_from_the_publication(data_dir: DataDir) -> None:
    """`cp -rL` of the whole directory: the newest publication lies in both places."""
    seen = current(data_dir)
    restored = DataDir(data_dir.root.with_name("restored"))
    shutil.copytree(data_dir.root, restored.root, symlinks=False)
    assert "The copy is removed" in heal(restored)
    assert restored.published.is_symlink()
    assert current(restored) == seen
    assert publish(restored, "run-3", LOADED).number == 3
    assert rows_seen(restored) == 100_000


def test_a_folder_that_is_a_publication_goes_to_the_others(data_dir: DataDir) -> None:
    """The folder `published` was restored alone."""
    seen = current(data_dir)
    whole = data_dir.published.resolve()
    data_dir.published.unlink()
    whole.rename(data_dir.published)
    assert "was a folder" in heal(data_dir)
    assert data_dir.published.is_symlink()
    assert current(data_dir) == seen


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_is_no_publication_is_kept_and_the_newest_one_is_linked(
    data_dir: DataDir, kind: str
) -> None:
    newest = current(data_dir)
    data_dir.published.unlink()
    if kind == "file":
        data_dir.published.write_text("../elsewhere")
    else:
        (data_dir.published / "parquet").mkdir(parents=True)
    said = heal(data_dir)
    assert "published.damaged-1" in said
    assert (data_dir.root / "published.damaged-1").exists()
    assert current(data_dir) == newest


def test_a_link_to_itself_leads_to_the_newest_whole_publication(data_dir: DataDir) -> None:
    newest = current(data_dir)
    data_dir.published.unlink()
    data_dir.published.symlink_to("published")
    assert "led nowhere" in heal(data_dir)
    assert current(data_dir) == newest


def test_a_dangling_link_leads_to_the_newest_whole_publication(data_dir: DataDir) -> None:
    first, second = publication_folders(data_dir)
    shutil.rmtree(second)
    assert "led nowhere" in heal(data_dir)
    assert data_dir.published.resolve() == first


def test_a_missing_link_is_made_again(data_dir: DataDir) -> None:
    newest = current(data_dir)
    data_dir.published.unlink()
    assert "was missing" in heal(data_dir)
    assert current(data_dir) == newest


@pytest.mark.parametrize("name", ["manifest.json", "viaggio.duckdb", "parquet/fct_orders.parquet"])
@pytest.mark.parametrize("damage", [cut, empty, Path.unlink])
def test_a_damaged_publication_is_never_the_current_one(
    data_dir: DataDir, name: str, damage: Damage
) -> None:
    first, second = publication_folders(data_dir)
    damage(second / name)
    assert current(data_dir) is None
    assert "led to a damaged publication" in heal(data_dir)
    assert data_dir.published.resolve() == first
    third = publish(data_dir, "run-3", LOADED)
    assert publication_folders(data_dir) == [first, data_dir.publications / third.id]


def test_a_damaged_publication_older_than_a_whole_one_is_removed(data_dir: DataDir) -> None:
    first, second = publication_folders(data_dir)
    (first / "manifest.json").write_text("{}")
    assert "It is removed" in heal(data_dir)
    assert publication_folders(data_dir) == [second]


def test_a_person_s_folder_among_publications_stays(data_dir: DataDir) -> None:
    (data_dir.publications / "keep-2024").mkdir()
    assert heal(data_dir) == ""
    for number in range(4):
        publish(data_dir, f"more-{number}", LOADED)
    assert (data_dir.publications / "keep-2024").exists()


def test_without_any_whole_publication_readers_wait_for_the_next(data_dir: DataDir) -> None:
    for folder in publication_folders(data_dir):
        (folder / "manifest.json").unlink()
    said: list[str] = []
    look_after(data_dir, said.append)
    assert "no publication is whole" in "\n".join(said)
    publish(data_dir, "run-3", LOADED)
    assert rows_seen(data_dir) == 100_000
    assert len(publication_folders(data_dir)) == 1


def test_what_a_killed_run_left_is_removed(data_dir: DataDir) -> None:
    left = [
        data_dir.publications / ".building-p00000003-run-2" / "parquet",
        data_dir.root / "target" / "parse-x1",
    ]
    for folder in left:
        folder.mkdir(parents=True)
    (data_dir.root / ".published.new").symlink_to("publications/p00000003-run-2")
    assert "did not finish" in heal(data_dir)
    assert not any(folder.exists() for folder in left)
    assert not (data_dir.root / ".published.new").is_symlink()


@pytest.mark.parametrize("damage", [cut, garble, empty])
def test_a_warehouse_that_cannot_be_read_is_kept_and_built_again(
    data_dir: DataDir, damage: Damage
) -> None:
    log = data_dir.root / "warehouse.duckdb.wal"
    log.write_bytes(b"of the old one")
    damage(data_dir.warehouse)
    said = heal(data_dir)
    assert "built again from the raw files" in said
    assert str(data_dir.warehouse) in said
    assert not data_dir.warehouse.exists()
    assert not log.exists()
    assert (data_dir.root / "warehouse.duckdb.damaged-1").exists()
    assert (data_dir.root / "warehouse.duckdb.damaged-1.wal").exists()


def test_a_warehouse_that_has_become_smaller_is_whole(data_dir: DataDir) -> None:
    """DuckDB cuts what it no longer uses off the end, and still counts it."""
    rows = "select hash(range) as n from range({})"
    with duckdb.connect(data_dir.warehouse) as connection:
        connection.execute(f"create table big as {rows.format(1_000_000)}")
        connection.execute("create table small as select 1 as n")
        connection.execute("checkpoint")
        connection.execute("drop table big")
        connection.execute(f"create table middling as {rows.format(100_000)}")
    with duckdb.connect(data_dir.warehouse) as connection:
        connection.execute("drop table small")
        connection.execute("drop table middling")
    with duckdb.connect(data_dir.warehouse, read_only=True) as connection:
        [(block_size, blocks)] = connection.execute(
            "select block_size, total_blocks from pragma_database_size()"
        ).fetchall()
    assert data_dir.warehouse.stat().st_size < block_size * blocks
    assert heal(data_dir) == ""
    assert data_dir.warehouse.exists()


def test_a_log_without_its_warehouse_is_moved_aside(data_dir: DataDir) -> None:
    data_dir.warehouse.unlink()
    data_dir.root.joinpath("warehouse.duckdb.wal").write_bytes(b"of the old one")
    assert "without its warehouse" in heal(data_dir)
    duckdb.connect(data_dir.warehouse).close()


def test_a_warehouse_that_somebody_writes_to_is_not_damaged(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object, **__: object) -> None:
        raise duckdb.IOException("IO Error: Could not set lock on file")

    with monkeypatch.context() as patch:
        patch.setattr("orchestration.health.duckdb.connect", locked)
        assert list(warehouse(data_dir)) == []
    assert data_dir.warehouse.exists()


def test_rows_that_cannot_be_read_are_found_when_a_build_has_failed(data_dir: DataDir) -> None:
    size = data_dir.warehouse.stat().st_size
    with data_dir.warehouse.open("r+b") as file:
        file.seek(size // 3)
        file.write(b"\x17" * (size // 3))
    [said] = warehouse(data_dir, thorough=True)
    assert "Corrupt" in said


@pytest.mark.parametrize("damage", [cut, garble, empty])
def test_a_damaged_result_of_expectations_is_moved_aside(data_dir: DataDir, damage: Damage) -> None:
    folder = data_dir.validation / "result"
    folder.mkdir(parents=True)
    for name in ("schema", "run-1_raw"):
        duckdb.sql("select 1 as n").write_parquet(str(folder / f"{name}.parquet"))
    damage(folder / "run-1_raw.parquet")
    assert "run-1_raw.parquet was damaged" in heal(data_dir)
    assert [path.name for path in folder.glob("*.parquet")] == ["schema.parquet"]


@pytest.mark.parametrize("damage", [cut, garble])
def test_dagster_s_damaged_files_are_kept_and_it_goes_on_with_new_ones(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch, damage: Damage
) -> None:
    """Runs, the index of events, the events of a run, and schedules."""
    prepare_home(data_dir)
    for variable, value in data_dir.environment().items():
        monkeypatch.setenv(variable, value)
    run_id = add_run()
    damaged = sorted(data_dir.dagster_home.rglob("*.db"))
    assert len(damaged) == 4
    for path in damaged:
        damage(path)
    said: list[str] = []
    look_after_dagster(data_dir, said.append)
    assert [words.split()[0] for words in said] == [str(path) for path in damaged]
    assert all(path.with_name(path.name + ".damaged-1").exists() for path in damaged)
    add_run()
    with dg.DagsterInstance.get() as instance:
        assert list(instance.all_logs(run_id)) == []


def add_run() -> str:
    """Write to all of Dagster's files, as a run and a sensor do."""
    with dg.DagsterInstance.get() as instance:
        run = instance.add_run(dg.DagsterRun(job_name="viaggio"))
        instance.report_engine_event("here", run)
        assert instance.get_run_by_id(run.run_id) is not None
        assert instance.all_logs(run.run_id)
        assert instance.all_instigator_state() == []
    return run.run_id


def test_dagster_s_whole_files_are_left_alone_even_in_use(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare_home(data_dir)
    for variable, value in data_dir.environment().items():
        monkeypatch.setenv(variable, value)
    add_run()
    said: list[str] = []
    runs = data_dir.dagster_home / "history" / "runs.db"
    with sqlite3.connect(runs, isolation_level=None) as connection:
        connection.execute("begin immediate")
        look_after_dagster(data_dir, said.append)
        connection.execute("rollback")
    connection.close()
    assert said == []


def test_what_may_not_be_touched_is_named(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(data_dir.publications))

    monkeypatch.setattr("orchestration.health.close_to_others", refuse)
    with pytest.raises(HealthError, match=r"Permission denied.*publications.*run again"):
        look_after(data_dir)


@pytest.mark.parametrize("content", ["", '{"nodes": {"model', "null", "[]"])
def test_a_damaged_manifest_is_parsed_again(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    parsed: list[Path] = []

    def parse(_: DataDir, manifest: Path) -> None:
        manifest.parent.mkdir(exist_ok=True)
        manifest.write_text('{"nodes": {}, "sources": {}}')
        parsed.append(manifest)

    monkeypatch.setattr(project, "_parse", parse)
    whole = project.load_manifest(data_dir)
    assert project.load_manifest(data_dir) == whole
    assert len(parsed) == 1
    parsed[0].write_text(content)
    assert project.load_manifest(data_dir) == whole
    assert len(parsed) == 2


def test_a_run_without_the_salt_ends_with_words(data_dir: DataDir) -> None:
    data_dir.hash_salt.unlink()
    ended = run_module(data_dir, "orchestration.run")
    assert ended.code == 1
    assert "Restore the folder" in ended.output
    assert "Traceback" not in ended.output


def test_a_landing_folder_that_cannot_be_read_ends_a_run_with_words(data_dir: DataDir) -> None:
    data_dir.landing.write_text("a file, where the folder was")
    ended = run_module(data_dir, "orchestration.run")
    assert ended.code == 1
    assert "Cannot read the landing folder" in ended.output
    assert "Traceback" not in ended.output
