"""Great Expectations as asset checks: one per table, with every expectation in its metadata."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence

import dagster as dg

from expectations.results import ExpectationOutcome, found, in_short, why_blocked
from expectations.runner import validate
from orchestration.checks import EXPECTATIONS
from orchestration.marks import mark
from orchestration.partitions import Window
from orchestration.progress import pending_days
from orchestration.resources import Workspace


def build_expectation_checks(
    name: str,
    layers: Sequence[str],
    keys: Collection[dg.AssetKey],
    key_of: Callable[[ExpectationOutcome], dg.AssetKey],
) -> dg.AssetChecksDefinition:
    """Checks of layers; a failed critical expectation keeps everything after them from running.

    Args:
        name: Of the step that runs them all.
        layers: Layers whose suites run, the lowest first.
        keys: Assets the suites look at.
        key_of: The asset that an outcome is about.
    """
    specs = [
        dg.AssetCheckSpec(
            EXPECTATIONS,
            asset=key,
            blocking=True,
            description="Great Expectations on the days that are new; critical ones block.",
        )
        for key in keys
    ]

    @dg.multi_asset_check(name=f"expectations_{name}", specs=specs)
    def run_expectations(
        context: dg.AssetCheckExecutionContext, workspace: Workspace
    ) -> Iterator[dg.AssetCheckResult]:
        data_dir = workspace.data_dir
        # What landed is checked even if the run was launched for other days.
        days = pending_days(data_dir, Window.from_tags(context.run.tags))
        outcomes: dict[dg.AssetKey, list[ExpectationOutcome]] = defaultdict(list)
        blocking: list[ExpectationOutcome] = []
        for layer in layers:
            report = validate(layer, data_dir, context.run.run_id, days)
            context.log.info(report.summary())
            blocking += report.blocking_failures
            for outcome in report.results:
                outcomes[key_of(outcome)].append(outcome)
        if unknown := outcomes.keys() - set(keys):
            raise ValueError(f"suites look at what is no asset: {sorted(map(str, unknown))}")
        for key in keys:
            yield check_result(key, outcomes[key])
        if blocking:
            # Says why, where Dagster itself would say that checks failed.
            mark(context, reason=in_short(blocking))
            lines = "\n".join(f"{each.table}: {found(each)}" for each in blocking)
            raise dg.Failure(
                why_blocked(blocking), metadata={"failures": lines}, allow_retries=False
            )

    return run_expectations


def check_result(key: dg.AssetKey, outcomes: Sequence[ExpectationOutcome]) -> dg.AssetCheckResult:
    """One table's outcomes as one result: an error if a critical expectation failed."""
    failed = [outcome for outcome in outcomes if not outcome.success]
    critical = any(outcome.severity == "critical" for outcome in failed)
    records = [
        dg.TableRecord(
            {
                "held": outcome.success,
                "severity": outcome.severity,
                "column": outcome.column_name or "",
                "expectation": outcome.description,
                "observed": outcome.observed,
                "exception": outcome.exception or "",
            }
        )
        for outcome in sorted(outcomes, key=lambda outcome: outcome.success)
    ]
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=EXPECTATIONS,
        passed=not failed,
        severity=dg.AssetCheckSeverity.ERROR if critical else dg.AssetCheckSeverity.WARN,
        description=_in_words(outcomes, failed),
        metadata={"outcomes": dg.MetadataValue.table(records)} if records else {},
    )


def _in_words(outcomes: Sequence[ExpectationOutcome], failed: Sequence[ExpectationOutcome]) -> str:
    if not outcomes:
        return "Nothing new to validate."
    if not failed:
        return f"All {len(outcomes)} expectations held."
    return "; ".join(map(found, failed))
