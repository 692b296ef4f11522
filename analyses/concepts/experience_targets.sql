select
    figure,
    segment_kind,
    segment,
    desired_value
from {{ ref('mart_experience_targets') }}
where segment_kind <> 'all'
qualify month = max(month) over ()
order by segment_kind, segment, figure
limit 5
