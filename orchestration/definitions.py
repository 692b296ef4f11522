"""What Dagster's pages and the in-process run load: everything, put together."""

from __future__ import annotations

import dagster as dg

from orchestration.build import build_definitions
from viaggio.workspace.paths import DataDir

defs: dg.Definitions = build_definitions(DataDir.from_env())
