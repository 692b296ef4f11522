"""DuckDB and Spark build the same rows from the same raw files."""

from __future__ import annotations

import pytest

from orchestration.paths import DataDir
from tests.python.java import missing_java
from tests.python.parity.compare import compare
from tests.python.parity.conftest import build, drop, new_data_dir

reason = missing_java()
pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(reason is not None, reason=reason or ""),
]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    """Built on both engines after each of two batches."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        data_dir = new_data_dir(tmp_path_factory.mktemp("both"), monkeypatch)
        for batch in ("landing", "late"):
            drop(data_dir, batch)
            for target in ("ci", "spark"):
                build(data_dir, target, batch)
    return data_dir


def test_every_model_is_the_same_on_both_engines(both: DataDir) -> None:
    differences = compare(both, both.root / "target-ci" / "manifest.json")
    assert not differences, "\n".join(map(str, differences))
