-- One row per variant, under its SKU, as order lines of the admin's orders export name it; a
-- variant without SKU goes by handle and options. Only the first row of a product has title and
-- vendor. Prices are in the shop's currency, with tax where the shop's prices include it.
-- The export lacks: when the product was listed.
with variants as (
    select
        *,
        max(title) over (partition by handle) as product_title,
        max(coalesce(type, category)) over (partition by handle) as product_type,
        max(vendor) over (partition by handle) as maker,
        max(gift_card) over (partition by handle) as is_gift_card,
        nullif(
            concat_ws(' / ', nullif(option_1, 'Default Title'), option_2, option_3), ''
        ) as options
    from export
)

select
    coalesce(ltrim(sku, ''''), concat_ws(' / ', handle, options)) as id,
    concat_ws(' - ', product_title, options) as title,
    case when lower(is_gift_card) = 'true' then 'gift card' else product_type end as product_type,
    maker as vendor,
    price,
    cost
from variants
where price is not null
order by _row
