with

goals as (

    select * from {{ ref('stage_goals') }}

),

touchpoints as (

    select
        touchpoints.touchpoint_type,
        touchpoints.stage,
        touchpoints.person_id,
        touchpoints.session_id,
        touchpoints.ownership,
        touchpoints.sentiment,
        touchpoints.is_retargeting,
        sessions.engaged as is_engaged,
        {{ month_of('touchpoints.touched_date') }} as month
    from {{ ref('fct_touchpoints') }} as touchpoints
    left join {{ ref('fct_sessions') }} as sessions
        on touchpoints.session_id = sessions.session_id
    where not touchpoints.is_excluded

),

stage_entries as (

    select
        entries.stage,
        coalesce(next_stages.stage_order > stages.stage_order, false) as has_advanced,
        {{ month_of('entries.entered_date') }} as month,
        coalesce(
            journeys.outcome = 'converted'
            and journeys.ended_at
            <= entries.entered_at + interval {{ var('stage_outcome_days') }} day,
            false
        ) as is_followed_by_order
    from {{ ref('fct_stage_entries') }} as entries
    inner join {{ ref('fct_journeys') }} as journeys
        on entries.journey_id = journeys.journey_id
    inner join {{ ref('journey_stages') }} as stages
        on entries.stage = stages.stage
    left join {{ ref('journey_stages') }} as next_stages
        on entries.left_to = next_stages.stage

),

journeys as (

    select
        journeys.journey_number,
        journeys.path_touchpoint_count,
        journeys.outcome,
        journeys.max_stage,
        persons.may_contact,
        {{ month_of('journeys.started_date') }} as month
    from {{ ref('fct_journeys') }} as journeys
    inner join {{ ref('dim_persons') }} as persons
        on journeys.person_id = persons.person_id
    where not journeys.is_excluded

),

returned_orders as (

    select distinct order_id
    from {{ ref('fct_returns') }}

),

orders as (

    select
        orders.order_number_of_person,
        returned_orders.order_id is not null as is_returned,
        {{ month_of('orders.order_date') }} as month
    from {{ ref('fct_orders') }} as orders
    left join returned_orders
        on orders.order_id = returned_orders.order_id
    where orders.is_conversion

),

service_cases as (

    select
        order_id,
        has_repeat_contact,
        coalesce(first_reply_seconds <= {{ var('slow_reply_hours') }} * 3600, false)
            as is_answered_in_time,
        {{ month_of('opened_date') }} as month
    from {{ ref('fct_service_cases') }}
    where not is_excluded

),

survey_responses as (

    select
        survey_type,
        nps_class,
        is_csat_positive,
        {{ month_of('submitted_date') }} as month
    from {{ ref('fct_survey_responses') }}
    where not is_excluded

),

-- A session counts in each month it has touchpoints in.
sessions as (

    select
        month,
        session_id,
        bool_or(touchpoint_type = 'session' and stage = 'awareness') as is_awareness,
        bool_or(touchpoint_type = 'session' and ownership = 'earned') as is_earned,
        bool_or(touchpoint_type = 'session' and is_retargeting) as is_retargeting,
        bool_or(touchpoint_type in ('review_read', 'video_view', 'product_comparison'))
            as has_content,
        bool_or(
            touchpoint_type in ('checkout_start', 'checkout_shipping', 'checkout_payment')
        ) as has_checkout,
        bool_or(touchpoint_type = 'web_purchase') as has_purchase,
        bool_or(is_engaged) as is_engaged
    from touchpoints
    where session_id is not null
    group by month, session_id

),

person_months as (

    select
        month,
        person_id,
        bool_or(
            touchpoint_type in (
                'social_mention', 'social_post', 'social_share', 'social_comment', 'web_share'
            )
        ) as has_content,
        bool_or(
            touchpoint_type in ('survey_nps', 'survey_csat', 'survey_ces', 'event_attendance')
        ) as has_taken_part,
        bool_or(stage in ('loyalty', 'advocacy')) as is_customer
    from touchpoints
    where person_id is not null
    group by month, person_id

),

