"""Every question the pages ask, as SQL on the published marts.

Marts are small however many events there were: no question here reads a fact. Where the contract
leaves a column or a mart to other versions, the query asks for what is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from dashboard import data
from dashboard.data import Parameters, rows
from viaggio.publishing.needs import LANDED

# Rows a page shows of a long list; its download has the same.
SHOWN = 200
ALL = "all"


@dataclass(frozen=True)
class Filters:
    """What the reader chose: months from first to last, personas and channels (empty: all)."""

    first: date | None = None
    last: date | None = None
    personas: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


def where(
    filters: Filters,
    *,
    month: str | None = None,
    persona: str | None = None,
    channel: str | None = None,
) -> tuple[str, Parameters]:
    """The condition that filters put on the columns named, and its parameters."""
    conditions, parameters = ["true"], Parameters()
    if month and filters.first and filters.last:
        conditions.append(f"{month} between $first and $last")
        parameters |= {"first": filters.first, "last": filters.last}
    if persona and filters.personas:
        conditions.append(f"list_contains($personas, {persona})")
        parameters["personas"] = list(filters.personas)
    if channel and filters.channels:
        conditions.append(f"list_contains($channels, {channel})")
        parameters["channels"] = list(filters.channels)
    return " and ".join(conditions), parameters


def weighted_mean(value: str, weight: str) -> str:
    """SQL of the mean of `value`, each row counted `weight` times; null where nothing weighs."""
    counted = f"case when {value} is not null then {weight} end"
    return f"sum({value}::double * {weight}) / nullif(sum({counted}), 0)"


def landed_tables() -> frozenset[str]:
    """Raw tables that have rows, as `source.table`; none where nothing tells."""
    if not data.is_published("audit.audit_reconciliation"):
        return frozenset()
    return frozenset(rows(LANDED)["raw_table"])


# What the filters offer, and names --------------------------------------------------------------


def months() -> list[date]:
    """Months with orders or spend, oldest first."""
    for table in ("marts.mart_channel_attribution", "marts.mart_journey_map"):
        if data.is_published(table):
            found = rows(f"select distinct month from {table} order by month")
            return [month.date() for month in found["month"]]
    return []


def newest_day() -> date | None:
    """The newest day of any source."""
    if "newest_date" not in data.columns("marts.mart_data_coverage"):
        return None
    (newest,) = rows(
        "select max(newest_date) as newest from marts.mart_data_coverage where touchpoints > 0"
    )["newest"]
    return None if pd.isna(newest) else newest.date()


def names(table: str, code: str, order: str) -> pd.DataFrame:
    """Code, name_en and name_it of a dimension, in its order; empty where it is not published."""
    if not data.is_published(table):
        return pd.DataFrame(columns=["code", "name_en", "name_it"])
    return rows(f'select {code} as code, name_en, name_it from {table} order by "{order}", {code}')


def locations() -> pd.DataFrame:
    """Code and name of each store and warehouse."""
    if not data.is_published("marts.dim_locations"):
        return pd.DataFrame(columns=["code", "name"])
    return rows(
        "select location_id as code, location_name as name from marts.dim_locations order by code"
    )


# Journey map ------------------------------------------------------------------------------------


def journey_map(filters: Filters) -> pd.DataFrame:
    """One row per stage and channel: touchpoints that persons began, and messages to them apart.

    Persons are the mean of the months.
    """
    there = data.columns("marts.mart_journey_map")
    condition, parameters = where(filters, month="month", persona="persona", channel="channel")
    opinions = "opinions" if "opinions" in there else "interactions"

    def mean(column: str, weight: str) -> str:
        return weighted_mean(column, weight) if column in there else "null::double"

    return rows(
        f"""
        with cells as (
            select * from marts.mart_journey_map
            where {condition} and persona <> '{ALL}'
        ),
        aspects as (
            select stage, channel, {"aspect" if "aspect" in there else "null::varchar as aspect"},
                sum({opinions}) as weight
            from cells
            group by all
        ),
        commonest as (
            select stage, channel, first(aspect order by weight desc, aspect) as aspect
            from aspects
            where aspect is not null and weight > 0
            group by stage, channel
        ),
        summed as (
            select
                stage,
                channel,
                sum(interactions - outbound_messages)::bigint as interactions,
                round(sum(persons) / (select count(distinct month) from cells))::bigint
                    as persons_per_month,
                sum(conversions)::bigint as conversions,
                sum(net_revenue)::double as net_revenue,
                sum(dwell_seconds)::double as dwell_seconds,
                sum(dwell_seconds)::double / nullif(sum(interactions - outbound_messages), 0)
                    as seconds_per_interaction,
                sum(outbound_messages)::bigint as outbound_messages,
                sum({opinions})::bigint as opinions,
                {mean("sentiment", opinions)} as sentiment,
                nullif({mean("pain_score", "persons")}, 0) as pain_score,
                nullif({mean("truth_score", "persons")}, 0) as truth_score
            from cells
            group by stage, channel
        )
        select summed.*, commonest.aspect
        from summed left join commonest using (stage, channel)
        left join (select distinct stage, stage_order from cells) as stages using (stage)
        order by stage_order, interactions desc, channel
        """,
        parameters,
    )


# Paths ------------------------------------------------------------------------------------------


def path_flows(filters: Filters, steps: int) -> pd.DataFrame:
    """Edges of the first so many steps; journeys that go on are seen at their last edge."""
    condition, parameters = where(filters, month="month", persona="persona")
    return rows(
        f"""
        select
            from_channel,
            to_channel,
            step,
            sum(journeys)::bigint as journeys,
            sum(converted_journeys)::bigint as converted_journeys,
            sum(lost_journeys)::bigint as lost_journeys,
            sum(open_journeys)::bigint as open_journeys,
            sum(net_revenue)::double as net_revenue,
            sum(converted_journeys) / nullif(sum(converted_journeys) + sum(lost_journeys), 0)
                as conversion_rate,
            sum(timed_seconds) / nullif(sum(timed_journeys), 0) / 3600 as mean_hours
        from marts.mart_path_flows
        where step <= $steps and {condition}
        group by from_channel, to_channel, step
        order by step, journeys desc, from_channel, to_channel
        """,
        {"steps": steps, **parameters},
    )


def path_transforms() -> list[str]:
    """Ways of telling a path, by name."""
    found = rows("select distinct transform from marts.mart_top_conversion_paths order by 1")
    return list(found["transform"])


def top_paths(filters: Filters, transform: str) -> pd.DataFrame:
    """The paths that convert most; with channels chosen, those that pass through one of them."""
    step = r"regexp_replace(trim(step), '\(\d+\)$', '')"  # without the number of touchpoints
    steps = f"list_transform(string_split(path, '>'), lambda step: {step})"
    condition, parameters = "true", Parameters({"transform": transform, "shown": SHOWN})
    if filters.channels:
        condition = f"list_has_any({steps}, $channels)"
        parameters["channels"] = list(filters.channels)
    return rows(
        f"""
        select rank, path, path_length, journeys, conversions, non_conversions, open_journeys,
            conversion_rate, net_revenue::double as net_revenue, conversion_share, revenue_share,
            average_touchpoints, median_duration_hours
        from marts.mart_top_conversion_paths
        where transform = $transform and path <> '(none)' and {condition}
        order by rank
        limit $shown
        """,
        parameters,
    )


# Funnels ----------------------------------------------------------------------------------------


def stage_funnel(filters: Filters, mode: str) -> pd.DataFrame:
    """One row per stage."""
    condition, parameters = where(
        filters, month="month", persona="persona", channel="first_channel"
    )
    return rows(
        f"""
        select
            stage,
            sum(entered)::bigint as entered,
            sum(entered_here)::bigint as entered_here,
            sum(continued)::bigint as continued,
            sum(leaked)::bigint as leaked,
            sum(entered) / nullif(sum(sum(entered_here)) over (), 0) as rate_of_start,
            case when stage_order < max(stage_order) over ()
                then sum(continued) / nullif(sum(entered), 0) end as continued_rate,
            sum(leaked_revenue)::double as leaked_revenue
        from marts.mart_stage_funnel
        where mode = $mode and {condition}
        group by stage, stage_order
        order by stage_order
        """,
        {"mode": mode, **parameters},
    )


def stage_funnel_by_persona(filters: Filters, mode: str) -> pd.DataFrame:
    """One row per persona and stage: how many reached it and which share of them went on."""
    condition, parameters = where(
        filters, month="month", persona="persona", channel="first_channel"
    )
    return rows(
        f"""
        select
            persona,
            stage,
            sum(entered)::bigint as entered,
            sum(continued)::bigint as continued,
            case when stage_order < max(stage_order) over ()
                then sum(continued) / nullif(sum(entered), 0) end as continued_rate,
            sum(leaked_revenue)::double as leaked_revenue
        from marts.mart_stage_funnel
        where mode = $mode and {condition}
        group by persona, stage, stage_order
        order by persona, stage_order
        """,
        {"mode": mode, **parameters},
    )


def checkout_funnel(filters: Filters) -> pd.DataFrame:
    """One row per device and step."""
    condition, parameters = where(filters, month="month")
    return rows(
        f"""
        select
            device_category,
            step,
            sum(entered)::bigint as entered,
            sum(entered_here)::bigint as entered_here,
            sum(continued)::bigint as continued,
            case when step_number < max(step_number) over ()
                then sum(left_here)::bigint end as left_here,
            case when step_number < max(step_number) over ()
                then sum(continued) / nullif(sum(entered), 0) end as continued_rate,
            sum(payment_attempts)::bigint as payment_attempts,
            sum(payment_failures)::bigint as payment_failures,
            sum(payment_failures) / nullif(sum(payment_attempts), 0) as payment_failure_rate
        from marts.mart_checkout_funnel
        where {condition}
        group by device_category, step, step_number
        order by device_category, step_number
        """,
        parameters,
    )


def abandoned_carts(filters: Filters) -> pd.DataFrame:
    """One row per likely cause, the dearest first."""
    condition, parameters = where(filters, month="month", channel="channel")
    return rows(
        f"""
        select
            cause,
            sum(carts)::bigint as carts,
            sum(lost_carts)::bigint as lost_carts,
            sum(recovered_carts)::bigint as recovered_carts,
            sum(undecided_carts)::bigint as undecided_carts,
            sum(recovered_carts) / nullif(sum(recovered_carts) + sum(lost_carts), 0)
                as recovery_rate,
            sum(lost_value)::double as lost_value,
            min(remedy) as remedy
        from marts.mart_cart_abandonment
        where {condition}
        group by cause
        order by lost_value desc, cause
        """,
        parameters,
    )


def page_exits(filters: Filters) -> pd.DataFrame:
    """The pages that most visits end on."""
    condition, parameters = where(filters, month="month")
    return rows(
        f"""
        select
            page,
            sum(views)::bigint as views,
            sum(entrances)::bigint as entrances,
            sum(exits)::bigint as exits,
            sum(exits) / nullif(sum(views), 0) as exit_rate,
            sum(bounces) / nullif(sum(entrances), 0) as bounce_rate
        from marts.mart_page_exits
        where {condition}
        group by page
        order by exits desc, page
        limit $shown
        """,
        {"shown": SHOWN, **parameters},
    )


# Attribution ------------------------------------------------------------------------------------


def channel_attribution(filters: Filters) -> pd.DataFrame:
    """One row per model and channel; shares are of all channels, those not chosen included."""
    condition, parameters = where(filters, month="month")
    chosen, channels = where(filters, channel="channel")
    return rows(
        f"""
        with summed as (
            select
                model,
                channel,
                sum(conversions)::double as conversions,
                sum(revenue)::double as revenue,
                sum(spend)::double as spend
            from marts.mart_channel_attribution
            where {condition}
            group by model, channel
        ),
        shares as (
            select
                *,
                conversions / nullif(sum(conversions) over (partition by model), 0)
                    as conversion_share,
                revenue / nullif(spend, 0) as roas,
                nullif(spend, 0) / nullif(conversions, 0) as cpa
            from summed
        )
        select * from shares
        where {chosen}
        order by model, revenue desc, channel
        """,
        parameters | channels,
    )


def removal_effects(filters: Filters) -> pd.DataFrame:
    """What share of orders would be missing without a channel, and Markov's two totals for it."""
    condition, parameters = where(filters, channel="channel")
    return rows(
        f"""
        with orders as (
            select channel, sum(conversions)::double as order_conversions,
                sum(revenue)::double as order_revenue
            from marts.mart_channel_attribution
            where model = 'markov'
            group by channel
        )
        select channel, removal_effect, credit_conversions, order_conversions,
            credit_revenue::double as credit_revenue, order_revenue
        from marts.mart_markov_removal_effects left join orders using (channel)
        where {condition}
        order by removal_effect desc, channel
        """,
        parameters,
    )


