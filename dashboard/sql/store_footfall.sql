-- People counted at the doors, by month and store. Rates are of the days on which both are known.

select
    cast(date_trunc('month', footfall_date) as date) as month,
    location_id,
    city,
    cast(sum(entries) as bigint) as entries,
    cast(sum(recorded_visits) as bigint) as recorded_visits,
    cast(sum(orders) as bigint) as orders,
    cast(sum(orders) filter (where conversion_rate is not null) as double)
    / nullif(sum(entries) filter (where conversion_rate is not null), 0) as conversion_rate,
    cast(sum(recorded_visits) filter (where recorded_share is not null) as double)
    / nullif(sum(entries) filter (where recorded_share is not null), 0) as recorded_share
from marts.mart_store_footfall
where date_trunc('month', footfall_date) between $first and $last
group by 1, 2, 3
order by 1, 2
