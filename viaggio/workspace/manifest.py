"""dbt's manifest, as far as this project reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

# A raw table: its source and its name.
RawTable = tuple[str, str]


@dataclass(frozen=True)
class Node:
    """A model, a seed, or anything else that dbt builds or runs."""

    properties: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.properties["name"]

    @property
    def is_model(self) -> bool:
        return self.properties["resource_type"] == "model"

    @property
    def layer(self) -> str:
        """The schema its table lies in."""
        return self.properties["schema"]

    @property
    def folder(self) -> str:
        """Folder of a model below its layer: a source in staging, a concept above it."""
        return self.properties["fqn"][2]

    @property
    def table(self) -> tuple[str, str]:
        """Schema and name of the table or view that dbt makes of it."""
        return self.layer, self.properties["alias"]

    @property
    def column_descriptions(self) -> dict[str, str]:
        """What each column holds, by its name."""
        columns = self.properties["columns"].values()
        return {column["name"]: column["description"] for column in columns}

    @property
    def group(self) -> str | None:
        """The group of dbt that answers for a model."""
        return self.properties["config"].get("group")

    @property
    def is_daily(self) -> bool:
        """Whether a model replaces single days (others are incremental by a key, or by run)."""
        return self._declared.get("incremental") == "by_day"

    @property
    def follows(self) -> frozenset[RawTable]:
        """The raw tables whose files a daily model follows."""
        tables = (table.split(".") for table in self._declared.get("follows", ()))
        return frozenset((source, name) for source, name in tables)

    @property
    def is_view(self) -> bool:
        return self.properties["config"].get("materialized") == "view"

    @property
    def _declared(self) -> Mapping[str, Any]:
        """What a model declares in its config about how it is incremental."""
        return self.properties["config"].get("meta", {})

    @property
    def parents(self) -> list[str]:
        """What it reads: ids of nodes and sources."""
        return self.properties["depends_on"].get("nodes", [])


@dataclass(frozen=True)
class Source:
    """A table that dbt reads and does not make."""

    properties: Mapping[str, Any]

    @property
    def table(self) -> RawTable:
        return self.properties["source_name"], self.properties["name"]

    @property
    def description(self) -> str:
        return self.properties["description"]

    @property
    def asset_key(self) -> list[str]:
        """The key that Dagster knows it by."""
        return self.properties["config"]["meta"]["dagster"]["asset_key"]

    @property
    def is_raw(self) -> bool:
        """Whether files are landed in it; others are the pipeline's own memory."""
        return self.asset_key[0] == "raw"


@dataclass(frozen=True)
class Manifest:
    """The whole of it. `content` is what dbt wrote, for tools that want it so."""

    content: Mapping[str, Any]

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """Everything but sources, by dbt's id."""
        return {name: Node(properties) for name, properties in self.content["nodes"].items()}

    @cached_property
    def sources(self) -> dict[str, Source]:
        return {name: Source(properties) for name, properties in self.content["sources"].items()}

    @property
    def models(self) -> list[Node]:
        return [node for node in self.nodes.values() if node.is_model]

    def sources_of(self, node: Node) -> frozenset[RawTable]:
        """Tables of sources that a node reads itself."""
        return frozenset(
            self.sources[parent].table for parent in node.parents if parent in self.sources
        )

    def upstream_raw(self, node: Node) -> frozenset[RawTable]:
        """Tables of sources that a node is made of, through whatever lies between."""
        found = set(self.sources_of(node))
        for parent in node.parents:
            if parent in self.nodes:
                if parent not in self._known_upstream:
                    self._known_upstream[parent] = self.upstream_raw(self.nodes[parent])
                found |= self._known_upstream[parent]
        return frozenset(found)

    @cached_property
    def _known_upstream(self) -> dict[str, frozenset[RawTable]]:
        return {}
