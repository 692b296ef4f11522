-- One row per product, under its id. Prices are in the shop's currency, with tax.
-- The export lacks: maker, purchase cost, when the product was listed, combinations.
select
    id,
    name as title,
    category as product_type,
    price
from export
order by _row
