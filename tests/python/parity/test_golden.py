"""Golden files in, rows checked by hand out."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import duckdb
import pytest

from orchestration.paths import DataDir
from tests.python.parity.conftest import GOLDEN, SALT, build, drop, new_data_dir

EXPECTED = sorted((GOLDEN / "expected").glob("*.csv"))


def rows(data_dir: DataDir, sql: str) -> list[tuple]:
    with duckdb.connect(str(data_dir.warehouse), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_rows_are_as_written_by_hand(golden: DataDir, path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as lines:
        header, *wanted = csv.reader(lines)
    texts = ", ".join(f"coalesce(cast({column} as varchar), '')" for column in header)
    found = rows(golden, f"select {texts} from staging.{path.stem}")
    assert sorted(found) == sorted(map(tuple, wanted))


def test_addresses_and_numbers_are_salted_hashes_of_their_normal_form(golden: DataDir) -> None:
    def salted(text: str) -> str:
        return hashlib.sha256(f"{SALT}{text}".encode()).hexdigest()

    found = rows(golden, "select contact_id, email_hash, phone_hash from staging.stg_crm__contacts")
    assert sorted(found) == [
        ("C1", salted("anna@example.it"), salted("+393331112222")),
        ("C2", salted("anna.r@example.org"), None),
        ("C4", None, salted("+3902123456")),
    ]
    customer = rows(golden, "select email_hash, phone_hash from staging.stg_store__customers")
    assert customer == [(salted("anna@example.it"), salted("+393331112222"))]


def test_every_row_is_accounted_for(golden: DataDir) -> None:
    balance = rows(
        golden,
        "select run_id, count(*), bool_and(balanced), sum(rows_in_files) "
        "from audit.audit_reconciliation group by run_id order by run_id",
    )
    in_files = {batch: _rows_in_files(GOLDEN / batch) for batch in ("landing", "late")}
    assert balance == [
        ("first", 31, True, in_files["landing"]),
        ("second", 31, True, in_files["landing"] + in_files["late"]),
    ]


def test_increments_equal_one_full_build(
    golden: DataDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files in two batches, or all at once in the other order: the same staged rows."""
    at_once = new_data_dir(tmp_path, monkeypatch)
    drop(at_once, "late")
    drop(at_once, "landing")
    build(at_once, "ci", "once")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{golden.warehouse}' as steps (read_only)")
        connection.execute(f"attach '{at_once.warehouse}' as once (read_only)")
        tables = connection.execute(
            "select table_name from information_schema.tables "
            "where table_catalog = 'steps' and table_schema = 'staging' "
            "and table_name not like 'stg_landing__%'"
        ).fetchall()
        assert len(tables) > 30
        different = []
        for (table,) in tables:
            # Which of two equal rows is kept depends on when they came; what it says does not.
            columns = "columns(column_name -> column_name not in ('_loaded_at', '_source_file'))"
            steps, once = (
                f"select {columns} from {side}.staging.{table}" for side in ("steps", "once")
            )
            (count,) = connection.execute(
                f"select count(*) from (({steps} except all {once}) "
                f"union all ({once} except all {steps}))"
            ).fetchone()
            if count:
                different.append((table, count))
    assert different == []


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
