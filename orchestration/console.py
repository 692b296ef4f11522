"""What a run says on the console: its own messages, and errors in one line each."""

from __future__ import annotations

import logging
import sys

import dagster as dg


class _Brief(logging.Filter):
    """Passes messages of the assets and failures, not Dagster's every event."""

    def filter(self, record: logging.LogRecord) -> bool:
        metadata = getattr(record, "dagster_meta", {})
        record.msg = metadata.get("orig_message", record.msg)
        return metadata.get("dagster_event") is None or record.levelno >= logging.ERROR


@dg.logger(description="The run's own messages, and errors in one line each.")
def console_logger(init_context: dg.InitLoggerContext) -> logging.Logger:
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_Brief())
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger = logging.Logger("viaggio", level=logging.INFO)
    logger.addHandler(handler)
    return logger
