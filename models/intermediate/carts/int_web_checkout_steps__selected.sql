with

interactions as (

    select * from {{ ref('int_web_interactions__selected') }}

),

session_parts as (

    select * from {{ ref('int_web_session_parts__mapped') }}

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
        interactions.stream_id,
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

steps_of_sessions as (

    select
        steps_taken.event_id,
        session_parts.session_id,
        coalesce(steps_taken.stream_id, '(not set)') as stream_id,
        steps_taken.order_id,

        steps_taken.touchpoint_type,
        steps_taken.step,
        coalesce(session_parts.device_category, '(not set)') as device_category,

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
        session_parts.is_excluded,

        steps_taken.event_at,
        session_parts.started_date
    from steps_taken
    inner join session_parts
        on steps_taken.session_part_id = session_parts.session_part_id
    left join rates
        on
            steps_taken.currency_code = rates.currency_code
            and steps_taken.event_date = rates.rate_date

)

select * from steps_of_sessions
