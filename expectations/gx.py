"""Great Expectations, imported once and quietly; everything else here imports it from this module.

Nothing is sent anywhere (analytics off) and no progress bars are drawn.
"""

from __future__ import annotations

import os
import sys
import warnings

os.environ["GX_ANALYTICS_ENABLED"] = "false"
os.environ.setdefault("DO_NOT_TRACK", "1")

# A run that Dagster launches is a process without a file. pyspark, which Great Expectations imports
# where it is installed, takes such a process for one of its doctests and ends it.
if not hasattr(sys.modules["__main__"], "__file__"):
    sys.modules["__main__"].__file__ = None

with warnings.catch_warnings():
    # Where pyspark is installed, Great Expectations imports it, and pyspark 4.3 then warns that
    # it does not know pandas 3 yet. Nothing here hands pandas frames to Spark.
    warnings.filterwarnings("ignore", message=".*pandas >= 3", category=FutureWarning)
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
    from great_expectations.data_context.types.resource_identifiers import (
        ExpectationSuiteIdentifier,
        ValidationResultIdentifier,
    )
    from great_expectations.expectations.expectation import Expectation

__all__ = [
    "EphemeralDataContext",
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
    context.variables.progress_bars = {"globally": False}
    for site in list(context.variables.data_docs_sites or {}):
        context.delete_data_docs_site(site)
    return context
