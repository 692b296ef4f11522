with

goals as (

    select * from {{ ref('stage_goals') }}

),

touchpoints as (

    select
        touchpoint_type,
        stage,
        person_id,
        session_id,
        ownership,
        sentiment,
        is_retargeting,
        cast(date_trunc('month', touched_date) as date) as month
    from {{ ref('fct_touchpoints') }}
    where
        not is_bot
        and not is_machine
        and not is_internal
        and not is_test

),

sessions as (

    select
        session_id,
        engaged
    from {{ ref('fct_sessions') }}

),

stage_entries as (

    select
        visits.stage,
        visits.left_to,
        stages.stage_order,
        stages_after.stage_order as left_to_order,
        cast(date_trunc('month', visits.entered_date) as date) as month,
        coalesce(
            journeys.outcome = 'converted'
            and journeys.ended_at
            <= visits.entered_at + interval {{ var('stage_outcome_days') }} day,
            false
        ) as is_followed_by_order
    from {{ ref('fct_stage_entries') }} as visits
    inner join {{ ref('fct_journeys') }} as journeys
        on visits.journey_id = journeys.journey_id
    inner join {{ ref('journey_stages') }} as stages
        on visits.stage = stages.stage
    left join {{ ref('journey_stages') }} as stages_after
        on visits.left_to = stages_after.stage

),

journeys as (

    select
        journeys.journey_number,
        journeys.path_touchpoint_count,
        journeys.outcome,
        journeys.max_stage,
        persons.may_contact,
        cast(date_trunc('month', journeys.started_date) as date) as month
    from {{ ref('fct_journeys') }} as journeys
    inner join {{ ref('dim_persons') }} as persons
        on journeys.person_id = persons.person_id
    where not journeys.is_excluded

),

orders as (

    select
        order_id,
        order_number_of_person,
        cast(date_trunc('month', order_date) as date) as month
    from {{ ref('fct_orders') }}
    where is_conversion

),

returned_orders as (

    select distinct order_id
    from {{ ref('fct_returns') }}

),

service_cases as (

    select
        order_id,
        has_repeat_contact,
        coalesce(first_reply_seconds <= 86400, false) as is_answered_in_a_day,
        cast(date_trunc('month', opened_date) as date) as month
    from {{ ref('fct_service_cases') }}
    where not is_internal and not is_test

),

survey_responses as (

    select
        survey_type,
        nps_class,
        is_csat_positive,
        cast(date_trunc('month', submitted_date) as date) as month
    from {{ ref('fct_survey_responses') }}
    where not is_internal and not is_test

),

-- What happened in a visit, beside the visit itself.
visits_to_site as (

    select
        touchpoints.month,
        touchpoints.session_id,
        max(case when touchpoints.touchpoint_type = 'session' then 1 else 0 end) as has_landing,
        max(
            case
                when
                    touchpoints.touchpoint_type = 'session' and touchpoints.stage = 'awareness'
                    then 1
                else 0
            end
        ) as is_awareness,
        max(
            case
                when
                    touchpoints.touchpoint_type = 'session' and touchpoints.ownership = 'earned'
                    then 1
                else 0
            end
        ) as is_earned,
        max(
            case
                when touchpoints.touchpoint_type = 'session' and touchpoints.is_retargeting then 1
                else 0
            end
        ) as is_retargeting,
        max(
            case
                when
                    touchpoints.touchpoint_type
                    in ('review_read', 'video_view', 'product_comparison')
                    then 1
                else 0
            end
        ) as has_content,
        max(
            case
                when
                    touchpoints.touchpoint_type
                    in ('checkout_start', 'checkout_shipping', 'checkout_payment')
                    then 1
                else 0
            end
        ) as has_checkout,
        max(case when touchpoints.touchpoint_type = 'web_purchase' then 1 else 0 end)
            as has_purchase
    from touchpoints
    where touchpoints.session_id is not null
    group by touchpoints.month, touchpoints.session_id

),

persons_in_month as (

    select
        month,
        person_id,
        max(
            case
                when
                    touchpoint_type
                    in (
                        'social_mention', 'social_post', 'social_share', 'social_comment',
                        'web_share'
                    )
                    then 1
                else 0
            end
        ) as has_content,
        max(
            case
                when
                    touchpoint_type
                    in ('survey_nps', 'survey_csat', 'survey_ces', 'event_attendance')
                    then 1
                else 0
            end
        ) as has_taken_part,
        max(case when stage in ('loyalty', 'advocacy') then 1 else 0 end) as is_customer
    from touchpoints
    where person_id is not null
    group by month, person_id

),