def channels_in_paths() -> frozenset[str]:
    """Channels that some journey went through; others cannot be credited by any model."""
    if not data.is_published("marts.mart_path_flows"):
        return frozenset()
    found = rows(
        "select distinct unnest([from_channel, to_channel]) as channel from marts.mart_path_flows"
    )
    return frozenset(found["channel"].dropna())


# Sentiment --------------------------------------------------------------------------------------

_SENTIMENT = f"""
    sum(reviews)::bigint as reviews,
    {weighted_mean("mean_sentiment", "texts")} as mean_sentiment,
    {weighted_mean("corrected_mean_sentiment", "texts")} as corrected_mean_sentiment,
    {weighted_mean("negative_share", "texts")} as negative_share,
    {weighted_mean("corrected_negative_share", "texts")} as corrected_negative_share,
    {weighted_mean("mean_rating", "reviews")} as mean_rating
"""


def sentiment_by(filters: Filters, column: str, *, overall: bool) -> pd.DataFrame:
    """How reviews of the shop feel by a column; of the review as a whole, or aspect by aspect."""
    condition, parameters = where(filters, month="month")
    return rows(
        f"""
        select {column}, {_SENTIMENT}
        from marts.mart_review_sentiment
        where not is_competitor and (aspect = 'overall') = $overall and {condition}
        group by {column}
        order by {column}
        """,
        {"overall": overall, **parameters},
    )


