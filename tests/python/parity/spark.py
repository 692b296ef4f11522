"""dbt on Spark, and then the rows of the views it built as Parquet, so that DuckDB can read them.

    python -m tests.python.parity.spark [--batches LANDED] build --target spark ...

The other arguments are dbt's. dbt leaves its Spark session open, so that asking it for the views,
or building again after each of the golden batches that landed in `LANDED`, costs no second start.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from dbt.artifacts.resources.types import NodeType
from dbt.artifacts.schemas.results import NodeStatus
from dbt.artifacts.schemas.run import RunResult
from dbt.cli.main import dbtRunner
from pyspark.sql import SparkSession

from tests.python.parity.batches import BATCHES, arrive, selection
from tests.python.parity.compare import spark_folder
from viaggio.workspace.paths import DataDir

# A few rows in hundreds of queries: Java would spend its time on compiling what runs once, Spark on
# planning again between the stages of a query. None of these settings decides a row.
JAVA_OPTIONS = (
    "-XX:TieredStopAtLevel=1",
    "-XX:ReservedCodeCacheSize=240m",
    "-XX:+UseSerialGC",
    "-Dderby.system.durability=test",
)
SPARK_SETTINGS = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
ENVIRONMENT = {
    "JDK_JAVA_OPTIONS": " ".join(JAVA_OPTIONS),
    "PYSPARK_SUBMIT_ARGS": " ".join(
        [*(f"--conf {name}={value}" for name, value in SPARK_SETTINGS.items()), "pyspark-shell"]
    ),
    "VIAGGIO_SPARK_PARTITIONS": "2",
}


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
    """Run dbt in this process, after each batch if any, then write the views; 1 if dbt failed."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--batches", type=Path)
    options, dbt_arguments = parser.parse_known_args(arguments)
    os.environ.update(ENVIRONMENT)

    data_dir = DataDir.from_env()
    for number, (batch, run_id) in enumerate(BATCHES.items() if options.batches else [("", "")]):
        selected: tuple[str, ...] = ()
        if batch:
            arrive(options.batches, batch, data_dir)
            os.environ["VIAGGIO_RUN_ID"] = run_id
            selected = selection(number, len(BATCHES))
        done = dbtRunner().invoke([*dbt_arguments, *selected])
        if not done.success:
            return 1
    write_views(data_dir, done.result.results)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
