{{ config(materialized='view') }}
{%- set timeout = session_timeout_microseconds() %}

with

late_events as (

    select * from {{ ref('int_web_events__late_arriving') }}

),

unnumbered_events as (

    select
        staged.event_day,
        {{ unnumbered_visitor() }} as visitor,
        {{ to_epoch_microseconds('event_at') }} as event_microseconds
    from {{ ref('stg_ga4__events') }} as staged
    anti join late_events
        on staged.event_id = late_events.event_id
    where
        not ({{ has_ga4_session() }})
        and (staged.user_pseudo_id is not null or staged.user_id is not null)

),

-- Two events of one visitor in one bucket, as long as the gap that ends a session, always share a
-- session, so only buckets are put in order, not events.
buckets as (

    select
        event_day,
        visitor,
        cast(floor(event_microseconds / {{ timeout }}) as bigint) as bucket,
        min(event_microseconds) as first_microseconds,
        max(event_microseconds) as last_microseconds
    from unnumbered_events
    group by event_day, visitor, cast(floor(event_microseconds / {{ timeout }}) as bigint)

),

buckets_after_gaps as (

    select
        *,
        case
            when
                first_microseconds - lag(last_microseconds) over (
                    partition by event_day, visitor
                    order by bucket
                ) <= {{ timeout }}
                then 0
            else 1
        end as gap
    from buckets

),

gap_numbers as (

    select
        event_day,
        visitor,
        bucket,
        cast(sum(gap) over (
            partition by event_day, visitor
            order by bucket
            rows between unbounded preceding and current row
        ) as bigint) as gap_number
    from buckets_after_gaps

)

select * from gap_numbers