def topic_languages() -> list[str]:
    """Languages of the words, the commonest first."""
    found = rows(
        "select language from marts.mart_review_topics group by 1 order by sum(reviews) desc, 1"
    )
    return list(found["language"])


def topics(filters: Filters, language: str, aspect: str | None) -> pd.DataFrame:
    """Words reviewers used, the commonest first."""
    condition, parameters = where(filters, month="month")
    if aspect:
        condition += " and aspect = $aspect"
        parameters["aspect"] = aspect
    return rows(
        f"""
        select
            topic,
            aspect,
            sum(reviews)::bigint as reviews,
            {weighted_mean("mean_sentiment", "reviews")} as mean_sentiment,
            {weighted_mean("negative_share", "reviews")} as negative_share,
            arg_max(lift, month)::double as lift,
            count_if(is_unexpected)::bigint as unexpected_months
        from marts.mart_review_topics
        where language = $language and {condition}
        group by topic, aspect
        order by reviews desc, topic, aspect
        limit $shown
        """,
        {"language": language, "shown": SHOWN, **parameters},
    )


# Pain points and moments of truth ---------------------------------------------------------------


def ranked(table: str, filters: Filters) -> pd.DataFrame:
    """Rows of a ranked mart in their order: those of the chosen personas, else of everybody."""
    there = data.columns(table)
    condition, parameters = where(filters, persona="persona")
    if not filters.personas:
        condition = f"persona = '{ALL}'"
    wanted = [
        "rank", "touchpoint_type", "stage", "persona", "signal", "kind", "evidence", "persons",
        "effect", "ci_low", "ci_high", "q_value", "is_claimed", "estimated_revenue",
    ]  # fmt: skip
    selected = [
        f"{column}::double as {column}" if column == "estimated_revenue" else column
        for column in wanted
        if column in there
    ]
    return rows(
        f"""
        select {", ".join(selected)} from {table}
        where {condition}
        order by rank nulls last, abs(effect) desc, persona, stage, touchpoint_type
        limit $shown
        """,
        {"shown": SHOWN, **parameters},
    )


