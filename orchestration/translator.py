"""How dbt's resources look in Dagster: keys, groups and partitions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator

from orchestration.partitions import DAILY


def layer(properties: Mapping[str, Any]) -> str:
    """Layer of a dbt resource: the schema its tables lie in."""
    return properties["schema"]


def is_daily(properties: Mapping[str, Any]) -> bool:
    """Whether a model replaces single days (audit tables are incremental by run instead)."""
    incremental = properties["config"].get("materialized") == "incremental"
    return incremental and layer(properties) != "audit"


class ViaggioTranslator(DagsterDbtTranslator):
    """Keys are `<layer>/<model>`, groups are layers, models that replace single days are daily."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return super().get_asset_key(dbt_resource_props)
        return dg.AssetKey([layer(dbt_resource_props), dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        if dbt_resource_props["resource_type"] == "source":
            return self.get_asset_key(dbt_resource_props).path[0]
        return layer(dbt_resource_props)

    def get_partitions_def(
        self, dbt_resource_props: Mapping[str, Any]
    ) -> dg.PartitionsDefinition | None:
        return DAILY if is_daily(dbt_resource_props) else None
