select
    coalesce(channel, 'all') as channel,
    round(sum(conversions) filter (where model = 'markov'), 1)::double as "orders credited",
    round(sum(conversions) filter (where model = 'last'), 1)::double as "by last click",
    (sum(revenue) filter (where model = 'markov'))::double as revenue,
    (sum(spend) filter (where model = 'markov'))::double as spend,
    (sum(revenue) filter (where model = 'markov'))::double
    / nullif(sum(spend) filter (where model = 'markov'), 0)::double as roas
from {{ ref('mart_channel_attribution') }}
where model in ('markov', 'last')
group by rollup(channel)
having count(*) > 0
order by grouping(channel) asc, revenue desc, channel asc
