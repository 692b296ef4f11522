"""Who is who, against the hidden truth of the generated world."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from benchmarks.identity import (
    connect,
    identifiers_by_type,
    qualities,
    undecidable_by_type,
)
from tests.python.conftest import Built

pytestmark = pytest.mark.slow


@pytest.fixture
def measured(built: Built) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(built.data_dir.warehouse, built.data_dir) as connection:
        yield connection


def test_persons_are_recognised(measured: duckdb.DuckDBPyConnection) -> None:
    """Over all pairs, those that nobody could decide included."""
    found = qualities(measured)["seen with another"]
    assert found.identifiers > 1000
    assert found.precision >= 0.999
    assert found.recall >= 0.99


def test_what_is_shared_and_undecidable_is_counted(measured: duckdb.DuckDBPyConnection) -> None:
    """Every such identifier is left out of the decidable ones, and only those are."""
    found = qualities(measured)
    left_out = sum(number for _, number, _ in undecidable_by_type(measured))
    seen, decidable = found["seen with another"], found["evidence can decide"]
    assert seen.identifiers - decidable.identifiers == left_out
    assert seen.true == decidable.true


def test_what_nobody_could_know_is_cookies(measured: duckdb.DuckDBPyConnection) -> None:
    qualities(measured)
    unknown = {
        kind: seen - with_another for kind, _, seen, with_another in identifiers_by_type(measured)
    }
    assert unknown["device"] > sum(unknown.values()) / 2
    assert unknown["contact"] == unknown["customer"] == 0


def test_bots_and_staff_join_nobody(measured: duckdb.DuckDBPyConnection) -> None:
    qualities(measured)
    (joined,) = measured.execute(
        """
        select count(*)
        from judged
        where person like 'nobody%' and not is_shared and identifier_type in ('device', 'order')
            and person_id <> identifier_id
        """
    ).fetchone()
    assert joined == 0


def test_no_table_of_work_is_left(measured: duckdb.DuckDBPyConnection) -> None:
    left = measured.execute(
        "select table_name from duckdb_tables() where table_name like 'work%'"
    ).fetchall()
    assert left == []
