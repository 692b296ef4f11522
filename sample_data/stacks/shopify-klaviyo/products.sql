-- file: shopify/products_export_1.csv
-- One row per product, each with one variant.
select
    lower(replace(title, ' ', '-')) as "Handle",
    title as "Title",
    '<p>' || title || '</p>' as "Body (HTML)",
    vendor as "Vendor",
    null as "Product Category",
    product_type as "Type",
    null as "Tags",
    'true' as "Published",
    'Title' as "Option1 Name",
    'Default Title' as "Option1 Value",
    id as "Variant SKU",
    price::decimal(18, 2) as "Variant Price",
    'false' as "Gift Card",
    cost::decimal(18, 2) as "Cost per item",
    'active' as "Status"
from store_product
qualify row_number() over (partition by id order by created_at desc) = 1
order by id
