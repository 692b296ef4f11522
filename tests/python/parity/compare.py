"""Compare what DuckDB and Spark built from the same raw files, row for row.

    python -m tests.python.parity.compare

reads `warehouse.duckdb`, Spark's Parquet tables under `VIAGGIO_DATA_DIR` and dbt's manifest. A
view is SQL that each engine runs in its own way, so views are compared as well: build on Spark with
`python -m tests.python.parity.spark`, which leaves the rows of its views as Parquet.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from viaggio.workspace.paths import DataDir

EXAMPLES = 3
# Numbers that only say whether something changed, of which each engine has its own.
OWN_TO_AN_ENGINE = (
    *("additive_fingerprint", "person_fingerprint"),
    *("identifier_fingerprint", "journey_fingerprint"),
)

# Effects of channels, which marts round to as many decimals: the last digits of a sum depend on
# the sequence of its terms.
UNROUNDED = ("removal_effect", "removal_effect_revenue", "shapley_value")
DECIMALS = 10


@dataclass(frozen=True, order=True)
class Relation:
    """A table or view that both engines build."""

    schema: str
    name: str
    is_view: bool


@dataclass(frozen=True)
class Difference:
    """One way in which a table is not the same on both engines."""

    relation: str
    problem: str

    def __str__(self) -> str:
        return f"{self.relation}: {self.problem}"


def compare(data_dir: DataDir, manifest: Path | None = None) -> list[Difference]:
    """Differences between the engines over all models and seeds of the manifest; empty if none.

    Rows are compared as they are, by column name, both ways and with their numbers of copies.

    Args:
        data_dir: Where both engines have built.
        manifest: dbt's `manifest.json` of the build on Spark, which says what is a view there; by
            default the one of `make spark`.

    Raises:
        FileNotFoundError: There is no manifest or no DuckDB warehouse: build first.
    """
    relations = _relations(manifest or _default_manifest(data_dir))
    if not data_dir.warehouse.exists():
        raise FileNotFoundError(f"{data_dir.warehouse} is not there: run `dbt build` first.")
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach '{data_dir.warehouse}' as warehouse (read_only)")
        differences = []
        for relation in relations:
            differences += _compare_relation(connection, data_dir, relation)
    return differences


def spark_folder(data_dir: DataDir, schema: str, name: str, *, is_view: bool) -> Path:
    """Where the rows lie that Spark gives for a table or a view."""
    spark = data_dir.root / "spark"
    if is_view:
        return spark / "views" / schema / name
    return spark / "warehouse" / f"{schema}.db" / name


def _default_manifest(data_dir: DataDir) -> Path:
    target = os.environ.get("DBT_TARGET_PATH", str(data_dir.root / "target"))
    return Path(f"{target}-spark") / "manifest.json"


def _relations(manifest: Path) -> list[Relation]:
    """Every model and seed of the manifest that has rows to compare."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    return sorted(
        Relation(node["schema"], node["alias"], node["config"]["materialized"] == "view")
        for node in nodes
        if node["resource_type"] in ("model", "seed")
        and node["config"]["materialized"] != "ephemeral"
    )


def _compare_relation(
    connection: duckdb.DuckDBPyConnection, data_dir: DataDir, compared: Relation
) -> list[Difference]:
    schema, name = compared.schema, compared.name
    relation = f"{schema}.{name}"
    on_duckdb = f'warehouse."{schema}"."{name}"'
    if not _exists(connection, schema, name):
        return [Difference(relation, "not built on DuckDB")]
    folder = spark_folder(data_dir, schema, name, is_view=compared.is_view)
    if not any(folder.rglob("*.parquet")):
        # Spark writes no file for a partitioned table without rows.
        (rows,) = connection.execute(f"select count(*) from {on_duckdb}").fetchone()
        if rows == 0 and folder.is_dir():
            return []
        return [Difference(relation, f"not built on Spark: no Parquet file in {folder}")]
    on_spark = f"read_parquet('{folder}/**/*.parquet', hive_partitioning = {not compared.is_view})"

    types = _types(connection, on_duckdb)
    spark_types = _types(connection, on_spark)
    if types.keys() != spark_types.keys():
        only = sorted(types.keys() ^ spark_types.keys())
        return [Difference(relation, f"columns on one engine only: {', '.join(only)}")]

    differences = [
        Difference(
            relation, f"{column} is {types[column]} on DuckDB, {spark_types[column]} on Spark"
        )
        for column in types
        if _comparable(types[column]) != _comparable(spark_types[column])
    ]
    if differences:
        return differences
    # Spark's timestamps are moments, DuckDB's are UTC without saying so.
    columns = ", ".join(
        f'{_compared(column, kind)} as "{column}"' for column, kind in types.items()
    )
    sides = {
        "DuckDB": f"select {columns} from {on_duckdb}",
        "Spark": f"select {columns} from {on_spark}",
    }
    for here, there in (("DuckDB", "Spark"), ("Spark", "DuckDB")):
        extra = f"({sides[here]} except all {sides[there]})"
        count = connection.execute(f"select count(*) from {extra}").fetchone()[0]
        if count:
            keys = connection.execute(
                f'select distinct "{next(iter(types))}" from {extra} order by all limit {EXAMPLES}'
            ).fetchall()
            examples = ", ".join(str(key[0]) for key in keys)
            differences.append(
                Difference(
                    relation,
                    f"{count} rows are on {here} only; {next(iter(types))} {examples} ... "
                    f"differ in {_differing_columns(connection, types, sides)}",
                )
            )
    return differences


def _exists(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> bool:
    found = connection.execute(
        "select count(*) from information_schema.tables "
        "where table_catalog = 'warehouse' and table_schema = ? and table_name = ?",
        [schema, name],
    ).fetchone()
    return bool(found[0])


def _types(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    described = connection.execute(f"describe select * from {relation}").fetchall()
    return {row[0]: row[1] for row in described if row[0] not in OWN_TO_AN_ENGINE}


def _compared(column: str, kind: str) -> str:
    value = f'cast("{column}" as {kind})'
    return f"round({value}, {DECIMALS})" if column in UNROUNDED else value


def _comparable(kind: str) -> str:
    return kind.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMP")


def _differing_columns(
    connection: duckdb.DuckDBPyConnection, types: dict[str, str], sides: dict[str, str]
) -> str:
    """Columns whose values, each column taken alone, are not the same on both engines."""
    differing = []
    for column in types:
        (count,) = connection.execute(
            f'select count(*) from (select "{column}" from ({sides["DuckDB"]}) '
            f'except all select "{column}" from ({sides["Spark"]}))'
        ).fetchone()
        if count:
            differing.append(column)
    return ", ".join(differing) or "no single column, only in combination or number"


def main() -> int:
    differences = compare(DataDir.from_env())
    for difference in differences:
        print(difference)
    print("The engines agree." if not differences else f"{len(differences)} differences.")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
