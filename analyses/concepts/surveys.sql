select
    survey_type,
    asked_touchpoint_type,
    count(*) as answers,
    round(avg(score), 2) as mean_score
from {{ ref('fct_survey_responses') }}
group by survey_type, asked_touchpoint_type
order by answers desc, survey_type asc, asked_touchpoint_type asc
limit 5
