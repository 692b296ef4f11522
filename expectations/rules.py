"""The vocabulary suites are written in: Great Expectations' own expectations and one of ours.

`critical` blocks a run, `warning` is shown. Conditions are plain SQL that DuckDB and Spark both
understand (`count_if`, `regexp_like`, no quoted identifiers), so a suite serves both engines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from expectations.gx import ExecutionEngine, gxe, pydantic

Severity = Literal["critical", "warning"]
CRITICAL: Severity = "critical"
WARNING: Severity = "warning"


class ExpectShareWithin(gxe.UnexpectedRowsExpectation):
    """A query that counts, and the share of the unexpected that is put up with.

    The query gives one row: `element_count`, `unexpected_count` and, if it likes, `detail`, a
    text without values of persons. Below `min_count` elements there is too little to judge, and
    the expectation holds. Shown is the count, never a row.
    """

    max_share: float = 0.0
    min_count: int = 0
    noun: str = "rows"
    column: str | None = None

    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.table",)
    success_keys: ClassVar[tuple[str, ...]] = (
        "unexpected_rows_query", "max_share", "min_count", "noun",
    )  # fmt: skip

    # Great Expectations builds on pydantic's first version.
    @pydantic.validator("unexpected_rows_query")  # ty: ignore[deprecated]
    def _validate_query(cls, query: str) -> str:  # noqa: N805
        """Accept queries over the catalogue or the volumes too, which read no batch."""
        return query.strip()

    def _validate(
        self,
        metrics: dict,
        runtime_configuration: dict | None = None,
        execution_engine: ExecutionEngine | None = None,
    ) -> dict:
        row = metrics["unexpected_rows_query.table"][0]
        elements = int(row["element_count"] or 0)
        unexpected = int(row["unexpected_count"] or 0)
        judged = elements >= max(self.min_count, 1)
        share = unexpected / elements if elements else 0.0
        observed = f"{unexpected:,} of {elements:,} {self.noun} ({share:.2%})"
        if not judged:
            observed = f"{elements:,} {self.noun}, too few to judge"
        if row.get("detail"):
            observed += f": {row['detail']}"
        return {
            "success": not judged or share <= self.max_share,
            "result": {
                "observed_value": observed,
                "element_count": elements,
                "unexpected_count": unexpected,
                "unexpected_percent": 100 * share,
            },
        }


def counted(
    query: str,
    description: str,
    severity: Severity = WARNING,
    *,
    max_share: float = 0.0,
    min_count: int = 0,
    noun: str = "rows",
    column: str | None = None,
) -> ExpectShareWithin:
    """An expectation over a whole query (`{batch}` stands for the table)."""
    return ExpectShareWithin(
        unexpected_rows_query=query,
        max_share=max_share,
        min_count=min_count,
        noun=noun,
        column=column,
        description=description,
        severity=severity,
    )


def rows_hold(
    condition: str,
    description: str,
    severity: Severity = WARNING,
    *,
    where: str = "true",
    max_share: float = 0.0,
    min_count: int = 0,
    column: str | None = None,
) -> ExpectShareWithin:
    """Rows where `condition` is false are unexpected; null counts as held.

    Args:
        condition: What must hold of a row, in SQL.
        description: The same in words.
        severity: `critical` blocks.
        where: Which rows it is asked of.
        max_share: Share of those rows that may break it, 0 to 1.
        min_count: Rows below which nothing is judged.
        column: The column it is about, for the report.
    """
    query = (
        f"select count(*) as element_count, count_if(not ({condition})) as unexpected_count "
        f"from {{batch}} where {where}"
    )
    return counted(
        query, description, severity, max_share=max_share, min_count=min_count, column=column
    )


def figure_between(
    figure: str,
    low: float,
    high: float,
    description: str,
    severity: Severity = WARNING,
    *,
    where: str = "true",
    min_count: int = 200,
    column: str | None = None,
) -> ExpectShareWithin:
    """An aggregate over the rows (`avg(...)`, a quantile ...) lies in [`low`, `high`].

    Where there is nothing to take it of (null, or 0 of 0), it holds.
    """
    query = (
        f"select count(*) as element_count, "
        f"case when {figure} is null or isnan(cast({figure} as double)) "
        f"or {figure} between {low} and {high} then 0 else count(*) end as unexpected_count, "
        f"concat('found ', round({figure}, 4), ', expected {low} to {high}') as detail "
        f"from {{batch}} where {where}"
    )
    return counted(query, description, severity, min_count=min_count, column=column)


def ratio_between(
    part: str,
    whole: str,
    low: float,
    high: float,
    description: str,
    *,
    where: str = "true",
    min_count: int = 200,
    column: str | None = None,
) -> ExpectShareWithin:
    """Of all that `whole` counts, the share that `part` counts lies in [`low`, `high`], 0 to 1.

    Both are SQL over the rows, which are sums already; `min_count` is of the whole. A warning.
    """
    figure = f"cast(sum({part}) as double) / nullif(sum({whole}), 0)"
    query = (
        f"select coalesce(sum({whole}), 0) as element_count, "
        f"case when {figure} is null or {figure} between {low} and {high} then 0 "
        f"else sum({whole}) end as unexpected_count, "
        f"concat('found ', round({figure}, 4), ', expected {low} to {high}') as detail "
        f"from {{batch}} where {where}"
    )
    return counted(query, description, min_count=min_count, column=column)


def share_between(
    condition: str,
    low: float,
    high: float,
    description: str,
    severity: Severity = WARNING,
    *,
    where: str = "true",
    min_count: int = 200,
    column: str | None = None,
) -> ExpectShareWithin:
    """The share of rows for which `condition` is true lies in [`low`, `high`], 0 to 1."""
    figure = f"avg(case when {condition} then 1.0 else 0.0 end)"
    return figure_between(
        figure, low, high, description, severity, where=where, min_count=min_count, column=column
    )


def not_null(
    column: str, severity: Severity = CRITICAL, description: str | None = None
) -> gxe.ExpectColumnValuesToNotBeNull:
    """No row lacks the column."""
    return gxe.ExpectColumnValuesToNotBeNull(
        column=column, severity=severity, description=description or f"{column} is always filled."
    )


def null_share(column: str, max_share: float, *, min_count: int = 100) -> ExpectShareWithin:
    """At most `max_share` (0 to 1) of the rows lack the column; a warning."""
    return rows_hold(
        f"{column} is not null",
        f"{column} is missing in at most {max_share:.0%} of the rows.",
        max_share=max_share,
        min_count=min_count,
        column=column,
    )


def in_set(
    column: str, values: Sequence[str], severity: Severity = WARNING
) -> gxe.ExpectColumnValuesToBeInSet:
    """The column holds nothing but `values` (or null)."""
    return gxe.ExpectColumnValuesToBeInSet(
        column=column,
        value_set=list(values),
        severity=severity,
        description=f"{column} is one of {', '.join(values)}.",
    )


def matches(
    column: str,
    pattern: str,
    description: str,
    severity: Severity = WARNING,
    *,
    max_share: float = 0.0,
    min_count: int = 0,
) -> ExpectShareWithin:
    """Filled values, blanks around them aside, match `pattern` (written without braces)."""
    return rows_hold(
        f"regexp_like(trim({column}), '{pattern}')",
        description,
        severity,
        where=f"{column} is not null",
        max_share=max_share,
        min_count=min_count,
        column=column,
    )


def between(
    column: str,
    low: float | None,
    high: float | None,
    description: str,
    severity: Severity = WARNING,
    *,
    max_share: float = 0.0,
) -> ExpectShareWithin:
    """Filled values lie in [`low`, `high`]; None leaves a side open."""
    sides = [f"{column} >= {low}"] if low is not None else []
    sides += [f"{column} <= {high}"] if high is not None else []
    return rows_hold(
        " and ".join(sides),
        description,
        severity,
        where=f"{column} is not null",
        max_share=max_share,
        column=column,
    )
