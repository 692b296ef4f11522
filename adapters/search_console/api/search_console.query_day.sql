-- One row per day and the other dimensions that were asked for. An answer does not name them: what
-- all keys of one place look like tells. Of two places with words, the one with codes of three
-- letters holds countries. The API leaves rare queries out altogether. Its position is a mean that
-- begins with 1; the contract's is a sum that begins with 0.
with rows as (
    select
        *,
        from_json(keys, '["VARCHAR"]') as key
    from export
),

keys_by_place as (
    select
        unnest(generate_series(1, len(key))) as place,
        unnest(key) as value
    from rows
),

kinds as (
    select
        place,
        case
            when bool_and(regexp_full_match(value, '\d{4}-\d{2}-\d{2}')) then 'day'
            when bool_and(regexp_full_match(value, 'https?://.*')) then 'page'
            when bool_and(value in ('DESKTOP', 'MOBILE', 'TABLET')) then 'device'
            when bool_and(regexp_full_match(value, '[a-z]{3}')) then 'country'
            else 'query'
        end as kind
    from keys_by_place
    group by place
),

places as (
    select
        min(place) filter (where kind = 'day') as day_place,
        min(place) filter (where kind = 'page') as page_place,
        min(place) filter (where kind = 'device') as device_place,
        min(place) filter (where kind = 'country') as country_place,
        min(place) filter (where kind = 'query') as query_place
    from kinds
)

select
    key[day_place] as data_date,
    key[page_place] as url,
    key[query_place] as query,
    'false' as is_anonymized_query,
    key[country_place] as country,
    key[device_place] as device,
    impressions,
    clicks,
    ((try_cast(position as decimal(18, 6)) - 1) * try_cast(impressions as bigint))::decimal(28, 6)
    ::varchar as sum_position
from rows
cross join places
order by _row
