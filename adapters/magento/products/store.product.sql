-- One row per SKU; rows of other store views repeat it in other words. Of several categories the
-- first counts. Prices are in the shop's currency, with tax where its catalogue's prices include
-- it. The maker and the purchase cost are among the additional attributes, if the shop keeps
-- them.
select
    sku as id,
    name as title,
    case when type = 'giftcard' then 'gift card' else string_split(categories, ',')[1] end
        as product_type,
    nullif(regexp_extract(attributes, '(?:^|,)manufacturer=([^,]*)', 1), '') as vendor,
    price,
    nullif(regexp_extract(attributes, '(?:^|,)cost=([^,]*)', 1), '') as cost,
    created_at
from export
where store_view is null
order by _row