# Stores -----------------------------------------------------------------------------------------

_MODES = """
    sum(orders)::bigint as orders,
    sum(net_revenue)::double as net_revenue,
    sum(first_orders)::bigint as first_orders,
    sum(impulse_orders)::bigint as impulse_orders,
    sum(product_match_orders)::bigint as product_match_orders
"""


def purchase_modes(filters: Filters, *by: str) -> pd.DataFrame:
    """Orders and revenue by purchase mode and other columns of `mart_purchase_modes`."""
    condition, parameters = where(filters, month="month")
    columns = ", ".join((*by, "purchase_mode"))
    return rows(
        f"""
        select {columns}, {_MODES}
        from marts.mart_purchase_modes
        where {condition}
        group by {columns}
        order by {columns}
        """,
        parameters,
    )


def store_visits(filters: Filters) -> pd.DataFrame:
    """The mart as it stands, of the chosen months where it has any."""
    there = data.columns("marts.mart_store_visits")
    condition, parameters = where(filters, month="month" if "month" in there else None)
    keys = [c for c in ("month", "location_id", "store_id", "zone") if c in there]
    order = f"order by {', '.join(keys)}" if keys else ""
    return rows(f"select * from marts.mart_store_visits where {condition} {order}", parameters)


# Data quality -----------------------------------------------------------------------------------


