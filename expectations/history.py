"""What all validations so far say: the last result of every table, and the course of the runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path

import duckdb

from expectations.contract import raw_tables
from expectations.results import ExpectationOutcome
from viaggio.workspace.sql import files_below

# In the order in which rows flow.
LAYERS = ("raw", "staging", "intermediate", "marts")


class State(Enum):
    """How an expectation came out, in the words of the pages."""

    HOLDS = "holds"
    WARNS = "warns"
    BLOCKS = "blocks"


def state(outcome: ExpectationOutcome) -> State:
    """Critical failures block a run, others warn."""
    if outcome.success:
        return State.HOLDS
    return State.BLOCKS if outcome.severity == "critical" else State.WARNS


@dataclass(frozen=True)
class TableResult:
    """The last validation of a table; without outcomes where it was never validated."""

    layer: str
    source_name: str
    table_name: str
    run_id: str | None
    validated_at: datetime | None
    outcomes: list[ExpectationOutcome]

    @property
    def name(self) -> str:
        """The name of the table, with its source or folder."""
        return f"{self.source_name}.{self.table_name}"

    @property
    def counts(self) -> Counter[State]:
        return Counter(map(state, self.outcomes))

    @property
    def state(self) -> State | None:
        """The worst of its expectations; None where it was never validated."""
        states = [each for each in State if self.counts[each]]
        return states[-1] if states else None


@dataclass(frozen=True)
class Run:
    """One run: when it began to validate (UTC), how many tables, and what came out.

    `standing` counts the last results of all tables as they stood after the run, so that runs that
    validate many tables and runs that validate few can be compared.
    """

    run_id: str
    validated_at: datetime
    tables: int
    counts: Counter[State]
    standing: Counter[State]


@dataclass(frozen=True)
class History:
    """The last result of every table, by layer and name, and all runs, the newest first."""

    tables: list[TableResult]
    runs: list[Run]

    def of_layer(self, layer: str) -> list[TableResult]:
        return [table for table in self.tables if table.layer == layer]

    @property
    def layers(self) -> list[str]:
        """Layers with tables, in the order in which rows flow."""
        known = {table.layer for table in self.tables}
        return [*(each for each in LAYERS if each in known), *sorted(known - set(LAYERS))]


def read(results: Path) -> History:
    """Read the history from the folder of results (`validation/result/`)."""
    files = f"read_parquet({files_below(results, '*.parquet')}, union_by_name=true)"
    with duckdb.connect() as connection:
        outcomes = connection.execute(
            f"""
            select
                layer, source_name, table_name, expectation, column_name, success, severity,
                observed, unexpected_count, element_count, exception, run_id, validated_at
            from {files}
            qualify validated_at = max(validated_at) over (
                partition by layer, source_name, table_name
            )
            order by layer, source_name, table_name, success, severity, expectation
            """
        ).fetchall()
        runs = connection.execute(
            f"""
            with

            validated as (
                select
                    run_id, layer, source_name, table_name,
                    min(validated_at) as validated_at,
                    count_if(success) as holds,
                    count_if(not success and severity <> 'critical') as warns,
                    count_if(not success and severity = 'critical') as blocks
                from {files}
                group by run_id, layer, source_name, table_name
            ),

            changes as (
                select
                    *,
                    holds - lag(holds, 1, 0) over of_table as holds_change,
                    warns - lag(warns, 1, 0) over of_table as warns_change,
                    blocks - lag(blocks, 1, 0) over of_table as blocks_change
                from validated
                window of_table as (
                    partition by layer, source_name, table_name order by validated_at, run_id
                )
            )

            select
                run_id,
                min(validated_at) as began_at,
                count(*),
                sum(holds), sum(warns), sum(blocks),
                sum(sum(holds_change)) over so_far,
                sum(sum(warns_change)) over so_far,
                sum(sum(blocks_change)) over so_far
            from changes
            group by run_id
            window so_far as (order by min(validated_at), run_id)
            order by began_at desc, run_id desc
            """
        ).fetchall()
    return History(
        _tables(outcomes),
        [
            Run(run_id, at, tables, _counter(counts[:3]), _counter(counts[3:]))
            for run_id, at, tables, *counts in runs
        ],
    )


def _counter(counts: Sequence[int]) -> Counter[State]:
    return Counter(dict(zip(State, map(int, counts), strict=True)))


def _tables(rows: list[tuple]) -> list[TableResult]:
    found: dict[tuple[str, str, str], TableResult] = {}
    for layer, source, table, expectation, column, success, severity, *rest in rows:
        observed, unexpected, elements, exception, run_id, validated_at = rest
        outcome = ExpectationOutcome(
            layer=layer,
            source_name=source,
            table_name=table,
            expectation=expectation,
            column_name=column,
            success=success,
            severity=severity,
            observed=observed,
            unexpected_count=unexpected,
            element_count=elements,
            description=expectation,
            exception=exception,
        )
        result = TableResult(layer, source, table, run_id, validated_at, [])
        found.setdefault((layer, source, table), result).outcomes.append(outcome)
    for source, table in raw_tables():
        never = TableResult("raw", source, table, None, None, [])
        found.setdefault(("raw", source, table), never)
    return [found[key] for key in sorted(found)]
