with

remedies as (

    select
        cause,
        min_by(remedy, priority) as remedy
    from {{ ref('abandonment_causes') }}
    group by cause

),

counted as (

    select
        {{ month_of('begun_date') }} as month,
        device_category,
        channel,
        cause,
        count(*) as carts,
        count(*) filter (where outcome = 'lost') as lost_carts,
        count(*) filter (where outcome like 'recovered%') as recovered_carts,
        count(*) filter (where outcome = 'recovered_in_store') as recovered_in_store_carts,
        count(*) filter (where outcome = 'undecided') as undecided_carts,
        count(*) filter (where seen_in = 'shop') as carts_known_to_shop_only,
        count(*) filter (where cart_value is null) as carts_without_value,
        sum(cart_value) as value,
        sum(case when outcome = 'lost' then cart_value end) as lost_value,
        sum(case when outcome like 'recovered%' then cart_value end) as recovered_value
    from {{ ref('int_carts__abandoned') }}
    where not is_excluded
    group by {{ month_of('begun_date') }}, device_category, channel, cause

),

cart_abandonment as (

    select
        counted.month,
        counted.device_category,
        counted.channel,
        counted.cause,

        remedies.remedy,

        counted.carts,
        counted.lost_carts,
        counted.recovered_carts,
        counted.recovered_in_store_carts,
        counted.undecided_carts,
        counted.carts_known_to_shop_only,
        counted.carts_without_value,
        cast(coalesce(counted.value, 0) as decimal(18, 2)) as value,
        cast(coalesce(counted.lost_value, 0) as decimal(18, 2)) as lost_value,
        cast(coalesce(counted.recovered_value, 0) as decimal(18, 2)) as recovered_value,
        -- Carts that may still be recovered are undecided.
        {{ ratio('counted.recovered_carts', '(counted.lost_carts + counted.recovered_carts)') }}
            as recovery_rate
    from counted
    left join remedies
        on counted.cause = remedies.cause

)

select * from cart_abandonment
