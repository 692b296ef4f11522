select
    channel,
    sum(conversions) as conversions,
    sum(revenue) as revenue,
    round(sum(revenue) / nullif(sum(spend), 0), 2) as roas
from {{ ref('mart_channel_attribution') }}
where model = 'markov' and channel in ('Paid Search', 'Paid Social')
group by channel
order by channel
