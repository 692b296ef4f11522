-- file: shopify/orders_export_1.csv
-- One row per line of an order; only the first has the order's own figures, as in the admin.
with latest as (
    select *
    from store_order
    qualify row_number() over (partition by id order by updated_at desc) = 1
),

lines as (
    select
        latest.*,
        order_line.* exclude (id, order_id),
        row_number() over (partition by latest.id order by order_line.id) as line
    from latest
    inner join store_order_line as order_line on latest.id = order_line.order_id
),

refunds as (
    select
        order_id,
        sum(subtotal) as refunded
    from store_refund_line
    group by order_id
)

select
    lines.name as "Name",
    lines.email as "Email",
    if(line = 1, lines.financial_status, null) as "Financial Status",
    if(line = 1 and lines.financial_status = 'paid', shop_time(lines.created_at), null)
        as "Paid at",
    if(line = 1, 'fulfilled', null) as "Fulfillment Status",
    null as "Fulfilled at",
    if(line = 1, 'yes', null) as "Accepts Marketing",
    if(line = 1, lines.currency, null) as "Currency",
    if(line = 1, lines.subtotal_price::decimal(18, 2), null) as "Subtotal",
    if(line = 1, lines.total_shipping::decimal(18, 2), null) as "Shipping",
    if(line = 1, lines.total_tax::decimal(18, 2), null) as "Taxes",
    if(line = 1, lines.total_price::decimal(18, 2), null) as "Total",
    if(line = 1, lines.discount_codes, null) as "Discount Code",
    if(line = 1, lines.total_discounts::decimal(18, 2), null) as "Discount Amount",
    if(line = 1 and lines.source_name = 'web', 'Standard', null) as "Shipping Method",
    shop_time(lines.created_at) as "Created at",
    lines.quantity as "Lineitem quantity",
    lines.title as "Lineitem name",
    lines.price::decimal(18, 2) as "Lineitem price",
    null as "Lineitem compare at price",
    lines.product_id as "Lineitem sku",
    'true' as "Lineitem requires shipping",
    'true' as "Lineitem taxable",
    'fulfilled' as "Lineitem fulfillment status",
    if(line = 1, lines.phone, null) as "Billing Phone",
    if(line = 1, shop_time(lines.cancelled_at), null) as "Cancelled at",
    if(line = 1, lines.payment_method, null) as "Payment Method",
    if(line = 1, coalesce(refunds.refunded, 0)::decimal(18, 2), null) as "Refunded Amount",
    'Lume' as "Vendor",
    if(line = 1, lines.location_id, null) as "Location",
    if(line = 1, lines.staff_id, null) as "Employee",
    if(line = 1, lines.id, null) as "Id",
    if(line = 1, case lines.source_name
        when 'phone' then 'shopify_draft_order'
        else lines.source_name
    end, null) as "Source",
    lines.total_discount::decimal(18, 2) as "Lineitem discount",
    if(line = 1, lines.phone, null) as "Phone"
from lines
left join refunds on lines.id = refunds.order_id
order by lines.created_at, lines.id, line
