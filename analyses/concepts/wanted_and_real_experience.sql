select
    figure,
    segment,
    desired_value,
    actual_value,
    gap,
    is_met
from {{ ref('mart_experience_targets') }}
where not is_small
qualify month = max(month) over ()
order by gap, figure, segment
limit 5
