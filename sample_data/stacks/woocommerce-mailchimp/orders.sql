-- file: woocommerce/orders-export.csv
-- One row per line of an order, as the plugin Advanced Order Export writes it: prices without tax.
with latest as (
    select *
    from store_order
    where source_name = 'web'
    qualify row_number() over (partition by id order by updated_at desc) = 1
),

refunds as (
    select
        order_id,
        sum(subtotal) as refunded
    from store_refund_line
    group by order_id
),

lines as (
    select
        order_line.order_id,
        order_line.product_id,
        order_line.title,
        order_line.quantity,
        -- Tax of 22 % is in the demo company's prices.
        (order_line.price - coalesce(order_line.total_discount, 0) / order_line.quantity) / 1.22
            as net_price,
        row_number() over (partition by order_line.order_id order by order_line.id) as line
    from store_order_line as order_line
    where order_line.quantity > 0
)

select
    latest.id as "Order Number",
    case when latest.cancelled_at is not null then 'Cancelled' else 'Completed' end
        as "Order Status",
    strftime(shop_clock(latest.created_at), '%Y-%m-%d %H:%M') as "Order Date",
    null as "Customer Note",
    latest.email as "Email (Billing)",
    latest.phone as "Phone (Billing)",
    latest.customer_id as "Customer User ID",
    latest.payment_method as "Payment Method Title",
    (coalesce(latest.total_discounts, 0) / 1.22)::decimal(18, 2) as "Cart Discount Amount",
    ((latest.subtotal_price + coalesce(latest.total_discounts, 0)) / 1.22)::decimal(18, 2)
        as "Order Subtotal Amount",
    (coalesce(latest.total_shipping, 0) / 1.22)::decimal(18, 2) as "Order Shipping Amount",
    coalesce(refunds.refunded, 0)::decimal(18, 2) as "Order Refund Amount",
    latest.total_price::decimal(18, 2) as "Order Total Amount",
    latest.total_tax::decimal(18, 2) as "Order Total Tax Amount",
    lines.product_id as "SKU",
    lines.line as "Item #",
    lines.title as "Item Name",
    lines.quantity as "Quantity",
    lines.net_price::decimal(18, 4) as "Item Cost",
    latest.discount_codes as "Coupon Code"
from latest
inner join lines on latest.id = lines.order_id
left join refunds on latest.id = refunds.order_id
order by latest.created_at, latest.id, lines.line
