{#- Goals that are a share of cases: goal, relation and condition of its cases, and when a case has
    reached it. Of the NPS, a promoter counts as 1 and a detractor as -1. -#}
{%- set shares = [
    ('inform', 'sessions', 'is_awareness', 'is_engaged'),
    ('show_competence', 'sessions', 'is_awareness', 'has_content'),
    ('justify_word_of_mouth', 'sessions', 'is_awareness', 'is_earned'),
    ('bring_back', 'sessions', 'is_retargeting', 'is_engaged'),
    ('ease_checkout', 'sessions', 'has_checkout', 'has_purchase'),
    ('raise_interest', 'stage_entries', "stage = 'awareness'", 'has_advanced'),
    ('guide_choice', 'stage_entries', "stage = 'evaluation'", 'has_advanced'),
    ('convert', 'stage_entries', "stage = 'conversion'", 'is_followed_by_order'),
    ('earn_trust', 'journeys', 'journey_number = 1 and path_touchpoint_count > 0',
        'path_touchpoint_count > 1'),
    ('leave_door_open', 'journeys', "outcome <> 'converted' and max_stage = 'conversion'",
        'may_contact'),
    ('answer_questions', 'service_cases', 'order_id is null', 'is_answered_in_time'),
    ('timely_support', 'service_cases', 'order_id is not null', 'is_answered_in_time'),
    ('solve', 'service_cases', 'true', 'not has_repeat_contact'),
    ('right_choice', 'orders', 'true', 'not is_returned'),
    ('sell_again', 'orders', 'true', 'order_number_of_person > 1'),
    ('satisfy', 'survey_responses', "survey_type = 'CSAT'", 'is_csat_positive'),
    ('be_recommended', 'survey_responses', "survey_type = 'NPS'",
        "case nps_class when 'promoter' then 1 when 'detractor' then -1 else 0 end"),
    ('earn_reviews', 'touchpoints', "touchpoint_type = 'review'",
        'sentiment > ' ~ var('neutral_sentiment')),
    ('user_content', 'person_months', 'true', 'has_content'),
    ('develop_together', 'person_months', 'is_customer', 'has_taken_part'),
] -%}

{#- Goals that set touchpoints of one type against those of another: goal, the two types. -#}
{%- set ratios = [
    ('let_try', 'store_demo', 'store_visit'),
    ('stay_in_touch', 'email_open', 'email_delivered'),
    ('spread', 'referral_redeemed', 'referral_made'),
] -%}

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

-- One row per case of a goal: what it adds to the numerator and to the denominator.
cases as (
    {% for goal, relation, condition, reached in shares %}
    select
        '{{ goal }}' as goal,
        month,
        cast({{ reached }} as integer) as reached,
        1 as counted
    from {{ relation }}
    where {{ condition }}
    union all
    {% endfor %}
    {% for goal, reached_type, counted_type in ratios %}
    select
        '{{ goal }}' as goal,
        month,
        cast(touchpoint_type = '{{ reached_type }}' as integer) as reached,
        cast(touchpoint_type = '{{ counted_type }}' as integer) as counted
    from touchpoints
    where touchpoint_type in ('{{ reached_type }}', '{{ counted_type }}')
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

measured as (

    select
        goal,
        month,
        cast(coalesce(sum(reached), 0) as bigint) as numerator,
        cast(sum(counted) as bigint) as denominator
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

        measured.numerator,
        measured.denominator,
        round(cast(measured.numerator as double) / nullif(measured.denominator, 0), 6) as value
    from measured
    inner join goals
        on measured.goal = goals.goal

)

select * from mart_stage_goals
