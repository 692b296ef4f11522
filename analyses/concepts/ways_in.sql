select
    channel_kind,
    ownership,
    string_agg(channel, ', ' order by sort_order) as channels
from {{ ref('dim_channels') }}
group by channel_kind, ownership
order by channel_kind, ownership
limit 6
