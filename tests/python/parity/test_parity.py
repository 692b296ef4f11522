"""DuckDB and Spark build the same rows from the same raw files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.python.drawn import drawn
from tests.python.java import missing_java
from tests.python.parity.compare import compare
from tests.python.parity.conftest import build_on_spark
from viaggio.workspace.paths import DataDir

reason = missing_java()
pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(reason is not None, reason=reason or ""),
]


IN_INCREMENTS = bool(drawn([True], 3))


@pytest.mark.skipif(IN_INCREMENTS, reason="increments are compared today, which says more")
def test_every_model_is_the_same_on_both_engines(golden_at_once: DataDir, tmp_path: Path) -> None:
    on_spark = build_on_spark(golden_at_once, tmp_path, "once")
    differences = compare(on_spark, on_spark.root / "target-spark" / "manifest.json")
    assert not differences, "\n".join(map(str, differences))


@pytest.mark.skipif(not IN_INCREMENTS, reason="builds on Spark twice: one day in three")
def test_increments_are_the_same_on_both_engines(on_spark: DataDir, golden: DataDir) -> None:
    on_spark.warehouse.symlink_to(golden.warehouse)
    differences = compare(on_spark, on_spark.root / "target-spark" / "manifest.json")
    assert not differences, "\n".join(map(str, differences))
