-- How people say it was: answers and reviews together, before and after an order, by persona.
with

person_months as (

    select * from {{ ref('int_person_months__assigned') }}

),

first_orders as (

    select * from {{ ref('int_persons__first_ordered') }}

),

feedback_responses as (

    select
        person_id,
        {{ month_of('submitted_date') }} as month,
        submitted_at as responded_at,
        survey_type,
        nps_class,
        is_csat_positive,
        score,
        cast(round(score_scaled, 4) as decimal(5, 4)) as feeling
    from {{ ref('fct_survey_responses') }}
    where not is_excluded
    union all
    select
        person_id,
        {{ month_of('created_date') }} as month,
        created_at as responded_at,
        'REVIEW' as survey_type,
        cast(null as string) as nps_class,
        cast(null as boolean) as is_csat_positive,
        cast(null as double) as score,
        sentiment as feeling
    from {{ ref('fct_reviews') }}
    where not is_excluded and not is_competitor

),

of_personas as (

    select
        feedback_responses.*,
        coalesce(person_months.persona, 'unknown') as persona,
        coalesce(feedback_responses.responded_at > first_orders.first_ordered_at, false)
            as is_after_order,
        {{ sentiment_band('feedback_responses.feeling') }} as band
    from feedback_responses
    left join person_months
        on
            feedback_responses.person_id = person_months.person_id
            and feedback_responses.month = person_months.month
    left join first_orders
        on feedback_responses.person_id = first_orders.person_id

),

summed as (

    select
        month,
        persona,
        count(*) as feedback_responses,
        count(distinct person_id) as persons,
        count(feeling) as feedback_responses_with_sentiment,
        cast(sum(feeling) as double) as feelings,
        count(*) filter (where feeling > {{ var('enthusiastic_sentiment') }})
            as expectation_exceeded_responses,
        count(*) filter (where band = 'negative') as expectation_missed_responses,
        count(case when not is_after_order then feeling end) as feedback_responses_before_order,
        cast(sum(case when not is_after_order then feeling end) as double)
            as feelings_before_order,
        count(case when is_after_order then feeling end) as feedback_responses_after_order,
        cast(sum(case when is_after_order then feeling end) as double) as feelings_after_order,
        count(*) filter (where survey_type = 'NPS') as nps_answers,
        count(*) filter (where nps_class = 'promoter') as promoters,
        count(*) filter (where nps_class = 'passive') as passives,
        count(*) filter (where nps_class = 'detractor') as detractors,
        count(*) filter (where survey_type = 'CSAT') as csat_answers,
        count(*) filter (where is_csat_positive) as csat_positive,
        count(*) filter (where survey_type = 'CES') as ces_answers,
        sum(case when survey_type = 'CES' then score end) as ces_points,
        count(*) filter (where survey_type = 'REVIEW') as reviews,
        count(case when survey_type = 'REVIEW' then feeling end) as reviews_with_feeling,
        cast(sum(case when survey_type = 'REVIEW' then feeling end) as double)
            as feelings_of_reviews
    from of_personas
    group by month, persona

),

mart_experience_scores as (

    select
        month,
        persona,

        feedback_responses,
        persons,
        {{ ratio('feelings', 'feedback_responses_with_sentiment') }} as mean_sentiment,
        expectation_exceeded_responses,
        feedback_responses_with_sentiment
        - expectation_exceeded_responses
        - expectation_missed_responses as expectation_met_responses,
        expectation_missed_responses,
        {{ ratio('expectation_exceeded_responses', 'feedback_responses_with_sentiment') }}
            as expectation_exceeded_share,
        {{ ratio('expectation_missed_responses', 'feedback_responses_with_sentiment') }}
            as expectation_missed_share,
        case
            when feedback_responses_with_sentiment = 0 then null
            when feelings > {{ var('enthusiastic_sentiment') }} * feedback_responses_with_sentiment
                then 'beats'
            when feelings < -{{ var('neutral_sentiment') }} * feedback_responses_with_sentiment
                then 'falls short'
            else 'meets'
        end as verdict,
        feedback_responses_before_order,
        {{ ratio('feelings_before_order', 'feedback_responses_before_order') }}
            as mean_sentiment_before_order,
        feedback_responses_after_order,
        {{ ratio('feelings_after_order', 'feedback_responses_after_order') }}
            as mean_sentiment_after_order,

        nps_answers,
        promoters,
        passives,
        detractors,
        {{ ratio('(promoters - detractors)', 'nps_answers') }} as nps,
        csat_answers,
        csat_positive,
        {{ ratio('csat_positive', 'csat_answers') }} as csat,
        {{ wilson_low('csat_positive', 'csat_answers') }} as csat_low,
        {{ wilson_high('csat_positive', 'csat_answers') }} as csat_high,
        ces_answers,
        {{ ratio('ces_points', 'ces_answers', 2) }} as ces,
        reviews,
        {{ ratio('feelings_of_reviews', 'reviews_with_feeling') }} as mean_review_sentiment
    from summed

)

select * from mart_experience_scores
