"""The unit tests of the dbt models; a run leaves them out, so they run here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.python.conftest import Built, run_command
from viaggio.workspace.dbt_project import DBT

pytestmark = pytest.mark.slow


def test_dbt_unit_tests_pass(built: Built, tmp_path: Path) -> None:
    data_dir = built.copy(tmp_path / "data")
    done = run_command(data_dir, DBT, "test", "--select", "test_type:unit")
    assert done.code == 0, done.output
    assert "Nothing to do" not in done.output
