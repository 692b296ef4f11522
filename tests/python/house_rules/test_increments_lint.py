"""The SQL of increments is as clean as that of whole builds, which is all that `make lint` sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.python.conftest import Built, run_module
from tests.python.drawn import drawn
from viaggio.workspace.paths import PROJECT_DIR

pytestmark = pytest.mark.slow


def test_increments_lint(built: Built, tmp_path: Path) -> None:
    models = [
        str(path.relative_to(PROJECT_DIR))
        for path in sorted(PROJECT_DIR.glob("models/**/*.sql"))
        if {"is_incremental()", "in_changed_keys()"} & set(path.read_text(encoding="utf-8").split())
    ]
    assert models
    linted = run_module(built.copy(tmp_path / "data"), "sqlfluff", "lint", *drawn(models, 4))
    assert linted.code == 0, linted.output
