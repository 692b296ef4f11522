with

products as (

    select * from {{ ref('stg_store__products') }}

),

mentioned_products as (

    select
        product_id,
        product_name,
        cast(null as string) as product_category,
        cast(null as string) as product_brand
    from {{ ref('stg_store__order_lines') }}
    union all
    select
        product_id,
        max(product_name) as product_name,
        max(product_category) as product_category,
        max(product_brand) as product_brand
    from {{ ref('stg_ga4__event_items') }}
    group by product_id
    union all
    select distinct
        product_id,
        cast(null as string) as product_name,
        product_category,
        cast(null as string) as product_brand
    from {{ ref('int_web_interactions__selected') }}
    union all
    select
        demo_product_id as product_id,
        cast(null as string) as product_name,
        cast(null as string) as product_category,
        cast(null as string) as product_brand
    from {{ ref('stg_store__visits') }}
    union all
    select
        product_id,
        cast(null as string) as product_name,
        cast(null as string) as product_category,
        cast(null as string) as product_brand
    from {{ ref('stg_store__visit_zones') }}
    union all
    select
        product_id,
        cast(null as string) as product_name,
        cast(null as string) as product_category,
        cast(null as string) as product_brand
    from {{ ref('stg_reviews__reviews') }}

),

-- Of several names the last in the alphabet, so that the row does not depend on the order of files.
unlisted_products as (

    select
        mentioned_products.product_id,
        max(mentioned_products.product_name) as product_name,
        max(mentioned_products.product_category) as product_category,
        max(mentioned_products.product_brand) as product_brand
    from mentioned_products
    anti join products
        on mentioned_products.product_id = products.product_id
    where mentioned_products.product_id is not null
    group by mentioned_products.product_id

),

dimension as (

    select
        product_id,

        product_name,
        product_category,
        vendor as product_brand,
        listed_date,

        list_price,
        purchase_cost,

        true as is_listed,

        listed_at
    from products
    union all
    select
        product_id,

        product_name,
        product_category,
        product_brand,
        cast(null as date) as listed_date,

        cast(null as decimal(18, 2)) as list_price,
        cast(null as decimal(18, 2)) as purchase_cost,

        false as is_listed,

        cast(null as timestamp) as listed_at
    from unlisted_products

)

select * from dimension
