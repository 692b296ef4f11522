-- One row per product and per variation, under its SKU, else its id. A variation takes its
-- parent's categories and brand; the parent of variations has no price. Prices are in the shop's
-- currency, with tax where the shop's prices include it. Of several categories the first counts.
-- The export lacks: purchase cost, when the product was listed.
with named as (
    select
        'id:' || id as name,
        categories,
        brands
    from export
    union all
    select
        sku as name,
        categories,
        brands
    from export
),

parents as (
    select
        name,
        max(categories) as categories,
        max(brands) as brands
    from named
    group by name
),

products as (
    select
        export.*,
        coalesce(export.categories, parents.categories) as all_categories,
        coalesce(export.brands, parents.brands) as all_brands
    from export
    left join parents on export.parent = parents.name
)

select
    coalesce(sku, id) as id,
    name as title,
    nullif(trim(string_split(all_categories, ',')[1]), '') as product_type,
    nullif(trim(string_split(all_brands, ',')[1]), '') as vendor,
    regular_price as price
from products
order by _row
