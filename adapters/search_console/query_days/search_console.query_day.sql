-- One row per day, query, page, country and device. The API leaves rare queries out altogether.
-- Its position is a mean that begins with 1; the contract's is a sum that begins with 0.
select
    day as data_date,
    site as site_url,
    page as url,
    query,
    'false' as is_anonymized_query,
    lower(country) as country,
    upper(device) as device,
    impressions,
    clicks,
    ((try_cast(position as decimal(18, 6)) - 1) * try_cast(impressions as bigint))::decimal(28, 6)
    ::varchar as sum_position
from export
order by _row
