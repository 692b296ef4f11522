"""First answers: questions that `make demo` asks of what was just published.

A layer that can answer something new adds its question here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import duckdb

from viaggio.publishing import needs
from viaggio.workspace.paths import DataDir


@dataclass(frozen=True)
class Question:
    """A question in words, and SQL on the published file that answers it in a few rows.

    The variable `run_id` names the run that published.
    """

    words: str
    sql: str


QUESTIONS = [
    Question(
        "Is every row accounted for?",
        """
        select
            coalesce(source_name, 'all') as source,
            sum(files)::bigint as files,
            sum(files_uncounted)::bigint as unread,
            sum(rows_in_files)::bigint as rows,
            sum(rows_rejected)::bigint as rejected,
            sum(rows_quarantined)::bigint as quarantined,
            sum(rows_duplicate)::bigint as duplicates,
            sum(rows_staged)::bigint as staged,
            sum(rows_modelled)::bigint as modelled,
            sum(rows_filtered)::bigint as filtered,
            bool_and(balanced) as balanced
        from audit.audit_reconciliation
        where run_id = getvariable('run_id')
        group by grouping sets ((source_name), ())
        order by source_name nulls last
        """,
    ),
    Question(
        "Which rows are no touchpoint, and why?",
        """
        select source_name as source, table_name as table, reason, rows_filtered as rows
        from audit.audit_filtered_rows
        where run_id = getvariable('run_id')
        order by all
        """,
    ),
    Question(
        "Which channels bring visits, and which of the visits buy?",
        """
        with sessions as (
            select
                coalesce(channel, 'all') as channel,
                count(*) as visits,
                count(distinct person_id) as persons,
                round(100 * avg(engaged::int), 1) as "engaged %",
                count(order_id) as orders,
                round(100 * count(order_id) / count(*), 1) as "buy %"
            from marts.fct_sessions
            where not is_excluded
            group by grouping sets ((channel), ())
            having count(*) > 0
        )

        select * from sessions
        order by channel = 'all', visits desc, channel
        """,
    ),
    Question(
        "How far do visits get?",
        """
        with steps as (
            select
                unnest([1, 2, 3, 4, 5]) as number,
                unnest(['visit', 'product seen', 'in the cart', 'checkout', 'order']) as step,
                unnest([
                    count(*),
                    count_if(product_views > 0),
                    count_if(cart_adds > 0),
                    count_if(checkout_steps > 0),
                    count(order_id)
                ]) as visits
            from marts.fct_sessions
            where not is_excluded
        )

        select step, visits, round(100 * visits / max(visits) over (), 1) as "of all %"
        from steps
        qualify max(visits) over () > 0
        order by number
        """,
    ),
    Question(
        "How do people buy?",
        """
        select
            coalesce(purchase_mode, 'all') as mode,
            count(*) as orders,
            round(100 * count(*) / max(count(*)) over (), 1) as "share %",
            sum(net_revenue)::double as "net revenue",
            round(100 * avg(is_impulse::int), 1) as "on impulse %",
            round(100 * avg(is_first_order::int), 1) as "first order %"
        from marts.fct_orders
        where is_conversion
        group by grouping sets ((purchase_mode), ())
        having count(*) > 0
        order by grouping(purchase_mode), orders desc, mode
        """,
    ),
    Question(
        "Who are the persons, and by how many identifiers are they known?",
        """
        select
            coalesce(lifecycle_status, 'all') as persons_are,
            count(*) as persons,
            sum(identifiers)::bigint as identifiers,
            count_if(identifiers > 1) as "joined of several",
            sum(orders)::bigint as orders,
            sum(net_revenue)::double as "net revenue",
            count_if(may_contact) as "may be written to"
        from marts.dim_persons
        where not is_excluded
        group by grouping sets ((lifecycle_status), ())
        having count(*) > 0
        order by grouping(lifecycle_status), persons desc, persons_are
        """,
    ),
    Question(
        "How much of the relation happens off the web?",
        """
        select
            coalesce(environment, 'all') as environment,
            count(*) as touchpoints,
            round(100 * count(*) / max(count(*)) over (), 1) as "share %",
            count_if(is_path_touchpoint) as "path touchpoints",
            count(distinct person_id) as persons,
            count(distinct touchpoint_type) as "kinds of touchpoint"
        from marts.fct_touchpoints
        where not is_excluded
        group by grouping sets ((environment), ())
        having count(*) > 0
        order by grouping(environment), environment
        """,
    ),
    Question(
        "How do journeys end?",
        """
        select
            coalesce(outcome, 'all') as outcome,
            count(*) as journeys,
            count(distinct person_id) as persons,
            round(avg(touchpoint_count), 1) as "mean touchpoints",
            round(avg(research_depth), 1) as "research depth",
            round(median(duration_hours) / 24, 1) as "median days",
            round(100 * avg((offline_touchpoint_count > 0)::int), 1) as "also offline %",
            sum(net_revenue)::double as "net revenue"
        from marts.fct_journeys
        where not is_excluded
        group by grouping sets ((outcome), ())
        having count(*) > 0
        order by grouping(outcome), outcome
        """,
    ),
    Question(
        "How far through the five stages do people come, and what do the leaks cost?",
        """
        select
            stage,
            sum(entered)::bigint as persons,
            sum(continued)::bigint as "went on",
            round(100 * sum(continued) / nullif(sum(entered), 0), 1) as "went on %",
            sum(leaked_revenue)::double as "leaked revenue, at most"
        from marts.mart_stage_funnel
        where mode = 'open'
        group by stage, stage_order
        order by stage_order
        """,
    ),
    Question(
        "Which paths sell?",
        """
        select
            path,
            conversions as orders,
            non_conversions as "without an order",
            round(100 * conversion_rate, 1) as "convert %",
            net_revenue::double as "net revenue",
            average_duration_hours / 24 as "average days"
        from marts.mart_top_conversion_paths
        where transform = 'exposure' and path <> '(none)'
        order by rank
        limit 10
        """,
    ),
    Question(
        "What did each channel bring, and each euro spent on it? (Markov; last click beside it)",
        """
        select
            coalesce(channel, 'all') as channel,
            round(sum(conversions) filter (where model = 'markov'), 1)::double as "orders credited",
            round(sum(conversions) filter (where model = 'last'), 1)::double as "by last click",
            (sum(revenue) filter (where model = 'markov'))::double as revenue,
            (sum(spend) filter (where model = 'markov'))::double as spend,
            (sum(revenue) filter (where model = 'markov'))::double
            / nullif(sum(spend) filter (where model = 'markov'), 0)::double as roas
        from marts.mart_channel_attribution
        where model in ('markov', 'last')
        group by grouping sets ((channel), ())
        having count(*) > 0
        order by grouping(channel), revenue desc, channel
        """,
    ),
    Question(
        "Why are carts left?",
        """
        select
            cause,
            sum(carts)::bigint as carts,
            sum(recovered_carts)::bigint as "bought later",
            sum(lost_carts)::bigint as lost,
            sum(lost_value)::double as "lost value"
        from marts.mart_cart_abandonment
        group by cause
        order by lost desc, cause
        """,
    ),
    Question(
        "What should be mended or spread first? (what stands out from chance; else where to look)",
        """
        with
        claims as (
            select
                kind, touchpoint_type, signal, stage, persons,
                round(100 * effect, 1) as "per 100 touchpoints",
                estimated_revenue_low::double as "worth at least",
                estimated_revenue::double as "worth",
                rank
            from marts.mart_opportunities
            where persona = 'all'
        ),
        signs as (
            select
                'look at' as kind, touchpoint_type, signal, stage, persons,
                round(100 * effect, 1) as "per 100 touchpoints",
                null::double as "worth at least",
                null::double as "worth",
                row_number() over (order by effect desc, touchpoint_type, signal, stage) as rank
            from marts.mart_pain_points
            where persona = 'all' and not exists (from claims)
        )
        select * exclude (rank)
        from (from claims union all from signs)
        order by rank
        limit 12
        """,
    ),
    Question(
        "Who are the customers?",
        """
        select
            name_en as persona,
            customers,
            orders,
            revenue_per_customer as "revenue a customer",
            round(100 * share_of_revenue, 1) as "of revenue %"
        from marts.dim_personas
        where customers > 0
        order by net_revenue desc, persona
        """,
    ),
]


def answers(data_dir: DataDir, run_id: str) -> Iterator[tuple[str, str]]:
    """Each question in words with its answer as a table in text.

    Questions without an answer come last and together, each with the data it waits for.
    """
    with duckdb.connect(data_dir.published / "viaggio.duckdb", read_only=True) as connection:
        connection.execute("set variable run_id = $run_id", {"run_id": run_id})
        landed = {table for (table,) in connection.execute(needs.LANDED).fetchall()}
        waiting = []
        for question in QUESTIONS:
            try:
                relation = connection.sql(question.sql)
                rows = relation.fetchall()
            except (duckdb.BinderException, duckdb.CatalogException):
                older = "a run that publishes (what is published now is of an older version)"
                waiting.append(f"{question.words} Waits for {older}.")
                continue
            if rows:
                yield question.words, text_table(relation.columns, rows)
            else:
                waiting.append(f"{question.words} Waits for {_waits_for(question, landed)}.")
    if waiting:
        yield "Not answered yet:", "\n".join(f"- {line}" for line in waiting)


def _waits_for(question: Question, landed: Collection[str]) -> str:
    """What has to land before the question has an answer."""
    marts = dict.fromkeys(re.findall(r"marts\.(\w+)", question.sql))
    return needs.in_words(needs.missing(marts, landed)) or "more data"


def text_table(columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> str:
    """Lay rows out in columns: numbers to the right with thousands marked, text to the left."""
    cells = [[_text(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    numeric = [_is_numeric([row[i] for row in rows]) for i in range(len(columns))]
    lines = []
    for line in [columns, ["-" * width for width in widths], *cells]:
        padded = (
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, numeric, strict=True)
        )
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)


def _is_numeric(values: list[object]) -> bool:
    """Whether a column holds numbers, some of which may be missing, and nothing else."""
    filled = [value for value in values if value is not None]
    return (not values or bool(filled)) and all(
        isinstance(value, (int, float)) and not isinstance(value, bool) for value in filled
    )


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}" if math.isfinite(value) else ""
    return "" if value is None else str(value)
