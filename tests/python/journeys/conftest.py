"""The small world with its journeys, once as the project sets them and once cut short.

In two weeks nobody is silent for 90 days. So the journeys of a copy are built again under narrow
settings, where every limit is met often.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import pytest

from tests.python.conftest import Built, once, run_command
from tests.python.journeys.by_hand import PROJECT_VARIABLES, Journey, Settings, journeys_of
from viaggio.workspace.dbt_project import DBT
from viaggio.workspace.paths import DataDir

NARROW = {
    "journey_inactivity_days": 2,
    "attribution_lookback_days": 3,
    "max_path_touchpoints": 4,
    "path_flow_steps": 2,
    "path_transforms": [
        *PROJECT_VARIABLES["path_transforms"],
        {"name": "without_direct", "steps": ["drop_unless_all(Direct)", "frequency"]},
    ],
}
MODELS = [
    *(
        "int_journeys__segmented",
        "int_path_touchpoints__selected",
        "int_journey_touchpoints__numbered",
    ),
    *("int_journeys__valued", "int_journeys__concluded", "int_path_moves__followed"),
    "int_stage_entries__dated",
    *("fct_journeys", "fct_journey_steps", "fct_stage_entries"),
    "models/marts/paths",
]


@dataclass(frozen=True)
class World:
    """A built warehouse, open for reading, and the settings its journeys were built with."""

    warehouse: duckdb.DuckDBPyConnection
    settings: Settings

    @cached_property
    def journeys(self) -> list[Journey]:
        """All journeys, worked out by hand."""
        return journeys_of(self.warehouse, self.settings)

    @cached_property
    def counted(self) -> list[Journey]:
        """All but those of bots, machines and colleagues, and of nothing but joining."""
        return [journey for journey in self.journeys if not journey.is_excluded]

    def rows(self, sql: str) -> list[tuple]:
        """Rows of a query."""
        return self.warehouse.execute(sql).fetchall()


@pytest.fixture(scope="session", params=["as set", "narrow"])
def world(
    request: pytest.FixtureRequest, built: Built, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    data_dir, variables = built.data_dir, {}
    if request.param == "narrow":
        variables = NARROW

        def build_narrow(folder: Path) -> None:
            done = run_command(
                built.copy(folder / "data"),
                *(DBT, "run", "--full-refresh", "--select", *MODELS),
                *("--vars", json.dumps(NARROW)),
            )
            assert done.code == 0, done.output

        data_dir = DataDir(once(tmp_path_factory, "narrow", build_narrow) / "data")
    with duckdb.connect(str(data_dir.warehouse), read_only=True) as connection:
        yield World(connection, Settings.of({**PROJECT_VARIABLES, **variables}))
