-- file: shopify/customers_export.csv
-- One row per customer.
with latest as (
    select *
    from store_customer
    qualify row_number() over (partition by id order by created_at desc) = 1
),

spent as (
    select
        customer_id,
        count(distinct id) as orders,
        sum(total_price) as spent
    from store_order
    group by customer_id
)

select
    '''' || latest.id as "Customer ID",
    latest.first_name as "First Name",
    latest.last_name as "Last Name",
    latest.email as "Email",
    if(latest.accepts_marketing, 'yes', 'no') as "Accepts Email Marketing",
    null as "Default Address Company",
    null as "Default Address Phone",
    '''' || latest.phone as "Phone",
    'no' as "Accepts SMS Marketing",
    coalesce(spent.spent, 0)::decimal(18, 2) as "Total Spent",
    coalesce(spent.orders, 0) as "Total Orders",
    null as "Note",
    'no' as "Tax Exempt",
    null as "Tags"
from latest
left join spent on latest.id = spent.customer_id
order by latest.id
