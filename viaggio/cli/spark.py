"""Build with Spark what landed on this machine: `viaggio spark [options of dbt build]`.

Spark writes the files of a table before it knows the table. Killed in between it leaves a folder
that no table claims and in which nothing is whole, and it refuses to write there again. Such
folders are removed first, so that a build heals what a killed one left.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from dbt.cli.main import dbtRunner
from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession

from viaggio.workspace.paths import PROJECT_DIR, DataDir
from viaggio.workspace.salt import SaltError, ensure_salt

TARGET = ("--target", "spark")
LOG = ("--log-level-file", "debug")


def remove_unclaimed_folders(spark: SparkSession, warehouse: Path) -> list[Path]:
    """Remove the folders of tables that the catalogue does not have.

    Args:
        spark: An open session, which no other process shares its catalogue with.
        warehouse: Folder with one folder for each database, and in these one for each table. A
            database that the catalogue does not have is another one's, and left alone.

    Returns:
        The folders that were removed.
    """
    unclaimed = []
    for database in sorted(warehouse.glob("*.db")):
        if not spark.catalog.databaseExists(database.stem):
            continue
        claimed = {table.name for table in spark.catalog.listTables(database.stem)}
        unclaimed += [
            folder
            for folder in sorted(database.iterdir())
            if folder.is_dir() and folder.name not in claimed
        ]
    for folder in unclaimed:
        shutil.rmtree(folder)
    return unclaimed


def main(arguments: Sequence[str]) -> int:
    """Open dbt's session, tidy up, and build; 1 if dbt fails."""
    data_dir = DataDir.from_env()
    os.environ.update(data_dir.environment())
    os.chdir(PROJECT_DIR)
    try:
        if data_dir.raw.is_dir():
            ensure_salt(data_dir)
    except SaltError as error:
        print(error)
        return 1
    dbt = dbtRunner()
    # dbt leaves its session open, which has the profile's settings.
    if not dbt.invoke([*LOG, "--quiet", "debug", "--connection", *TARGET]).success:
        print(f"Spark does not start; {data_dir.root / 'logs' / 'dbt.log'} says why.")
        return 1
    spark_dir = data_dir.root / "spark"
    # Only the embedded catalogue is one process's; beside another one somebody may be writing.
    if (spark_dir / "metastore_db").is_dir():
        spark = SparkSession.builder.enableHiveSupport().getOrCreate()
        try:
            removed = remove_unclaimed_folders(spark, spark_dir / "warehouse")
        except AnalysisException:
            print(f"Another build has Spark's catalogue under {spark_dir}: wait for its end.")
            return 1
        for folder in removed:
            print(f"Removed {folder}: a build was killed while it wrote there.")
    built = dbt.invoke(
        ["build", *TARGET, "--target-path", str(data_dir.root / "target-spark"), *arguments]
    )
    return 0 if built.success else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
