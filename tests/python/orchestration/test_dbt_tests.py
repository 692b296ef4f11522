"""dbt tests of models: what is lost or added blocks a publication, and is said in words."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from orchestration.checks.dbt_tests import WORDS, failed_tests, in_words
from tests.python.conftest import Built, run_command, run_module
from viaggio.publishing.publish import current
from viaggio.workspace.dbt_project import DBT, RUN_ID_VARIABLE, load_manifest
from viaggio.workspace.manifest import Manifest, Node
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
        "Only opened messages are clicked: expected clicks <= opens, but not in 1 of ",
    ),
]
AUDIT = ("audit_filtered_rows", "audit_reconciliation")
RULES = ("test_name:conserves", "test_name:rows_hold", "assert_reconciliation_balances")
WARNS = (
    "update marts.mart_stage_funnel set continued = entered + 1 where rowid < 3",
    "marts.mart_stage_funnel",
    "Only persons who entered continue: expected continued <= entered, but not in 3 of ",
)


def damage(data_dir: DataDir, *statements: str) -> None:
    with duckdb.connect(data_dir.warehouse) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.slow
def test_what_is_lost_or_added_is_said_by_the_model(built: Built, tmp_path: Path) -> None:
    data_dir = built.copy(tmp_path / "data")
    damage(data_dir, *(statement for statement, _, _ in [*DAMAGES, WARNS]))
    dbt = ("env", f"{RUN_ID_VARIABLE}=damaged", DBT)
    counted = run_command(data_dir, *dbt, "run", "--select", *AUDIT)
    assert counted.code == 0, counted.output
    tested = run_command(data_dir, *dbt, "test", "--select", *RULES)
    assert tested.code == 1, tested.output
    results = json.loads((data_dir.root / "target" / "run_results.json").read_text("utf-8"))
    failures = {
        each["unique_id"]: (each["status"], each["failures"])
        for each in results["results"]
        if each["status"] in WORDS
    }
    found = failed_tests(data_dir, load_manifest(data_dir), failures)
    for status, cases in (("fail", DAMAGES), ("warn", [WARNS])):
        for _, table, words in cases:
            assert [
                test
                for test in found
                if test.status == status and test.table == table and test.found.startswith(words)
            ], (table, words, found)


@pytest.mark.slow
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
        ("select 'giulia@example.org' as email", "2 failures of rule"),
        ("select 'giulia@example.org' as email, 'any' as message", "2 failures of rule"),
    ],
    ids=["a message", "rows", "rows with a message"],
)
def test_only_messages_are_repeated(tmp_path: Path, sql: str, found: str) -> None:
    data_dir = DataDir(tmp_path)
    damage(data_dir, "create schema marts")
    compiled = tmp_path / "target" / "compiled" / "viaggio"
    beside, alone = compiled / "models" / "orders.yml" / "rule.sql", compiled / "rule.sql"
    for path in (beside, alone):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(sql, encoding="utf-8")
    test = {"name": "rule", "package_name": "viaggio", "path": "rule.sql"}
    manifest = Manifest(
        {
            "nodes": {
                "model.orders": {"schema": "marts", "alias": "fct_orders"},
                "test.beside": {
                    **test,
                    "attached_node": "model.orders",
                    "original_file_path": "models/orders.yml",
                },
                "test.alone": {**test, "original_file_path": "rule.sql"},
            }
        }
    )
    failures = {"test.beside": ("warn", 2), "test.alone": ("fail", 2)}
    assert [str(each) for each in failed_tests(data_dir, manifest, failures)] == [
        f"  BLOCKS  rule: {found}",
        f"  warns  marts.fct_orders: {found}",
    ]


def test_where_nothing_failed_no_warehouse_is_needed(tmp_path: Path) -> None:
    assert failed_tests(DataDir(tmp_path), Manifest({"nodes": {}}), {}) == []


@pytest.mark.parametrize(
    ("rule", "words", "found"),
    [
        (
            "relationships",
            {
                "column_name": "product_id",
                "to": "ref('stg_store__products')",
                "field": "product_id",
            },
            "product_id: 1,200 rows point to nothing in stg_store__products",
        ),
        ("unique", {"column_name": "order_id"}, "order_id: 1,200 values are not unique"),
        ("not_null_columns", {"columns": ["a", "b"]}, "a, b: 1,200 rows are null"),
        (
            "accepted_values",
            {"column_name": "kind", "values": ["x"]},
            "kind: 1,200 values are not among those that are accepted",
        ),
        ("other", {}, "1,200 failures of other_orders"),
    ],
)
def test_dbt_s_own_rules_are_said_in_words(rule: str, words: dict[str, object], found: str) -> None:
    test = {"name": f"{rule}_orders", "test_metadata": {"name": rule, "kwargs": words}}
    assert in_words(Node(test), 1200) == found
