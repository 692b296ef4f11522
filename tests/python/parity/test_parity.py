"""DuckDB and Spark build the same rows from the same raw files."""

from __future__ import annotations

import pytest

from tests.python.java import missing_java
from tests.python.parity.compare import compare
from viaggio.workspace.paths import DataDir

reason = missing_java()
pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(reason is not None, reason=reason or ""),
]


def test_every_model_is_the_same_on_both_engines(on_spark: DataDir, golden: DataDir) -> None:
    on_spark.warehouse.symlink_to(golden.warehouse)
    differences = compare(on_spark, on_spark.root / "target-spark" / "manifest.json")
    assert not differences, "\n".join(map(str, differences))
