with

measured as (

    select * from {{ ref('int_person_months__measured') }}

),

ranked as (

    select * from {{ ref('int_customer_months__ranked') }}

),

personas as (

    select
        persona,
        precedence
    from {{ ref('personas') }}

),

rules as (

    select * from {{ ref('persona_rules') }}

),

rules_of_personas as (

    select
        personas.persona,
        personas.precedence,
        rules.measure,
        rules.at_least,
        rules.below
    from personas
    left join rules
        on personas.persona = rules.persona

),

-- The value each rule asks for; null where the person has none, as without any order.
asked as (

    select
        measured.person_id,
        measured.month,
        rules_of_personas.precedence,
        rules_of_personas.measure,
        rules_of_personas.at_least,
        rules_of_personas.below,
        case rules_of_personas.measure
            when 'is_known' then case when measured.is_known then 1 else 0 end
            when 'orders' then measured.orders
            when 'days_since_order' then measured.days_since_order
            when 'order_value' then cast(measured.order_value as double)
            when 'average_order_value' then measured.average_order_value
            when 'discount_share' then measured.discount_share
            when 'impulse_share' then measured.impulse_share
            when 'return_share' then measured.return_share
            when 'store_share' then measured.store_share
            when 'touchpoints_per_order' then measured.touchpoints_per_order
            when 'research_per_order' then measured.research_per_order
            when 'path_touchpoints' then measured.path_touchpoints
            when 'channels' then measured.channels
            when 'research_touchpoints' then measured.research_touchpoints
            when 'service_touchpoints' then measured.service_touchpoints
            when 'service_share' then measured.service_share
            when 'involvement_touchpoints' then measured.involvement_touchpoints
            when 'messages_delivered' then measured.messages_delivered
            when 'email_open_share' then measured.email_open_share
            when 'email_click_share' then measured.email_click_share
            when 'mobile_share' then measured.mobile_share
            when 'orders_rank' then ranked.orders_rank
            when 'order_value_rank' then ranked.order_value_rank
            when 'average_order_value_rank' then ranked.average_order_value_rank
            when 'discount_share_rank' then ranked.discount_share_rank
            when 'touchpoints_per_order_rank' then ranked.touchpoints_per_order_rank
            when 'research_per_order_rank' then ranked.research_per_order_rank
            when 'channels_rank' then ranked.channels_rank
            when 'involvement_touchpoints_rank' then ranked.involvement_touchpoints_rank
        end as value
    from measured
    cross join rules_of_personas
    left join ranked
        on measured.person_month_id = ranked.person_month_id

),

judged as (

    select
        person_id,
        month,
        precedence,
        min(
            case
                when measure is null then 1
                when at_least is not null and not coalesce(value >= at_least, false) then 0
                when below is not null and not coalesce(value < below, false) then 0
                else 1
            end
        ) as holds
    from asked
    group by person_id, month, precedence

),

first_to_hold as (

    select
        person_id,
        month,
        min(precedence) as precedence
    from judged
    where holds = 1
    group by person_id, month

),

assigned as (

    select
        measured.person_month_id,

        measured.person_id,

        measured.month,
        personas.persona
    from measured
    left join first_to_hold
        on
            measured.person_id = first_to_hold.person_id
            and measured.month = first_to_hold.month
    left join personas
        on first_to_hold.precedence = personas.precedence

)

select * from assigned
