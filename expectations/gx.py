"""Great Expectations, imported once and quietly; everything else here imports it from this module.

Nothing is sent anywhere (analytics off) and no progress bars are drawn.
"""

from __future__ import annotations

import os
import sys
import warnings

os.environ["GX_ANALYTICS_ENABLED"] = "false"
os.environ.setdefault("DO_NOT_TRACK", "1")

# Great Expectations imports pyspark where it is installed. Nothing is validated with Spark, and
# pyspark takes a process without a file, as runs that Dagster launches are, for one of its doctests
# and ends it.
_pyspark = sys.modules.get("pyspark")
sys.modules["pyspark"] = None  # ty: ignore[invalid-assignment] (Python takes it for "not there")

with warnings.catch_warnings():
    # Great Expectations imports modules that Python has renamed.
    warnings.filterwarnings("ignore", message="module 'sre_", category=DeprecationWarning)
    import great_expectations
    import great_expectations.expectations as gxe
    from great_expectations.compatibility import pydantic
    from great_expectations.core.expectation_validation_result import (
        ExpectationSuiteValidationResult,
        ExpectationValidationResult,
    )
    from great_expectations.core.run_identifier import RunIdentifier
    from great_expectations.data_context import EphemeralDataContext
    from great_expectations.data_context.types.base import ProgressBarsConfig
    from great_expectations.data_context.types.resource_identifiers import (
        ExpectationSuiteIdentifier,
        ValidationResultIdentifier,
    )
    from great_expectations.execution_engine import ExecutionEngine
    from great_expectations.expectations.expectation import Expectation

del sys.modules["pyspark"]
if _pyspark is not None:
    sys.modules["pyspark"] = _pyspark

__all__ = [
    "EphemeralDataContext",
    "ExecutionEngine",
    "Expectation",
    "ExpectationSuiteIdentifier",
    "ExpectationSuiteValidationResult",
    "ExpectationValidationResult",
    "RunIdentifier",
    "ValidationResultIdentifier",
    "great_expectations",
    "gxe",
    "pydantic",
    "quiet_context",
]


def quiet_context() -> EphemeralDataContext:
    """A context in memory: no project folder, no progress bars, no documentation site yet."""
    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    for site in list(context.variables.data_docs_sites or {}):
        context.delete_data_docs_site(site)
    # Great Expectations would write its whole configuration for every table, and nobody reads it.
    context.variables.save = lambda: None
    return context
