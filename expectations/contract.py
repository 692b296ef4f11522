"""The raw contract as suites need it, read once per process."""

from __future__ import annotations

from functools import cache

import yaml

from viaggio.workspace.contract import RawTable, load_contract
from viaggio.workspace.paths import PROJECT_DIR


@cache
def raw_tables() -> dict[tuple[str, str], RawTable]:
    """Every table of the raw contract, by (source, table)."""
    return load_contract().tables


@cache
def warn_after_days() -> dict[tuple[str, str], int]:
    """Days a table may lag, from `freshness.warn_after` of the sources (given in days)."""
    allowed = {}
    for path in sorted(PROJECT_DIR.glob("models/staging/*/_*__sources.yml")):
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            for table in source["tables"]:
                freshness = table.get("config", {}).get("freshness")
                if freshness:
                    allowed[source["name"], table["name"]] = freshness["warn_after"]["count"]
    return allowed