measured as (

    select
        'inform' as goal,
        visits_to_site.month,
        sum(case when sessions.engaged then 1 else 0 end) as numerator,
        count(*) as denominator
    from visits_to_site
    inner join sessions
        on visits_to_site.session_id = sessions.session_id
    where visits_to_site.is_awareness = 1
    group by visits_to_site.month

    union all

    select
        'show_competence' as goal,
        month,
        sum(has_content) as numerator,
        count(*) as denominator
    from visits_to_site
    where is_awareness = 1
    group by month

    union all

    select
        'earn_trust' as goal,
        month,
        sum(case when path_touchpoint_count > 1 then 1 else 0 end) as numerator,
        count(*) as denominator
    from journeys
    where journey_number = 1 and path_touchpoint_count > 0
    group by month

    union all

    select
        'justify_word_of_mouth' as goal,
        month,
        sum(is_earned) as numerator,
        count(*) as denominator
    from visits_to_site
    where is_awareness = 1
    group by month

    union all

    select
        case stage when 'awareness' then 'raise_interest' else 'guide_choice' end as goal,
        month,
        sum(case when left_to_order > stage_order then 1 else 0 end) as numerator,
        count(*) as denominator
    from stage_entries
    where stage in ('awareness', 'evaluation')
    group by stage, month

    union all

    select
        case when order_id is null then 'answer_questions' else 'timely_support' end as goal,
        month,
        sum(case when is_answered_in_a_day then 1 else 0 end) as numerator,
        count(*) as denominator
    from service_cases
    group by case when order_id is null then 'answer_questions' else 'timely_support' end, month

    union all

    select
        'bring_back' as goal,
        visits_to_site.month,
        sum(case when sessions.engaged then 1 else 0 end) as numerator,
        count(*) as denominator
    from visits_to_site
    inner join sessions
        on visits_to_site.session_id = sessions.session_id
    where visits_to_site.is_retargeting = 1
    group by visits_to_site.month

    union all

    select
        'let_try' as goal,
        month,
        sum(case when touchpoint_type = 'store_demo' then 1 else 0 end) as numerator,
        sum(case when touchpoint_type = 'store_visit' then 1 else 0 end) as denominator
    from touchpoints
    where touchpoint_type in ('store_demo', 'store_visit')
    group by month

    union all

    select
        'convert' as goal,
        month,
        sum(case when is_followed_by_order then 1 else 0 end) as numerator,
        count(*) as denominator
    from stage_entries
    where stage = 'conversion'
    group by month

    union all

    select
        'ease_checkout' as goal,
        month,
        sum(has_purchase) as numerator,
        count(*) as denominator
    from visits_to_site
    where has_checkout = 1
    group by month

    union all

    select
        'right_choice' as goal,
        orders.month,
        sum(case when returned_orders.order_id is null then 1 else 0 end) as numerator,
        count(*) as denominator
    from orders
    left join returned_orders
        on orders.order_id = returned_orders.order_id
    group by orders.month

    union all

    select
        'leave_door_open' as goal,
        month,
        sum(case when may_contact then 1 else 0 end) as numerator,
        count(*) as denominator
    from journeys
    where outcome <> 'converted' and max_stage = 'conversion'
    group by month

    union all

    select
        'sell_again' as goal,
        month,
        sum(case when order_number_of_person > 1 then 1 else 0 end) as numerator,
        count(*) as denominator
    from orders
    group by month

    union all

    select
        'stay_in_touch' as goal,
        month,
        sum(case when touchpoint_type = 'email_open' then 1 else 0 end) as numerator,
        sum(case when touchpoint_type = 'email_delivered' then 1 else 0 end) as denominator
    from touchpoints
    where touchpoint_type in ('email_open', 'email_delivered')
    group by month

    union all

    select
        'satisfy' as goal,
        month,
        sum(case when is_csat_positive then 1 else 0 end) as numerator,
        count(*) as denominator
    from survey_responses
    where survey_type = 'CSAT'
    group by month

    union all

    select
        'solve' as goal,
        month,
        sum(case when has_repeat_contact then 0 else 1 end) as numerator,
        count(*) as denominator
    from service_cases
    group by month

    union all

    select
        'be_recommended' as goal,
        month,
        sum(
            case nps_class
                when 'promoter' then 1
                when 'detractor' then -1
                else 0
            end
        ) as numerator,
        count(*) as denominator
    from survey_responses
    where survey_type = 'NPS'
    group by month

    union all

    select
        'earn_reviews' as goal,
        month,
        sum(case when sentiment > {{ var('neutral_sentiment') }} then 1 else 0 end)
            as numerator,
        count(*) as denominator
    from touchpoints
    where touchpoint_type = 'review'
    group by month

    union all

    select
        'spread' as goal,
        month,
        sum(case when touchpoint_type = 'referral_redeemed' then 1 else 0 end) as numerator,
        sum(case when touchpoint_type = 'referral_made' then 1 else 0 end) as denominator
    from touchpoints
    where touchpoint_type in ('referral_redeemed', 'referral_made')
    group by month

    union all

    select
        'user_content' as goal,
        month,
        sum(has_content) as numerator,
        count(*) as denominator
    from persons_in_month
    group by month

    union all

    select
        'develop_together' as goal,
        month,
        sum(has_taken_part) as numerator,
        count(*) as denominator
    from persons_in_month
    where is_customer = 1
    group by month

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
