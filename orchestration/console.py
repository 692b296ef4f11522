"""What a run says on the console: its own messages, not Dagster's every event."""

from __future__ import annotations

import logging
import sys

import dagster as dg

# Dagster's remarks on steps that do not run, and dagster-dbt's on how it calls dbt.
_TOLD_AT_THE_END = (
    "Dependencies for step",
    "A dbt subsetted",
    "Running dbt",
    "Finished dbt",
    "Logging an",
)


class _Brief(logging.Filter):
    """Passes what the assets say; events are for the UI, failures for the end of the run."""

    def filter(self, record: logging.LogRecord) -> bool:
        metadata = getattr(record, "dagster_meta", {})
        record.msg = metadata.get("orig_message", record.msg)
        is_event = metadata.get("dagster_event") is not None
        return not is_event and not str(record.msg).startswith(_TOLD_AT_THE_END)


@dg.logger(None, description="The run's own messages.")
def console_logger(init_context: dg.InitLoggerContext) -> logging.Logger:
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_Brief())
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger = logging.Logger("viaggio", level=logging.INFO)
    logger.addHandler(handler)
    return logger