-- One row per case that a goal is measured on: what it adds to the numerator and the denominator.
cases as (

    select
        'inform' as goal,
        month,
        cast(is_engaged as integer) as reached,
        1 as counted
    from sessions
    where is_awareness
    union all
    select
        'show_competence' as goal,
        month,
        cast(has_content as integer) as reached,
        1 as counted
    from sessions
    where is_awareness
    union all
    select
        'justify_word_of_mouth' as goal,
        month,
        cast(is_earned as integer) as reached,
        1 as counted
    from sessions
    where is_awareness
    union all
    select
        'bring_back' as goal,
        month,
        cast(is_engaged as integer) as reached,
        1 as counted
    from sessions
    where is_retargeting
    union all
    select
        'ease_checkout' as goal,
        month,
        cast(has_purchase as integer) as reached,
        1 as counted
    from sessions
    where has_checkout
    union all
    select
        'earn_trust' as goal,
        month,
        cast(path_touchpoint_count > 1 as integer) as reached,
        1 as counted
    from journeys
    where journey_number = 1 and path_touchpoint_count > 0
    union all
    select
        'leave_door_open' as goal,
        month,
        cast(may_contact as integer) as reached,
        1 as counted
    from journeys
    where outcome <> 'converted' and max_stage = 'conversion'
    union all
    select
        'raise_interest' as goal,
        month,
        cast(has_advanced as integer) as reached,
        1 as counted
    from stage_entries
    where stage = 'awareness'
    union all
    select
        'guide_choice' as goal,
        month,
        cast(has_advanced as integer) as reached,
        1 as counted
    from stage_entries
    where stage = 'evaluation'
    union all
    select
        'convert' as goal,
        month,
        cast(is_followed_by_order as integer) as reached,
        1 as counted
    from stage_entries
    where stage = 'conversion'
    union all
    select
        'answer_questions' as goal,
        month,
        cast(is_answered_in_time as integer) as reached,
        1 as counted
    from service_cases
    where order_id is null
    union all
    select
        'timely_support' as goal,
        month,
        cast(is_answered_in_time as integer) as reached,
        1 as counted
    from service_cases
    where order_id is not null
    union all
    select
        'solve' as goal,
        month,
        cast(not has_repeat_contact as integer) as reached,
        1 as counted
    from service_cases
    union all
    select
        'right_choice' as goal,
        month,
        cast(not is_returned as integer) as reached,
        1 as counted
    from orders
    union all
    select
        'sell_again' as goal,
        month,
        cast(order_number_of_person > 1 as integer) as reached,
        1 as counted
    from orders
    union all
    select
        'satisfy' as goal,
        month,
        cast(is_csat_positive as integer) as reached,
        1 as counted
    from survey_responses
    where survey_type = 'CSAT'
    union all
    select
        'earn_reviews' as goal,
        month,
        cast(sentiment > {{ var('neutral_sentiment') }} as integer) as reached,
        1 as counted
    from touchpoints
    where touchpoint_type = 'review'
    union all
    select
        'user_content' as goal,
        month,
        cast(has_content as integer) as reached,
        1 as counted
    from person_months
    union all
    select
        'develop_together' as goal,
        month,
        cast(has_taken_part as integer) as reached,
        1 as counted
    from person_months
    where is_customer
    union all
    select
        'be_recommended' as goal,
        month,
        case nps_class when 'promoter' then 1 when 'detractor' then -1 else 0 end as reached,
        1 as counted
    from survey_responses
    where survey_type = 'NPS'
    union all
    select
        'let_try' as goal,
        month,
        cast(touchpoint_type = 'store_demo' as integer) as reached,
        cast(touchpoint_type = 'store_visit' as integer) as counted
    from touchpoints
    where touchpoint_type in ('store_demo', 'store_visit')
    union all
    select
        'stay_in_touch' as goal,
        month,
        cast(touchpoint_type = 'email_open' as integer) as reached,
        cast(touchpoint_type = 'email_delivered' as integer) as counted
    from touchpoints
    where touchpoint_type in ('email_open', 'email_delivered')
    union all
    select
        'spread' as goal,
        month,
        cast(touchpoint_type = 'referral_redeemed' as integer) as reached,
        cast(touchpoint_type = 'referral_made' as integer) as counted
    from touchpoints
    where touchpoint_type in ('referral_redeemed', 'referral_made')

),

measured as (

    select
        goal,
        month,
        coalesce(sum(reached), 0) as numerator,
        sum(counted) as denominator
    from cases
    group by goal, month

),

mart_stage_goals as (

    select
        {{ surrogate_key(['measured.goal', 'measured.month']) }} as stage_goal_id,

        goals.stage,
        measured.goal,
        measured.month,
        goals.name_en,
        goals.name_it,
        goals.kpi_en,
        goals.kpi_it,

        cast(measured.numerator as bigint) as numerator,
        cast(measured.denominator as bigint) as denominator,
        round(
            cast(measured.numerator as double) / nullif(measured.denominator, 0), 6
        ) as value
    from measured
    inner join goals
        on measured.goal = goals.goal

)

select * from mart_stage_goals
