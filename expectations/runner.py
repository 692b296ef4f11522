"""Runs a layer's suites with Great Expectations and keeps what they found.

A layer is a module of `expectations/suites/`; the runner knows none of them by name.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from expectations import docs, exceptions, results
from expectations.gx import (
    EphemeralDataContext,
    ExpectationSuiteIdentifier,
    ExpectationSuiteValidationResult,
    ExpectationValidationResult,
    RunIdentifier,
    ValidationResultIdentifier,
    great_expectations,
    quiet_context,
)
from expectations.results import ExpectationOutcome, ValidationReport, initialise
from expectations.session import Days, Session, TableSuite, open_session
from expectations.volumes import DAY_ZERO
from viaggio.workspace.paths import DataDir

__all__ = ["ExpectationOutcome", "ValidationReport", "initialise", "layers", "validate"]

SUITES_DIR = Path(__file__).parent / "suites"
# Counts and shares, never a sample of the unexpected: values may be names or addresses.
RESULT_FORMAT = {"result_format": "SUMMARY", "partial_unexpected_count": 0}
_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def layers() -> list[str]:
    """The layers that have suites."""
    return sorted(path.stem for path in SUITES_DIR.glob("[a-z]*.py"))


def validate(
    layer: str,
    data_dir: DataDir,
    run_id: str,
    days: Days | None = None,
    now: datetime | None = None,
) -> ValidationReport:
    """Validate a layer, write the results and renew its Data Docs.

    Args:
        layer: One of `layers()`.
        data_dir: Where the data lie.
        run_id: Name of the run; letters, digits, dots, dashes and underscores.
        days: Days to validate per (source, table) of the raw contract; tables without any are
            skipped. None validates everything.
        now: The moment event times are compared with; the present one if None.

    Returns:
        Every outcome, exceptions applied. Nothing is raised for unmet expectations: see
        `blocking_failures`.

    Raises:
        ValueError: The layer has no suites, or the run id cannot be a file name.
        FileNotFoundError: What the layer reads has not been built yet.
    """
    if not _RUN_ID.fullmatch(run_id):
        raise ValueError(f"run_id {run_id!r}: use letters, digits, dots, dashes, underscores.")
    table_suites = _suites_of(layer)
    validated_at = datetime.now(UTC)
    context = quiet_context()
    outcomes: list[ExpectationOutcome] = []
    with open_session(data_dir, days, now) as session:
        datasource = context.data_sources.add_sql(name=layer, connection_string=session.url)
        try:
            for suite in table_suites(session):
                result = _run(context, suite, layer, RunIdentifier(run_id, validated_at))
                outcomes += [_outcome(layer, suite, each, days) for each in result.results]
        finally:
            datasource.get_engine().dispose()
            datasource.get_execution_engine().close()
            datasource.get_execution_engine().engine.dispose()
    if layer == "raw":
        accepted = exceptions.load(data_dir)
        outcomes = exceptions.judge(outcomes, accepted, validated_at.date(), days)
    report = ValidationReport(run_id, layer, validated_at, outcomes)
    results.write(data_dir, report)
    docs.publish(context, data_dir, report.layer)
    return report


def _suites_of(layer: str) -> Callable[[Session], Iterable[TableSuite]]:
    if layer not in layers():
        raise ValueError(f"no suites for layer {layer!r}; there are {', '.join(layers())}.")
    return importlib.import_module(f"expectations.suites.{layer}").table_suites


def _run(
    context: EphemeralDataContext, suite: TableSuite, layer: str, run: RunIdentifier
) -> ExpectationSuiteValidationResult:
    """Run one table's suite and hand the result to Data Docs."""
    name = f"{suite.source_name}.{suite.table_name}"
    asset = context.data_sources.get(layer).add_table_asset(name, table_name=suite.view)
    stored = context.suites.add(
        great_expectations.ExpectationSuite(name, expectations=suite.expectations)
    )
    batch = asset.add_batch_definition_whole_table("days to validate").get_batch()
    result = batch.validate(stored, result_format=RESULT_FORMAT)
    for each in result.results:
        _scrub(each)
    result.meta.update(run_id=run, validation_time=run.run_time)
    suite_id = ExpectationSuiteIdentifier(name)
    context.validation_results_store.store_validation_results(
        result, ValidationResultIdentifier(suite_id, run, batch.id), suite_id
    )
    return result


def _scrub(result: ExpectationValidationResult) -> None:
    """Shorten what went wrong to its first line, and drop it where it might quote a value."""
    errors = _errors(result)
    if not errors:
        return
    for error in errors:
        error["exception_message"] = _safe(error["exception_message"])
        error["exception_traceback"] = ""


def _errors(result: ExpectationValidationResult) -> list[dict]:
    """Exceptions of an expectation: Great Expectations keeps one, or one per metric."""
    info = result.exception_info or {}
    if "raised_exception" in info:
        return [info] if info["raised_exception"] else []
    return [each for each in info.values() if each.get("raised_exception")]


def _safe(message: str) -> str:
    first = message.strip().splitlines()[0]
    quotes_a_value = re.search(r"(Conversion|Invalid Input|Out of Range|Constraint) Error", first)
    return re.split(r"Error:", first)[0] + "Error" if quotes_a_value else first


def _outcome(
    layer: str, suite: TableSuite, result: ExpectationValidationResult, days: Days | None
) -> ExpectationOutcome:
    configuration = result.expectation_config
    if configuration is None:
        raise ValueError(f"{suite.table_name}: Great Expectations does not say what it checked")
    unexpected = result.result.get("unexpected_count")
    elements = result.result.get("element_count")
    return ExpectationOutcome(
        layer=layer,
        source_name=suite.source_name,
        table_name=suite.table_name,
        expectation=configuration.type,
        column_name=configuration.kwargs.get("column"),
        success=bool(result.success),
        severity=configuration.severity.value,
        observed=_observed(result),
        unexpected_count=unexpected,
        element_count=elements,
        description=configuration.description or "",
        days=_days(suite, result, days),
    )


def _days(
    suite: TableSuite, result: ExpectationValidationResult, days: Days | None
) -> tuple[date, ...]:
    """Days that failed, else those of the table that were validated; not day zero."""
    if named := result.result.get("days"):
        return tuple(sorted(date.fromisoformat(day) for day in named.split(",")))
    validated = (days or {}).get((suite.source_name, suite.table_name), ())
    return tuple(sorted(day for day in validated if day != DAY_ZERO))


def _observed(result: ExpectationValidationResult) -> str:
    errors = _errors(result)
    if errors:
        return f"could not be checked: {errors[0]['exception_message']}"
    found = result.result
    if missing := found.get("details", {}).get("mismatched", {}).get("missing"):
        return f"missing: {', '.join(missing)}"
    if "observed_value" in found:
        value = found["observed_value"]
        return f"{len(value)} columns" if isinstance(value, list) else f"{value}"
    return f"{found.get('unexpected_count') or 0:,} of {found.get('element_count') or 0:,} rows"
