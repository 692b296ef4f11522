"""What the assets need to run: the data directory, locked, and dbt."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import cached_property
from importlib import metadata
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource
from packaging.version import Version

from orchestration.health import look_after
from viaggio.workspace.dbt_project import DBT
from viaggio.workspace.lock import writer_lock
from viaggio.workspace.paths import PROJECT_DIR, DataDir


class Workspace(dg.ConfigurableResource):
    """The data directory, held for one run from its first step to its last.

    A run keeps the writer lock throughout: what it lands is what it builds and publishes.
    """

    wait_seconds: float = 0.0

    @property
    def data_dir(self) -> DataDir:
        return DataDir.from_env()

    @contextmanager
    def yield_for_execution(
        self, context: dg.InitResourceContext
    ) -> Generator[Workspace, None, None]:
        with writer_lock(self.data_dir, self.wait_seconds):
            self.data_dir.tmp.mkdir(exist_ok=True)
            look_after(self.data_dir, context.log.warning if context.log else print)
            yield self


class QuickDbt(DbtCliResource):
    """Runs dbt in a process of its own and leaves the rest out, which saves seconds per command.

    Dagster's own would ask dbt for its version and load an adapter into this process as well, to
    count rows while dbt holds the file; `table_metadata` counts when dbt has ended.
    """

    @cached_property
    def _cli_version(self) -> Version:
        return Version(metadata.version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> Any:
        return None


def build_resources() -> dict[str, Any]:
    """Resources of the definitions; a run waits up to ten minutes for another writer to end."""
    os.environ.update(DataDir.from_env().environment())
    return {
        "workspace": Workspace(wait_seconds=600),
        "dbt": QuickDbt(
            project_dir=str(PROJECT_DIR),
            profiles_dir=str(PROJECT_DIR),
            dbt_executable=DBT,
            global_config_flags=["--no-write-json"],
        ),
    }
