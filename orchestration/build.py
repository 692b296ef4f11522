"""Puts assets, checks, jobs, sensors, schedules and resources together."""

from __future__ import annotations

from datetime import timedelta

import dagster as dg

from expectations.results import ExpectationOutcome
from orchestration.alerting import build_alert_sensors
from orchestration.assets.documentation import docs
from orchestration.assets.ingest import build_ingest_assets, build_ingest_schedules
from orchestration.assets.publication import PUBLISHED, build_publication_assets
from orchestration.assets.raw import build_raw_assets, raw_key
from orchestration.assets.warehouse import build_warehouse_assets
from orchestration.checks.expectations import build_expectation_checks
from orchestration.console import console_logger
from orchestration.jobs import JOBS
from orchestration.resources import build_resources
from orchestration.schedules import every_morning
from orchestration.sensors import docs_sensor, landing_sensor
from viaggio.alerts.causes import PROMISED_HOURS
from viaggio.workspace.contract import load_contract
from viaggio.workspace.dbt_project import load_manifest
from viaggio.workspace.manifest import Manifest
from viaggio.workspace.paths import DataDir

# Readers may count on data of yesterday; a publication older than this shows as stale.
FRESHNESS = dg.FreshnessPolicy.time_window(
    fail_window=timedelta(hours=PROMISED_HOURS), warn_window=timedelta(hours=30)
)
# What is published, and so what must be fresh.
PUBLISHED_LAYERS = {"marts", "audit"}
# What `dbt_build` builds and expectations look at before anything is audited.
MODEL_LAYERS = ("staging", "intermediate", "marts")


def build_definitions(data_dir: DataDir) -> dg.Definitions:
    """All definitions for a data directory; parses the dbt project if that is not yet done."""
    contract = load_contract()
    manifest = load_manifest(data_dir)
    warehouse = build_warehouse_assets(manifest)
    built = [key for assets in warehouse for key in assets.keys]
    assets = [
        *build_ingest_assets(),
        *build_raw_assets(contract, manifest),
        *warehouse,
        *build_publication_assets([key for key in built if key.path[0] in PUBLISHED_LAYERS]),
        docs,
    ]
    return dg.Definitions(
        assets=list(dg.map_asset_specs(_with_freshness, assets)),
        asset_checks=[
            build_expectation_checks(
                "raw", ["raw"], [raw_key(*table) for table in contract.tables], _raw
            ),
            # One step, so that Great Expectations is started once, and what fails blocks all.
            build_expectation_checks("models", MODEL_LAYERS, model_keys(manifest), _model),
        ],
        jobs=JOBS,
        sensors=[landing_sensor, docs_sensor, *build_alert_sensors()],
        schedules=[every_morning, *build_ingest_schedules()],
        resources=build_resources(),
        loggers={"console": console_logger},
        # One process per run: it holds the writer lock, and DuckDB lets only one in.
        executor=dg.in_process_executor,
    )


def model_keys(manifest: Manifest) -> list[dg.AssetKey]:
    """Models that suites look at: all but those that stage the pipeline's own memory."""
    raw = {source.table for source in manifest.sources.values() if source.is_raw}
    return [
        dg.AssetKey([model.layer, model.name])
        for model in manifest.models
        if model.layer in MODEL_LAYERS
        and (model.layer != "staging" or manifest.upstream_raw(model) & raw)
    ]


def _raw(outcome: ExpectationOutcome) -> dg.AssetKey:
    return raw_key(outcome.source_name, outcome.table_name)


def _model(outcome: ExpectationOutcome) -> dg.AssetKey:
    return dg.AssetKey([outcome.layer, outcome.table_name])


def _with_freshness(spec: dg.AssetSpec) -> dg.AssetSpec:
    if spec.key == PUBLISHED or spec.key.path[0] in PUBLISHED_LAYERS:
        return dg.apply_freshness_policy(spec, FRESHNESS)
    return spec
