"""Great Expectations on DuckDB: broken with the plain dialect, whole with ours."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa

from expectations import dialect
from expectations.gx import ExpectationSuiteValidationResult, great_expectations, gxe, quiet_context


def _validate(driver: str, tmp_path: Path) -> ExpectationSuiteValidationResult:
    """Three kinds of expectation on a table of ten rows, through one dialect."""
    path = tmp_path / "ten.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table ten as select range as n from range(10)")
    context = quiet_context()
    datasource = context.data_sources.add_sql(name="ten", connection_string=f"{driver}:///{path}")
    batch = datasource.add_table_asset("ten").add_batch_definition_whole_table("all").get_batch()
    suite = great_expectations.ExpectationSuite(
        "ten",
        expectations=[
            gxe.ExpectTableRowCountToBeBetween(min_value=10, max_value=10),
            gxe.ExpectColumnValuesToNotBeNull(column="n"),
            gxe.ExpectColumnMeanToBeBetween(column="n", min_value=4.5, max_value=4.5),
        ],
    )
    result = batch.validate(suite)
    datasource.get_execution_engine().close()
    datasource.get_execution_engine().engine.dispose()
    return result


def test_the_plain_dialect_loses_results(tmp_path: Path) -> None:
    result = _validate("duckdb", tmp_path)
    assert not result.success
    assert "list index out of range" in str(result.results)


def test_the_buffered_dialect_keeps_them(tmp_path: Path) -> None:
    result = _validate("duckdb+buffered", tmp_path)
    assert [each.success for each in result.results] == [True, True, True]


@pytest.mark.parametrize(
    ("statement", "rows"), [("select 1 as one", [(1,)]), ("create table t (a int)", [])]
)
def test_statements_with_and_without_rows(statement: str, rows: list[tuple]) -> None:
    engine = sa.create_engine("duckdb+buffered:///:memory:")
    assert isinstance(engine.dialect, dialect.BufferedDialect)
    with engine.connect() as connection:
        assert connection.exec_driver_sql(statement).fetchall() == rows
    engine.dispose()
