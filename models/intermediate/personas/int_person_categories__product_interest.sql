with

identifiers as (

    select * from {{ ref('int_identifiers__resolved') }}

),

identifier_days as (

    select * from {{ ref('int_identifier_days__product_interest') }}

),

orders as (

    select *
    from {{ ref('int_orders__valued') }}
    where not is_excluded

),

order_lines as (

    select * from {{ ref('int_order_lines__unioned') }}

),

products as (

    select * from {{ ref('stg_store__products') }}

),

looked_at as (

    select
        identifier_id,
        product_id,
        cast(sum(product_views) as bigint) as product_views,
        cast(sum(product_trials) as bigint) as product_trials
    from identifier_days
    group by identifier_id, product_id

),

interests as (

    select
        identifier_id,
        product_id,
        product_views,
        product_trials,
        0 as items_bought
    from looked_at
    union all
    select
        orders.identifier_id,
        order_lines.product_id,
        0 as product_views,
        0 as product_trials,
        order_lines.quantity as items_bought
    from order_lines
    inner join orders
        on order_lines.order_id = orders.order_id

),

person_categories as (

    select
        {{ surrogate_key([
            'coalesce(identifiers.person_id, interests.identifier_id)',
            "coalesce(products.product_category, '(not listed)')",
        ]) }} as person_category_id,

        coalesce(identifiers.person_id, interests.identifier_id) as person_id,

        coalesce(products.product_category, '(not listed)') as product_category,

        cast(sum(interests.product_views) as bigint) as product_views,
        cast(sum(interests.product_trials) as bigint) as product_trials,
        cast(sum(interests.items_bought) as bigint) as items_bought
    from interests
    left join identifiers
        on interests.identifier_id = identifiers.identifier_id
    left join products
        on interests.product_id = products.product_id
    group by
        coalesce(identifiers.person_id, interests.identifier_id),
        coalesce(products.product_category, '(not listed)')

)

select * from person_categories
