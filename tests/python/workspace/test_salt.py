"""The salt: drawn once, kept private, never silently changed."""

from __future__ import annotations

import shutil
import stat
from datetime import date
from pathlib import Path

import duckdb
import pytest

from viaggio.workspace import salt as salt_module
from viaggio.workspace.ledger import ExpiredDay, Ledger
from viaggio.workspace.paths import DataDir
from viaggio.workspace.salt import (
    SALT_VARIABLE,
    SaltChangedError,
    SaltMissingError,
    check_value,
    end_rotation,
    ensure_salt,
    rotate_salt,
    rotated_at,
)


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataDir:
    monkeypatch.delenv(SALT_VARIABLE, raising=False)
    return DataDir(tmp_path)


def salt_in(data_dir: DataDir) -> str:
    [(salt,)] = duckdb.sql(f"select salt from '{data_dir.hash_salt}'").fetchall()
    return salt


def test_drawn_once(data_dir: DataDir) -> None:
    ensure_salt(data_dir)
    first = salt_in(data_dir)
    ensure_salt(data_dir)
    assert len(first) == 64
    assert salt_in(data_dir) == first


def test_two_places_draw_different_salts(tmp_path: Path, data_dir: DataDir) -> None:
    ensure_salt(data_dir)
    other = DataDir(tmp_path / "other")
    ensure_salt(other)
    assert salt_in(other) != salt_in(data_dir)


def test_only_the_owner_may_read_it(data_dir: DataDir) -> None:
    ensure_salt(data_dir)
    assert stat.S_IMODE(data_dir.hash_salt.stat().st_mode) == 0o600
    assert stat.S_IMODE(data_dir.hash_salt.parent.stat().st_mode) == 0o700


def test_given_by_the_environment(data_dir: DataDir, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SALT_VARIABLE, 'pepper\'s "salt"')
    ensure_salt(data_dir)
    assert salt_in(data_dir) == 'pepper\'s "salt"'


