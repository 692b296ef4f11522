"""How dbt's resources look in Dagster: keys, groups, owners and partitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator

from orchestration.partitions import DAILY

# Layers large enough to be shown one concept at a time.
GROUPED_BY_FOLDER = ("intermediate", "marts")


def layer(properties: Mapping[str, Any]) -> str:
    """Layer of a dbt resource: the schema its tables lie in."""
    return properties["schema"]


def folder(properties: Mapping[str, Any]) -> str:
    """Folder of a model below its layer: a source in staging, a concept above it."""
    return properties["fqn"][2]


def is_daily(properties: Mapping[str, Any]) -> bool:
    """Whether a model replaces single days (others are incremental by a key, or by run)."""
    config = properties["config"]
    return config.get("materialized") == "incremental" and config.get("unique_key") == "event_day"


class ViaggioTranslator(DagsterDbtTranslator):
    """Keys are `<layer>/<model>`, and models that replace single days are daily.

    Groups are layers; above staging one for each folder of a layer (`marts_orders`). dbt's groups,
    which say who answers for a model, are the owners.
    """

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return super().get_asset_key(dbt_resource_props)
        return dg.AssetKey([layer(dbt_resource_props), dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        if dbt_resource_props["resource_type"] == "source":
            return self.get_asset_key(dbt_resource_props).path[0]
        if layer(dbt_resource_props) in GROUPED_BY_FOLDER:
            return f"{layer(dbt_resource_props)}_{folder(dbt_resource_props)}"
        return layer(dbt_resource_props)

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str] | None:
        team = dbt_resource_props["config"].get("group")
        return [f"team:{team}"] if team else None

    def get_partitions_def(
        self, dbt_resource_props: Mapping[str, Any]
    ) -> dg.PartitionsDefinition | None:
        return DAILY if is_daily(dbt_resource_props) else None
