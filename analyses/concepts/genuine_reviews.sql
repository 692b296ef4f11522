select
    platform,
    count(*) as reviews,
    round(avg(is_verified::int), 3) as verified_share
from {{ ref('fct_reviews') }}
where not is_competitor
group by platform
order by platform
