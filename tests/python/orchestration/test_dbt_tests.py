"""dbt tests of models: what is lost or added blocks a publication, and is said in words."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from orchestration.checks.dbt_tests import failed_tests, run_results
from tests.python.conftest import Built, run_command, run_module
from viaggio.publishing.publish import current
from viaggio.workspace.dbt_project import DBT, load_manifest
from viaggio.workspace.manifest import Manifest
from viaggio.workspace.paths import DataDir

# What is done to a sound warehouse, the test's table and how its words begin.
DAMAGES = [
    (
        "delete from staging.stg_store__visits where rowid = 0",
        "assert_reconciliation_balances",
        "store.visit has ",
    ),
    (
        "delete from intermediate.int_web_session_parts__aggregated where rowid = 0",
        "intermediate.int_web_session_parts__aggregated",
        "events: found ",
    ),
    (
        "delete from intermediate.int_web_sessions__last_non_direct where rowid = 0",
        "intermediate.int_web_sessions__last_non_direct",
        "sessions: found ",
    ),
    (
        "insert into intermediate.int_touchpoints__web "
        "from intermediate.int_touchpoints__web where touchpoint_type = 'session' limit 1",
        "intermediate.int_touchpoints__web",
        "sessions: found ",
    ),
    (
        "update marts.fct_orders set net_revenue = net_revenue + 0.01 where rowid = 0",
        "marts.fct_orders",
        "net revenue: found ",
    ),
    (
        "delete from marts.fct_returns where rowid = 0",
        "marts.fct_returns",
        "lines: found ",
    ),
    (
        "update marts.mart_acquisition set new_persons = new_persons + 1 where rowid = 0",
        "marts.mart_acquisition",
        "persons: found ",
    ),
    (
        "update marts.mart_email_engagement set clicks = opens + 1 where rowid = 0",
        "marts.mart_email_engagement",
        "No message is clicked that was not opened: expected clicks <= opens, but not in 1 of ",
    ),
]
WARNS = (
    "update marts.mart_stage_funnel set continued = entered + 1 where rowid < 3",
    "marts.mart_stage_funnel",
    "Nobody goes on who was not there: expected continued <= entered, but not in 3 of ",
)


def damage(data_dir: DataDir, *statements: str) -> None:
    with duckdb.connect(data_dir.warehouse) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.slow
def test_what_is_lost_or_added_is_said_by_the_model(built: Built, tmp_path: Path) -> None:
    data_dir = built.copy(tmp_path / "data")
    damage(data_dir, *(statement for statement, _, _ in [*DAMAGES, WARNS]))
    rules = ["audit_filtered_rows", "audit_reconciliation", "test_name:conserves"]
    done = run_command(data_dir, DBT, "build", "--select", *rules, "test_name:rows_hold")
    assert done.code == 1, done.output
    found = failed_tests(data_dir, load_manifest(data_dir))
    for status, cases in (("fail", DAMAGES), ("warn", [WARNS])):
        for _, table, words in cases:
            assert [
                test
                for test in found
                if test.status == status and test.table == table and test.found.startswith(words)
            ], (table, words, found)


@pytest.mark.slow
@pytest.mark.alone
def test_a_lost_session_blocks_the_publication(built: Built, tmp_path: Path) -> None:
    """No file comes for its day, so the run does not rebuild it and has to notice."""
    data_dir = built.copy(tmp_path / "data")
    before = current(data_dir)
    damage(data_dir, "delete from intermediate.int_web_sessions__classified where rowid = 0")
    done = run_module(data_dir, "orchestration.run", "--force")
    assert done.code == 1, done.output
    assert current(data_dir) == before
    sentence = "events: found "
    assert f"BLOCKS  intermediate.int_web_sessions__classified: {sentence}" in done.output
    checked = done.output.partition("FAILED check of intermediate/int_web_sessions__classified")[2]
    assert checked.splitlines()[1].strip().startswith(sentence)


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("select 'orders: found 1' as message", "orders: found 1"),
        ("select 'giulia@example.org' as email", "Got 1 result."),
        ("select 'giulia@example.org' as email, 'any' as message", "Got 1 result."),
    ],
    ids=["a message", "rows", "rows with a message"],
)
def test_only_messages_are_repeated(tmp_path: Path, sql: str, found: str) -> None:
    data_dir = DataDir(tmp_path)
    damage(data_dir, "create schema marts")
    results = [
        {"unique_id": "test.a", "status": "warn", "message": "Got 1 result", "compiled_code": sql},
        {"unique_id": "test.b", "status": "fail", "message": "Got 1 result", "compiled_code": sql},
        {"unique_id": "test.c", "status": "pass", "message": None, "compiled_code": sql},
    ]
    run_results(data_dir).parent.mkdir()
    run_results(data_dir).write_text(json.dumps({"results": results}), encoding="utf-8")
    model = {"schema": "marts", "alias": "fct_orders"}
    manifest = Manifest(
        {
            "nodes": {
                "model.a": model,
                "test.a": {"name": "conserves_a", "attached_node": "model.a"},
                "test.b": {"name": "assert_b"},
            }
        }
    )
    assert [str(test) for test in failed_tests(data_dir, manifest)] == [
        f"  BLOCKS  assert_b: {found}",
        f"  warns  marts.fct_orders: {found}",
    ]


def test_without_results_nothing_failed(tmp_path: Path) -> None:
    assert failed_tests(DataDir(tmp_path), Manifest({"nodes": {}})) == []
