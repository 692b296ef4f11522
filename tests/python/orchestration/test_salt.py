"""The salt: drawn once, kept private, never silently changed."""

from __future__ import annotations

import stat
from pathlib import Path

import duckdb
import pytest

from orchestration.paths import DataDir
from orchestration.salt import SALT_VARIABLE, SaltChangedError, ensure_salt


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
