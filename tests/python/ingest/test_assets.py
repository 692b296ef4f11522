"""Dagster: an asset, a job and a schedule for each configured source, and for no other."""

from __future__ import annotations

import dagster as dg
import pytest

from ingest import sources
from orchestration.assets.ingest import build_ingest_assets, build_ingest_schedules
from orchestration.assets.raw import build_raw_assets, landing_key
from orchestration.jobs import MAIN_JOB
from tests.python.ingest.conftest import Place
from tests.python.ingest.vendor import Reply, Vendor
from viaggio.workspace.contract import load_contract
from viaggio.workspace.manifest import Manifest

SHOPIFY = dg.AssetKey(["ingest", "shopify"])


def definitions() -> dg.Definitions:
    """What a source adds to, with a raw layer that nothing loads."""
    folders = [
        each
        for each in build_raw_assets(load_contract(), Manifest({"nodes": {}, "sources": {}}))
        if isinstance(each, dg.AssetSpec)
    ]
    return dg.Definitions(
        assets=[*build_ingest_assets(), *folders, dg.AssetSpec("published"), dg.AssetSpec("docs")],
        jobs=[MAIN_JOB],
        schedules=build_ingest_schedules(),
        executor=dg.in_process_executor,
    )


def test_without_a_configured_source_there_is_nothing(place: Place) -> None:
    assert build_ingest_assets() == []
    assert build_ingest_schedules() == []


def test_without_the_extra_there_is_nothing(
    place: Place, shopify: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "LIBRARY", "a_library_that_is_not_installed")

    assert build_ingest_assets() == []


def test_a_source_is_upstream_of_the_folder_it_fills(place: Place, shopify: Vendor) -> None:
    graph = definitions().resolve_asset_graph()

    assert graph.get(landing_key("store")).parent_keys == {SHOPIFY}
    assert graph.get(landing_key("crm")).parent_keys == set()
    (schedule,) = build_ingest_schedules()
    assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED


def test_the_job_of_a_source_pulls_it_and_the_main_job_does_not(
    place: Place, shopify: Vendor
) -> None:
    defs = definitions()
    with dg.DagsterInstance.ephemeral() as instance:
        result = defs.resolve_job_def("ingest_shopify").execute_in_process(instance=instance)
        (event,) = result.asset_materializations_for_node("ingest__shopify")

    assert SHOPIFY not in MAIN_JOB.selection.resolve(defs.resolve_asset_graph())
    assert {name: value.value for name, value in event.metadata.items()} == {"files": 4, "rows": 12}
    assert {path.parent.name for path in place.landing()} == {
        "order",
        "order_line",
        "refund_line",
        "fulfillment",
    }


def test_a_job_that_fails_says_why_and_names_nobody(place: Place, shopify: Vendor) -> None:
    shopify.api = lambda _: Reply({"errors": "anna@example.com"}, 401)
    defs = definitions()
    with dg.DagsterInstance.ephemeral() as instance:
        result = defs.resolve_job_def("ingest_shopify").execute_in_process(
            instance=instance, raise_on_error=False
        )
        said = "\n".join(map(str, instance.all_logs(result.run_id)))

    assert not result.success
    assert "renew VIAGGIO_SHOPIFY_TOKEN" in said
    assert "anna" not in said + place.capfd.readouterr().err
