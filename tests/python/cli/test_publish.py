"""`viaggio publish`: what is built reaches readers, unless the audit fails."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from viaggio.cli import publish
from viaggio.publishing.publish import current
from viaggio.workspace.dbt_project import RUN_ID_VARIABLE
from viaggio.workspace.paths import DataDir


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataDir:
    """A data directory with a warehouse of one mart."""
    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(tmp_path))
    data_dir = DataDir.at(tmp_path)
    data_dir.tmp.mkdir()
    with duckdb.connect(data_dir.warehouse) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.dim_shops as select 1 as shop_id")
    return data_dir


def test_what_is_built_is_published_as_the_run_that_was_audited(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    audited: list[str] = []

    def audit(_: DataDir, *arguments: str, **variables: str) -> int:
        assert "viaggio.audit" in arguments
        audited.append(variables[RUN_ID_VARIABLE])
        return 0

    monkeypatch.setattr(publish, "run_dbt", audit)
    assert publish.main([]) == 0
    published = current(data_dir)
    assert published is not None
    assert [published.run_id] == audited
    assert [table.name for table in published.tables] == ["dim_shops"]


def test_nothing_is_published_if_the_audit_fails(
    data_dir: DataDir, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(publish, "run_dbt", lambda *_, **__: 1)
    assert publish.main([]) == 1
    assert current(data_dir) is None
    assert "Nothing was published" in capsys.readouterr().err
