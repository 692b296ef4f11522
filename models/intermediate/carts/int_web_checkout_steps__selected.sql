with

interactions as (

    select * from {{ ref('int_web_interactions__selected') }}

),

sessions as (

    select
        session_id,
        second_part_id,
        device_category,
        is_excluded,
        started_date
    from {{ ref('int_web_sessions__classified') }}

),

checkout_steps as (

    select * from {{ ref('checkout_steps') }}
    where sign = 'touchpoint'

),

types as (

    select * from {{ ref('touchpoint_types') }}

),

rates as (

    select * from {{ ref('stg_reference__daily_exchange_rates') }}

),

steps_taken as (

    select
        interactions.event_id,
        interactions.session_part_id,
        interactions.order_id,
        interactions.touchpoint_type,
        interactions.currency_code,
        checkout_steps.step,
        checkout_steps.step_number,
        types.source_priority,
        interactions.event_value,
        {{ local_date('interactions.event_at') }} as event_date,
        interactions.event_at
    from interactions
    inner join checkout_steps
        on interactions.touchpoint_type = checkout_steps.value
    inner join types
        on interactions.touchpoint_type = types.touchpoint_type

),

sessions_by_part as (

    select
        session_id as session_part_id,
        sessions.*
    from sessions

    union all

    select
        second_part_id as session_part_id,
        sessions.*
    from sessions
    where second_part_id is not null

),

steps_of_sessions as (

    select
        steps_taken.event_id,
        sessions_by_part.session_id,
        steps_taken.order_id,

        steps_taken.touchpoint_type,
        steps_taken.step,
        coalesce(sessions_by_part.device_category, '(not set)') as device_category,

        steps_taken.step_number,
        steps_taken.source_priority,
        {{
            to_reporting_currency(
                'steps_taken.event_value',
                'steps_taken.currency_code',
                'rates.rate_to_reporting_currency'
            )
        }} as cart_value,

        coalesce(rates.is_carried, false) as is_rate_carried,
        sessions_by_part.is_excluded,

        steps_taken.event_at,
        sessions_by_part.started_date
    from steps_taken
    inner join sessions_by_part
        on steps_taken.session_part_id = sessions_by_part.session_part_id
    left join rates
        on
            steps_taken.currency_code = rates.currency_code
            and steps_taken.event_date = rates.rate_date

)

select * from steps_of_sessions
