"""dbt on Spark, and then the rows of the views it built as Parquet, so that DuckDB can read them.

    python -m tests.python.parity.spark build --target spark ...

The arguments are dbt's. dbt leaves its Spark session open, so that asking it for the views costs no
second start.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from dbt.artifacts.resources.types import NodeType
from dbt.artifacts.schemas.results import NodeStatus
from dbt.artifacts.schemas.run import RunResult
from dbt.cli.main import dbtRunner
from pyspark.sql import SparkSession

from orchestration.paths import DataDir
from tests.python.parity.compare import spark_folder


def write_views(data_dir: DataDir, results: Iterable[RunResult]) -> None:
    """Write the rows of each view that was built."""
    spark = SparkSession.builder.enableHiveSupport().getOrCreate()
    for result in results:
        node = result.node
        is_view = node.resource_type == NodeType.Model and node.config.materialized == "view"
        if is_view and result.status == NodeStatus.Success:
            folder = spark_folder(data_dir, node.schema, node.alias, is_view=True)
            spark.table(f"{node.schema}.{node.alias}").write.mode("overwrite").parquet(str(folder))


def main(arguments: list[str]) -> int:
    """Run dbt in this process, then write the views; 1 if dbt failed."""
    done = dbtRunner().invoke(arguments)
    if not done.success:
        return 1
    write_views(DataDir.from_env(), done.result.results)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
