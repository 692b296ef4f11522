"""The demo generates a company where nothing has landed, and runs only on a whole one."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration import demo
from viaggio.workspace.paths import DataDir


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[Path]]:
    """What had landed each time the pipeline was started; what it prepares is left out."""
    seen: list[list[Path]] = []
    landing = DataDir(tmp_path).landing

    def run(_arguments: list[str]) -> int:
        found = (path for path in landing.rglob("*") if path.is_file())
        seen.append(sorted(path.relative_to(landing) for path in found))
        return 0

    monkeypatch.setenv("VIAGGIO_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(demo.run, "main", run)
    monkeypatch.setattr(demo, "_prepare", lambda _data_dir: None)
    return seen


def test_the_pipeline_runs_on_what_was_generated(runs: list[list[Path]]) -> None:
    assert demo.main(["--days", "2", "--persons", "30"]) == 0
    (landed,) = runs
    assert {path.parts[0] for path in landed} >= {"ga4", "store"}


def test_what_has_landed_is_left_as_it_is(tmp_path: Path, runs: list[list[Path]]) -> None:
    mine = tmp_path / "landing" / "store" / "order" / "mine.csv"
    mine.parent.mkdir(parents=True)
    mine.touch()
    assert demo.main(["--days", "2", "--persons", "30"]) == 0
    assert runs == [[Path("store/order/mine.csv")]]


def test_nothing_runs_where_the_company_could_not_be_generated(
    runs: list[list[Path]], capfd: pytest.CaptureFixture[str]
) -> None:
    assert demo.main(["--days", "0", "--persons", "30"]) == 2
    assert runs == []
    assert "error:" in capfd.readouterr().err
