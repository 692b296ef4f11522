"""What the assets say about themselves: keys, days, rows, columns, expectations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from expectations.results import ExpectationOutcome
from orchestration.assets.warehouse import table_metadata
from orchestration.checks.expectations import check_result
from orchestration.checks.files import files_loaded, names_in_short
from orchestration.translator import ViaggioTranslator
from viaggio.workspace.manifest import Manifest
from viaggio.workspace.paths import DataDir

ORDERS = dg.AssetKey(["raw", "store", "order"])


def model(path: str, materialized: str, declared: str | None = None) -> dict[str, Any]:
    layer, folder, name = path.split("/")
    return {
        "resource_type": "model",
        "unique_id": f"model.viaggio.{name}",
        "name": name,
        "schema": layer,
        "fqn": ["viaggio", layer, folder, name],
        "config": {
            "materialized": materialized,
            "meta": {"incremental": declared} if declared else {},
        },
    }


def outcome(success: bool, severity: str) -> ExpectationOutcome:
    return ExpectationOutcome(
        layer="raw",
        source_name="store",
        table_name="order",
        expectation="expect_column_values_to_not_be_null",
        column_name="id",
        success=success,
        severity=severity,
        observed="2 of 10 rows",
        unexpected_count=0 if success else 2,
        element_count=10,
        description="id is always there.",
    )


@pytest.mark.parametrize(
    ("properties", "group"),
    [
        (model("staging/ga4/stg_ga4__events", "incremental", "by_day"), "staging"),
        (model("intermediate/web/int_web_sessions__classified", "incremental", "by_day"),
         "intermediate_web"),
        (model("marts/web/fct_sessions", "view"), "marts_web"),
        (model("audit//audit_reconciliation", "incremental"), "audit"),
    ],
)  # fmt: skip
def test_models_are_keyed_by_layer_and_grouped_by_folder(
    properties: dict[str, Any], group: str
) -> None:
    translator = ViaggioTranslator()
    assert translator.get_asset_key(properties).path == [properties["schema"], properties["name"]]
    assert translator.get_group_name(properties) == group


def test_a_model_is_traced_to_its_raw_tables_through_other_models() -> None:
    content = {
        "sources": {
            "source.visit": {"source_name": "store", "name": "visit"},
            "source.event": {"source_name": "ga4", "name": "event"},
        },
        "nodes": {
            "model.visits": {"depends_on": {"nodes": ["source.visit", "seed.shops"]}},
            "model.events": {"depends_on": {"nodes": ["source.event"]}},
            "seed.shops": {"depends_on": {"macros": []}},
            "model.touchpoints": {"depends_on": {"nodes": ["model.visits", "model.events"]}},
        },
    }
    manifest = Manifest(content)
    touchpoints = manifest.nodes["model.touchpoints"]
    assert manifest.upstream_raw(touchpoints) == {("store", "visit"), ("ga4", "event")}


def test_tables_and_views_show_their_rows_and_columns(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path)
    with duckdb.connect(data_dir.warehouse) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.dim_shops as select range as shop_id from range(3)")
        connection.execute("create view marts.fct_visits as from marts.dim_shops")
        connection.execute("create table marts.dim_channels as select 'Store' as channel")
    described = {"shop_id": "Shop."}
    wanted = {("marts", "dim_shops"): described, ("marts", "fct_visits"): described}
    facts = table_metadata(data_dir, wanted)
    assert facts.keys() == {("marts", "dim_shops"), ("marts", "fct_visits")}
    for known in facts.values():
        assert known["dagster/row_count"] == 3
        assert known["dagster/column_schema"].columns == [
            dg.TableColumn("shop_id", "BIGINT", description="Shop.")
        ]


def test_before_the_first_build_there_are_no_tables(tmp_path: Path) -> None:
    assert table_metadata(DataDir(tmp_path), {("marts", "dim_shops"): {}}) == {}


@pytest.mark.parametrize(
    ("outcomes", "passed", "severity"),
    [
        ([outcome(True, "critical"), outcome(True, "warning")], True, "WARN"),
        ([outcome(True, "critical"), outcome(False, "warning")], False, "WARN"),
        ([outcome(False, "critical"), outcome(False, "warning")], False, "ERROR"),
        ([], True, "WARN"),
    ],
)
def test_only_a_failed_critical_expectation_is_an_error(
    outcomes: list[ExpectationOutcome], passed: bool, severity: str
) -> None:
    result = check_result(ORDERS, outcomes)
    assert result.passed is passed
    assert result.severity == dg.AssetCheckSeverity[severity]


def test_rejected_files_warn_and_are_named() -> None:
    rejected = {f"store/order/{n}.csv": "no column `id`" for n in range(5)}
    result = files_loaded(ORDERS, rejected)
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert all(f"{file}: no column `id`" in (result.description or "") for file in rejected)
    assert names_in_short(rejected) == (
        "rejected: store/order/0.csv, store/order/1.csv, store/order/2.csv and 2 more"
    )


def test_without_rejected_files_nothing_warns() -> None:
    assert files_loaded(ORDERS, {}).passed
    assert names_in_short({}) is None


def test_a_failed_expectation_says_what_was_found() -> None:
    result = check_result(ORDERS, [outcome(True, "critical"), outcome(False, "critical")])
    assert result.description == "id is always there. Found: 2 of 10 rows"
