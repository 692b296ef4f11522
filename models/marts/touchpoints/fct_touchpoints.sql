{{ config(materialized='view') }}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__described') }}

),

campaign_names as (

    select * from {{ ref('int_campaign_names__resolved') }}

),

identifiers as (

    select * from {{ ref('int_identifiers__resolved') }}

),

first_orders as (

    select * from {{ ref('int_persons__first_ordered') }}

),

of_persons as (

    select
        touchpoints.*,
        coalesce(identifiers.person_id, touchpoints.identifier_id) as person_id
    from touchpoints
    left join identifiers
        on touchpoints.identifier_id = identifiers.identifier_id

),

fct_touchpoints as (

    select
        of_persons.touchpoint_id,

        of_persons.person_id,
        of_persons.identifier_id,
        of_persons.session_id,
        coalesce(of_persons.campaign_id, campaign_names.campaign_id) as campaign_id,
        of_persons.product_id,
        of_persons.order_id,
        of_persons.location_id,

        of_persons.source_system,
        of_persons.source_table,
        of_persons.source_key,
        of_persons.touchpoint_type,
        of_persons.channel,
        of_persons.environment,
        of_persons.medium_class,
        of_persons.direction,
        of_persons.ownership,
        -- The site tells of the first order a moment after the shop does: what is about that order
        -- itself does not come after it.
        case
            when
                of_persons.touched_at > first_orders.first_ordered_at
                and coalesce(of_persons.order_id <> first_orders.first_order_id, true)
                then of_persons.stage_after_order
            else of_persons.stage_before_order
        end as stage,
        of_persons.touched_date,

        of_persons.source_priority,
        of_persons.dwell_seconds,
        of_persons.sentiment,

        of_persons.is_path_entry,
        of_persons.is_retargeting,
        of_persons.is_bot,
        of_persons.is_machine,
        of_persons.is_internal,
        of_persons.is_test,

        of_persons.touched_at
    from of_persons
    left join first_orders
        on of_persons.person_id = first_orders.person_id
    left join campaign_names
        on
            of_persons.campaign_id is null
            and of_persons.campaign = campaign_names.campaign

)

select * from fct_touchpoints
