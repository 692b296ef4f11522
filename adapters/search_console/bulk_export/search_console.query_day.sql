-- One row per day, page, query, country and device: kinds of search (web, images ...) and kinds of
-- result are added up.
select
    data_date,
    site_url,
    url,
    query,
    is_anonymized_query,
    country,
    device,
    summed(impressions) as impressions,
    summed(clicks) as clicks,
    summed(sum_position) as sum_position
from export
group by data_date, site_url, url, query, is_anonymized_query, country, device
order by data_date, site_url, url, query, is_anonymized_query, country, device
