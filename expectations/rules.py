"""The vocabulary suites are written in: Great Expectations' own expectations and one of ours.

`critical` blocks a run, `warning` is shown. Conditions are plain SQL that DuckDB and Spark both
understand (`count_if`, `regexp_like`, no quoted identifiers), so a suite serves both engines.

Each rule comes with its words, a sentence without a full stop. Bounds are given once, as numbers:
`{bounds}` in the words stands for them, and what exceptions are put up with is added at the end.
`share_between("{bounds} of the journeys convert", ..., 0.01, 0.9)` reads "1 to 90 % of the journeys
convert."
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
    text without values of persons, and `days`, the unexpected days joined by commas. Below
    `min_count` elements there is too little to judge, and the expectation holds. Shown is the
    count, never a row.
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
                "days": row.get("days"),
            },
        }


BOUNDS = "{bounds}"


def percent(share: float) -> str:
    """A share, 0 to 1, as a percentage."""
    return f"{100 * share:.10g} %"


def within(low: float | None, high: float | None) -> str:
    """Bounds in words; None leaves a side open."""
    if low is None:
        return f"at most {high:,.10g}"
    return f"at least {low:,.10g}" if high is None else f"{low:,.10g} to {high:,.10g}"


def share_within(low: float, high: float) -> str:
    """Bounds of a share in words; 0 and 1 leave a side open."""
    return f"{within(100 * low if low > 0 else None, 100 * high if high < 1 else None)} %"


def sentence(words: str, bounds: str | None = None, max_share: float = 0.0) -> str:
    """The words with the bounds filled in, and the share of exceptions that is put up with.

    Raises:
        ValueError: There are bounds, and the words have no place for them.
    """
    if bounds and BOUNDS not in words:
        raise ValueError(f"{words!r} says nothing of its bounds: write {BOUNDS} where they belong")
    if bounds and words.startswith(BOUNDS):
        bounds = bounds[0].upper() + bounds[1:]
    but = f", but for at most {percent(max_share)}" if max_share else ""
    return f"{words.replace(BOUNDS, bounds or '')}{but}."


def counted(
    words: str,
    query: str,
    severity: Severity = WARNING,
    *,
    bounds: str | None = None,
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
        description=sentence(words, bounds, max_share),
        severity=severity,
    )


def rows_hold(
    words: str,
    condition: str,
    severity: Severity = WARNING,
    *,
    bounds: str | None = None,
    where: str = "true",
    max_share: float = 0.0,
    min_count: int = 0,
    column: str | None = None,
) -> ExpectShareWithin:
    """Rows where `condition` is false are unexpected; null counts as held.

    Args:
        words: What must hold of a row.
        condition: The same in SQL.
        severity: `critical` blocks.
        bounds: What the words say of bounds in the condition.
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
        words,
        query,
        severity,
        bounds=bounds,
        max_share=max_share,
        min_count=min_count,
        column=column,
    )


def between(
    words: str,
    column: str,
    low: float | None,
    high: float | None,
    *,
    max_share: float = 0.0,
    min_count: int = 0,
) -> ExpectShareWithin:
    """Filled values lie in [`low`, `high`]; None leaves a side open."""
    sides = [f"{column} >= {low}"] if low is not None else []
    sides += [f"{column} <= {high}"] if high is not None else []
    return rows_hold(
        words,
        " and ".join(sides),
        bounds=within(low, high),
        where=f"{column} is not null",
        max_share=max_share,
        min_count=min_count,
        column=column,
    )


def figure_between(
    words: str,
    figure: str,
    low: float,
    high: float,
    *,
    in_percent: bool = False,
    count: str = "count(*)",
    where: str = "true",
    min_count: int = 200,
    column: str | None = None,
) -> ExpectShareWithin:
    """An aggregate over the rows (`avg(...)`, a quantile ...) lies in [`low`, `high`].

    Where there is nothing to take it of (null, or 0 of 0), it holds. `in_percent`: the figure is a
    share, and the words say so. `count` is what there must be `min_count` of.
    """
    query = (
        f"select {count} as element_count, "
        f"case when {figure} is null or isnan(cast({figure} as double)) "
        f"or {figure} between {low} and {high} then 0 else {count} end as unexpected_count, "
        f"concat('found ', round({figure}, 4), ', expected {low} to {high}') as detail "
        f"from {{batch}} where {where}"
    )
    bounds = share_within(low, high) if in_percent else within(low, high)
    return counted(words, query, bounds=bounds, min_count=min_count, column=column)


def share_between(
    words: str,
    condition: str,
    low: float = 0,
    high: float = 1,
    *,
    where: str = "true",
    min_count: int = 200,
    column: str | None = None,
) -> ExpectShareWithin:
    """The share of rows for which `condition` is true lies in [`low`, `high`], 0 to 1.

    A condition that is a column's name is about that column.
    """
    return figure_between(
        words,
        f"avg(case when {condition} then 1.0 else 0.0 end)",
        low,
        high,
        in_percent=True,
        where=where,
        min_count=min_count,
        column=condition if condition.isidentifier() else column,
    )


def ratio_between(
    words: str,
    part: str,
    whole: str,
    low: float = 0,
    high: float = 1,
    *,
    count: str | None = None,
    where: str = "true",
    column: str | None = None,
) -> ExpectShareWithin:
    """Of all that `whole` counts, the share that `part` counts lies in [`low`, `high`], 0 to 1.

    Both are SQL over the rows, which are sums already. `count` is what there must be enough of, if
    not of the whole.
    """
    return figure_between(
        words,
        f"cast(sum({part}) as double) / nullif(sum({whole}), 0)",
        low,
        high,
        in_percent=True,
        count=count or f"coalesce(sum({whole}), 0)",
        where=where,
        column=part if part.isidentifier() else column,
    )


def not_null(column: str) -> gxe.ExpectColumnValuesToNotBeNull:
    """No row lacks the column; critical."""
    return gxe.ExpectColumnValuesToNotBeNull(
        column=column, severity=CRITICAL, description=sentence(f"{column} is always filled")
    )


def null_share(column: str, max_share: float, *, min_count: int = 100) -> ExpectShareWithin:
    """At most `max_share` (0 to 1) of the rows lack the column."""
    words = f"{column} is null in {BOUNDS} of the rows"
    is_null = f"{column} is null"
    return share_between(words, is_null, high=max_share, min_count=min_count, column=column)


def in_set(column: str, values: Sequence[str]) -> gxe.ExpectColumnValuesToBeInSet:
    """The column holds nothing but `values` (or null)."""
    return gxe.ExpectColumnValuesToBeInSet(
        column=column,
        value_set=list(values),
        severity=WARNING,
        description=sentence(f"{column} is one of {', '.join(values)}"),
    )


def matches(words: str, column: str, pattern: str) -> ExpectShareWithin:
    """Filled values, blanks around them aside, match `pattern` (written without braces)."""
    return rows_hold(
        words,
        f"regexp_like(trim({column}), '{pattern}')",
        where=f"{column} is not null",
        column=column,
    )
