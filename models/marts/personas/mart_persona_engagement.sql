with

channel_months as (

    select * from {{ ref('int_person_channel_months__engagement') }}

),

person_personas as (

    select * from {{ ref('dim_persona_history') }}

),

-- The persona of the month, whatever the person has become since.
of_personas as (

    select
        channel_months.*,
        person_personas.persona
    from channel_months
    inner join person_personas
        on
            channel_months.person_id = person_personas.person_id
            and {{ is_persona_of_month('person_personas', 'channel_months.month') }}

),

in_touch as (

    select
        month,
        persona,
        count(distinct person_id) as persons_of_persona
    from of_personas
    group by month, persona

),

summed as (

    select
        month,
        persona,
        channel,
        count(*) as persons,
        cast(sum(touchpoints) as bigint) as touchpoints,
        cast(sum(outbound_touchpoints) as bigint) as outbound_touchpoints,
        cast(sum(path_touchpoints) as bigint) as path_touchpoints,
        cast(sum(sessions) as bigint) as sessions,
        cast(sum(engaged_sessions) as bigint) as engaged_sessions,
        cast(sum(mobile_sessions) as bigint) as mobile_sessions,
        cast(sum(research_touchpoints) as bigint) as research_touchpoints,
        cast(sum(service_touchpoints) as bigint) as service_touchpoints,
        cast(sum(store_touchpoints) as bigint) as store_touchpoints,
        cast(sum(store_trials) as bigint) as store_trials,
        cast(sum(involvement_touchpoints) as bigint) as involvement_touchpoints,
        cast(sum(dwell_seconds) as bigint) as dwell_seconds,
        cast(sum(messages_delivered) as bigint) as messages_delivered,
        cast(sum(messages_opened) as bigint) as messages_opened,
        cast(sum(messages_clicked) as bigint) as messages_clicked,
        cast(sum(messages_delivered + approaches) as bigint) as approaches,
        cast(sum(messages_answered + approaches_answered) as bigint) as approaches_answered,
        cast(sum(orders) as bigint) as orders,
        cast(sum(net_revenue) as decimal(18, 2)) as net_revenue
    from of_personas
    group by month, persona, channel

),

persona_engagement as (

    select
        summed.month,
        summed.persona,
        summed.channel,

        summed.persons,
        in_touch.persons_of_persona,
        {{ ratio('summed.persons', 'in_touch.persons_of_persona') }} as reach,

        summed.touchpoints,
        summed.outbound_touchpoints,
        summed.path_touchpoints,
        {{ ratio('summed.path_touchpoints', 'summed.persons') }} as path_touchpoints_per_person,
        summed.sessions,
        summed.engaged_sessions,
        {{ ratio('summed.engaged_sessions', 'summed.sessions') }} as engaged_share,
        {{ ratio('summed.mobile_sessions', 'summed.sessions') }} as mobile_share,
        summed.research_touchpoints,
        summed.service_touchpoints,
        summed.store_touchpoints,
        summed.store_trials,
        summed.involvement_touchpoints,
        summed.dwell_seconds,

        summed.messages_delivered,
        summed.messages_opened,
        summed.messages_clicked,
        {{ ratio('summed.messages_opened', 'summed.messages_delivered') }} as open_rate,
        {{ ratio('summed.messages_clicked', 'summed.messages_delivered') }} as click_rate,
        summed.approaches,
        summed.approaches_answered,
        {{ ratio('summed.approaches_answered', 'summed.approaches') }} as response_rate,

        summed.orders,
        summed.net_revenue
    from summed
    inner join in_touch
        on
            summed.month = in_touch.month
            and summed.persona = in_touch.persona

)

select * from persona_engagement