def reconciliation() -> pd.DataFrame:
    """One row per raw table of the last run."""
    return rows(
        """
        select source_name, table_name, files, rows_in_files, rows_rejected, rows_withdrawn,
            rows_quarantined, rows_duplicate, rows_staged, rows_filtered, rows_modelled, balanced
        from audit.audit_reconciliation
        order by source_name, table_name
        """
    )


def filtered_rows() -> pd.DataFrame:
    """Why staged rows are no touchpoint of anybody."""
    return rows(
        """
        select source_name, table_name, reason, rows_filtered
        from audit.audit_filtered_rows
        order by rows_filtered desc, source_name, table_name, reason
        """
    )


def quarantined_rows() -> pd.DataFrame:
    """Why rows were kept out, by table."""
    return rows(
        f"""
        select source_name, table_name, reason, count(*) as rows_quarantined
        from audit.audit_quarantine
        group by all
        order by rows_quarantined desc, source_name, table_name, reason
        limit {SHOWN}
        """
    )


_LATEST_EXPECTATIONS = """
    select * from audit.audit_expectations
    qualify row_number() over (
        partition by layer, source_name, table_name, expectation, column_name
        order by validated_at desc, expectation_result_id
    ) = 1
"""


def expectations() -> pd.DataFrame:
    """How many expectations of each layer and severity were met when last checked."""
    return rows(
        f"""
        with latest as ({_LATEST_EXPECTATIONS})
        select layer, severity, count(*) as expectations, count_if(success) as met,
            count_if(not success) as missed
        from latest
        group by layer, severity
        order by list_position(['raw', 'staging', 'intermediate', 'marts'], layer), severity
        """
    )


def missed_expectations() -> pd.DataFrame:
    """The expectations that were not met, critical ones first."""
    return rows(
        f"""
        with latest as ({_LATEST_EXPECTATIONS})
        select layer, source_name, table_name, expectation, severity, observed, unexpected_count
        from latest
        where not success
        order by severity, layer, source_name, table_name, expectation
        limit {SHOWN}
        """
    )


def coverage(filters: Filters) -> pd.DataFrame:
    """Rows of each source and table, month by month."""
    condition, parameters = where(filters, month="month")
    return rows(
        f"""
        select month, source_name, table_name, sum(staged_rows)::bigint as staged_rows
        from marts.mart_data_coverage
        where {condition}
        group by month, source_name, table_name
        order by source_name, table_name, month
        """,
        parameters,
    )