def test_a_changed_salt_is_refused_with_what_to_do(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure_salt(data_dir)
    first = salt_in(data_dir)
    monkeypatch.setenv(SALT_VARIABLE, "another")
    with pytest.raises(SaltChangedError, match=f"Unset {SALT_VARIABLE}") as refused:
        ensure_salt(data_dir)
    assert first not in str(refused.value)
    assert "another" not in str(refused.value)
    assert salt_in(data_dir) == first


@pytest.mark.parametrize(
    "left", ["raw/store/order", "warehouse.duckdb", "publications/p00000001-run", "spark/warehouse"]
)
def test_a_lost_salt_is_not_replaced_where_there_are_data(data_dir: DataDir, left: str) -> None:
    """Lost with its check value, as by a backup that leaves private files out."""
    path = data_dir.root / left
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    with pytest.raises(SaltMissingError, match=r"is missing.*Restore.*backup.*To start over"):
        ensure_salt(data_dir)
    assert not data_dir.hash_salt.exists()


def test_a_lost_salt_can_be_given_again(data_dir: DataDir, monkeypatch: pytest.MonkeyPatch) -> None:
    ensure_salt(data_dir)
    salt = salt_in(data_dir)
    shutil.rmtree(data_dir.hash_salt.parent)
    with pytest.raises(SaltMissingError):
        ensure_salt(data_dir)
    monkeypatch.setenv(SALT_VARIABLE, "not the one")
    with pytest.raises(SaltChangedError, match=f"{SALT_VARIABLE} is not the one"):
        ensure_salt(data_dir)
    assert not data_dir.hash_salt.exists()
    monkeypatch.setenv(SALT_VARIABLE, salt)
    ensure_salt(data_dir)
    assert salt_in(data_dir) == salt


def test_a_salt_from_another_backup_is_noticed(tmp_path: Path, data_dir: DataDir) -> None:
    ensure_salt(data_dir)
    other = DataDir(tmp_path / "other")
    ensure_salt(other)
    shutil.copy(other.hash_salt, data_dir.hash_salt)
    with pytest.raises(
        SaltChangedError, match=r"is not the one.*Restore.*To start over"
    ) as refused:
        ensure_salt(data_dir)
    assert salt_in(other) not in str(refused.value)


def test_the_check_value_is_of_a_salt_in_use_before_it_was_kept(data_dir: DataDir) -> None:
    ensure_salt(data_dir)
    data_dir.salt_check.unlink()
    data_dir.warehouse.touch()
    ensure_salt(data_dir)
    assert data_dir.salt_check.read_text().strip() == check_value(salt_in(data_dir))
    assert salt_in(data_dir) not in data_dir.salt_check.read_text()


@pytest.mark.parametrize("damage", ["cut", "garbled", "empty", "two rows", "no salt"])
def test_a_damaged_salt_stops_with_what_to_do(data_dir: DataDir, damage: str) -> None:
    ensure_salt(data_dir)
    path = data_dir.hash_salt
    contents = {"cut": path.read_bytes()[:50], "garbled": b"x" * 200, "empty": b""}
    if damage in contents:
        path.write_bytes(contents[damage])
    else:
        rows = (
            "select null::varchar as salt"
            if damage == "no salt"
            else "select 'a' as salt from range(2)"
        )
        duckdb.sql(rows).write_parquet(str(path))
    with pytest.raises(SaltMissingError, match=r"is damaged.*Restore.*To start over"):
        ensure_salt(data_dir)


def test_starting_over_as_the_message_says(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure_salt(data_dir)
    data_dir.raw.joinpath("store").mkdir(parents=True)
    monkeypatch.setenv(SALT_VARIABLE, "the new one")
    with pytest.raises(SaltChangedError) as refused:
        ensure_salt(data_dir)
    for path in (data_dir.salt_check, data_dir.hash_salt.parent, data_dir.warehouse):
        assert str(path) in str(refused.value)
    data_dir.salt_check.unlink()
    shutil.rmtree(data_dir.hash_salt.parent)
    ensure_salt(data_dir)
    assert salt_in(data_dir) == "the new one"


def built_with(data_dir: DataDir) -> str:
    """A data directory with a build; returns its salt."""
    ensure_salt(data_dir)
    data_dir.warehouse.touch()
    data_dir.root.joinpath("spark", "warehouse").mkdir(parents=True)
    return salt_in(data_dir)


def test_a_rotation_keeps_the_first_line_and_draws_a_second(data_dir: DataDir) -> None:
    first = built_with(data_dir)
    rotate_salt(data_dir)
    line, second = salt_in(data_dir).split("\n")
    assert line == first
    assert len(second) == 64
    assert stat.S_IMODE(data_dir.hash_salt.stat().st_mode) == 0o600
    assert data_dir.salt_check.read_text().strip() == check_value(salt_in(data_dir))
    rotate_salt(data_dir)
    assert salt_in(data_dir).split("\n")[0] == first
    assert salt_in(data_dir).split("\n")[1] != second


def test_a_rotation_removes_what_was_built_until_something_is_published(data_dir: DataDir) -> None:
    built_with(data_dir)
    assert rotated_at(data_dir) is None
    rotate_salt(data_dir)
    assert not data_dir.warehouse.exists()
    assert not data_dir.root.joinpath("spark").exists()
    assert rotated_at(data_dir)
    end_rotation(data_dir)
    assert rotated_at(data_dir) is None


def test_the_variable_may_stay_as_it_was(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SALT_VARIABLE, "given")
    ensure_salt(data_dir)
    rotate_salt(data_dir)
    ensure_salt(data_dir)
    assert salt_in(data_dir).startswith("given\n")
    # The second line is nowhere else: the variable alone restores nothing.
    shutil.rmtree(data_dir.hash_salt.parent)
    with pytest.raises(SaltChangedError, match="Restore the folder"):
        ensure_salt(data_dir)


@pytest.mark.parametrize("step", range(4))
def test_a_rotation_that_is_killed_is_finished_by_the_next_command(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    first = built_with(data_dir)
    steps = [
        (salt_module, "_finish_rotation"),
        (salt_module.shutil, "rmtree"),
        (salt_module, "_rotation_mark"),
        (salt_module, "check_value"),
    ]
    place, name = steps[step]
    before = getattr(place, name)

    def killed(*arguments: object, **options: object) -> object:
        # The command looks at the salt before it draws a new one.
        if not data_dir.hash_salt.with_name("salt.next").exists() and "\n" not in salt_in(data_dir):
            return before(*arguments, **options)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(place, name, killed)
        with pytest.raises(KeyboardInterrupt):
            rotate_salt(data_dir)
    ensure_salt(data_dir)
    assert salt_in(data_dir).startswith(f"{first}\n")
    assert data_dir.salt_check.read_text().strip() == check_value(salt_in(data_dir))
    assert not data_dir.warehouse.exists()
    assert rotated_at(data_dir)
    assert [path.name for path in data_dir.hash_salt.parent.glob("*.parquet")] == ["salt.parquet"]


def test_nobody_is_told_to_start_over_once_days_have_expired(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure_salt(data_dir)
    with Ledger(data_dir.ledger_db) as ledger:
        ledger.expire([ExpiredDay("store", "order", date(2025, 1, 5), "2025-01-06")], [])
    monkeypatch.setenv(SALT_VARIABLE, "another")
    with pytest.raises(SaltChangedError, match="viaggio rotate-salt") as refused:
        ensure_salt(data_dir)
    assert "To start over" not in str(refused.value)
