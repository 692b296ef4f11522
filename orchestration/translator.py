"""How dbt's resources look in Dagster: keys, groups and owners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator

from viaggio.workspace.manifest import Node

LAYER_TAG = "layer"
# Layers large enough to be shown one concept at a time.
GROUPED_BY_FOLDER = ("intermediate", "marts")


class ViaggioTranslator(DagsterDbtTranslator):
    """Keys are `<layer>/<model>`.

    Groups are layers; above staging one for each folder of a layer (`marts_orders`). dbt's groups,
    which say who answers for a model, are the owners.
    """

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return super().get_asset_key(dbt_resource_props)
        node = Node(dbt_resource_props)
        return dg.AssetKey([node.layer, node.name])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        if dbt_resource_props["resource_type"] == "source":
            return self.get_asset_key(dbt_resource_props).path[0]
        node = Node(dbt_resource_props)
        return f"{node.layer}_{node.folder}" if node.layer in GROUPED_BY_FOLDER else node.layer

    def get_tags(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, str]:
        tags = super().get_tags(dbt_resource_props)
        if dbt_resource_props["resource_type"] == "source":
            return tags
        return {**tags, LAYER_TAG: Node(dbt_resource_props).layer}

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str] | None:
        team = Node(dbt_resource_props).group
        return [f"team:{team}"] if team else None
