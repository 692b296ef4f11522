"""Golden files in, rows checked by hand out."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import duckdb
import pytest

from tests.python.parity.arrival import unequal_relations
from tests.python.parity.conftest import GOLDEN, SALT
from viaggio.workspace.paths import DataDir

pytestmark = pytest.mark.slow

EXPECTED = sorted((GOLDEN / "expected").glob("*.csv"))

# The stories of persons (tests/golden/README.md) are checked in the marts.
NO_STORIES = "_source_file not like '%/stories%'"


def rows(data_dir: DataDir, sql: str) -> list[tuple]:
    with duckdb.connect(str(data_dir.warehouse), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_rows_are_as_written_by_hand(golden: DataDir, path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as lines:
        header, *wanted = csv.reader(lines)
    texts = ", ".join(f"coalesce(cast({column} as varchar), '')" for column in header)
    found = rows(golden, f"select {texts} from staging.{path.stem} where {NO_STORIES}")
    assert sorted(found) == sorted(map(tuple, wanted))


def test_addresses_and_numbers_are_salted_hashes_of_their_normal_form(golden: DataDir) -> None:
    def salted(text: str) -> str:
        return hashlib.sha256(f"{SALT}{text}".encode()).hexdigest()

    found = rows(
        golden,
        "select contact_id, email_hash, phone_hash "
        f"from staging.stg_crm__contacts where {NO_STORIES}",
    )
    assert sorted(found) == [
        ("C1", salted("anna@example.it"), salted("+393331112222")),
        ("C2", salted("anna.r@example.org"), None),
        ("C4", None, salted("+3902123456")),
    ]
    customer = rows(
        golden,
        f"select email_hash, phone_hash from staging.stg_store__customers where {NO_STORIES}",
    )
    assert customer == [(salted("anna@example.it"), salted("+393331112222"))]


def test_every_row_is_accounted_for(golden: DataDir) -> None:
    balance = rows(
        golden,
        "select run_id, count(*), bool_and(balanced), sum(rows_in_files) "
        "from audit.audit_reconciliation group by run_id order by run_id",
    )
    in_files = {batch: _rows_in_files(GOLDEN / batch) for batch in ("landing", "late")}
    assert balance == [
        ("first", 33, True, in_files["landing"]),
        ("second", 33, True, in_files["landing"] + in_files["late"]),
    ]


def test_increments_equal_one_full_build(golden: DataDir, golden_at_once: DataDir) -> None:
    """Files in two batches, or all at once in the other order: the same rows in every layer."""
    compared, unequal = unequal_relations(golden, golden_at_once)
    assert compared > 60
    assert not unequal, "\n".join(map(str, unequal))


def _rows_in_files(folder: Path) -> int:
    """Data rows of all files, counted without the landing code."""
    total = 0
    for path in folder.rglob("*.*"):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            if path.suffix == ".csv":
                total += sum(1 for _ in csv.reader(lines)) - 1
            else:
                total += sum(1 for _ in lines)
    return total
