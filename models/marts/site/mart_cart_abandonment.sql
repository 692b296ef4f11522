with

abandoned_carts as (

    select
        *,
        {{ month_of('begun_date') }} as month
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
        count(*) filter (where outcome = 'lost') as lost_carts,
        count(*) filter (where outcome like 'recovered%') as recovered_carts,
        count(*) filter (where outcome = 'recovered_in_store') as recovered_in_store_carts,
        count(*) filter (where outcome = 'undecided') as undecided_carts,
        count(*) filter (where seen_in = 'shop') as carts_known_to_shop_only,
        sum(cart_value) as value,
        sum(case when outcome = 'lost' then cart_value end) as lost_value,
        sum(case when outcome like 'recovered%' then cart_value end) as recovered_value,
        count(*) filter (where cart_value is null) as carts_without_value
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
        cart_abandonment.lost_carts,
        cart_abandonment.recovered_carts,
        cart_abandonment.recovered_in_store_carts,
        cart_abandonment.undecided_carts,
        cart_abandonment.carts_known_to_shop_only,
        cart_abandonment.carts_without_value,
        cast(coalesce(cart_abandonment.value, 0) as decimal(18, 2)) as value,
        cast(coalesce(cart_abandonment.lost_value, 0) as decimal(18, 2)) as lost_value,
        cast(coalesce(cart_abandonment.recovered_value, 0) as decimal(18, 2)) as recovered_value,
        -- Carts that may still be recovered are undecided.
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
