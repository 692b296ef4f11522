with

abandoned_carts as (

    select
        *,
        cast(date_trunc('month', begun_date) as date) as month
    from {{ ref('int_carts__abandoned') }}
    where not is_excluded

),

remedies as (

    select
        cause,
        min_by(remedy, priority) as remedy
    from {{ ref('abandonment_causes') }}
    group by cause

),

cart_abandonment as (

    select
        month,
        device_category,
        channel,
        cause,

        count(*) as carts,
        sum(case when outcome = 'lost' then 1 else 0 end) as lost_carts,
        sum(case when outcome like 'recovered%' then 1 else 0 end) as recovered_carts,
        sum(case when outcome = 'recovered_in_store' then 1 else 0 end)
            as recovered_in_store_carts,
        sum(case when outcome = 'undecided' then 1 else 0 end) as undecided_carts,
        sum(case when seen_in = 'shop' then 1 else 0 end) as carts_known_to_shop_only,
        sum(cart_value) as value,
        sum(case when outcome = 'lost' then cart_value end) as lost_value,
        sum(case when outcome like 'recovered%' then cart_value end) as recovered_value,
        sum(case when cart_value is null then 1 else 0 end) as carts_without_value
    from abandoned_carts
    group by month, device_category, channel, cause

),

typed as (

    select
        cart_abandonment.month,
        cart_abandonment.device_category,
        cart_abandonment.channel,
        cart_abandonment.cause,

        remedies.remedy,

        cast(cart_abandonment.carts as bigint) as carts,
        cast(cart_abandonment.lost_carts as bigint) as lost_carts,
        cast(cart_abandonment.recovered_carts as bigint) as recovered_carts,
        cast(cart_abandonment.recovered_in_store_carts as bigint) as recovered_in_store_carts,
        cast(cart_abandonment.undecided_carts as bigint) as undecided_carts,
        cast(cart_abandonment.carts_known_to_shop_only as bigint) as carts_known_to_shop_only,
        cast(cart_abandonment.carts_without_value as bigint) as carts_without_value,
        cast(coalesce(cart_abandonment.value, 0) as decimal(18, 2)) as value,
        cast(coalesce(cart_abandonment.lost_value, 0) as decimal(18, 2)) as lost_value,
        cast(coalesce(cart_abandonment.recovered_value, 0) as decimal(18, 2)) as recovered_value,
        -- Carts that may still be recovered tell nothing yet.
        {{
            ratio(
                'cart_abandonment.recovered_carts',
                '(cart_abandonment.lost_carts + cart_abandonment.recovered_carts)'
            )
        }} as recovery_rate
    from cart_abandonment
    left join remedies
        on cart_abandonment.cause = remedies.cause

)

select * from typed
