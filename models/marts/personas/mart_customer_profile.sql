with

customers as (

    select
        person_id,
        persona,
        lifecycle_status,
        orders,
        net_revenue,
        may_contact
    from {{ ref('dim_persons') }}
    where is_customer and persona is not null

),

orders as (

    select *
    from {{ ref('fct_orders') }}
    where is_conversion

),

returns as (

    select distinct order_id
    from {{ ref('fct_returns') }}

),

answers as (

    select *
    from {{ ref('fct_survey_responses') }}
    where not is_excluded

),

channel_months as (

    select * from {{ ref('int_person_channel_months__engagement') }}

),

person_categories as (

    select * from {{ ref('int_person_categories__product_interest') }}

),

orders_of_customers as (

    select
        customers.persona,
        customers.lifecycle_status,
        orders.*,
        returns.order_id is not null as has_return,
        lag(orders.order_date) over (
            partition by orders.person_id
            order by orders.ordered_at, orders.order_id
        ) as previous_order_date
    from orders
    inner join customers
        on orders.person_id = customers.person_id
    left join returns
        on orders.order_id = returns.order_id

),

ordered as (

    select
        persona,
        lifecycle_status,
        count(*) as orders,
        cast(sum(net_revenue) as decimal(18, 2)) as net_revenue,
        cast(sum(gross_revenue) as decimal(18, 2)) as gross_revenue,
        cast(sum(discount) as decimal(18, 2)) as discount,
        count(*) filter (where is_impulse) as impulse_orders,
        count(*) filter (where has_return) as returned_orders,
        count(*) filter (where purchase_mode = 'online') as online_orders,
        count(*) filter (where purchase_mode = 'in_store') as in_store_orders,
        count(*) filter (where purchase_mode = 'click_and_collect') as click_and_collect_orders,
        count(*) filter (where purchase_mode = 'try_and_buy') as try_and_buy_orders,
        count(*) filter (where purchase_mode = 'ropo') as ropo_orders,
        round(median({{ days_between('previous_order_date', 'order_date') }}), 1)
            as median_days_between_orders
    from orders_of_customers
    group by persona, lifecycle_status

),

-- By where they were placed or are picked up.
orders_of_locations as (

    select
        persona,
        lifecycle_status,
        location_id,
        count(*) as orders
    from orders_of_customers
    where location_id is not null
    group by persona, lifecycle_status, location_id

),

top_locations as (

    select
        persona,
        lifecycle_status,
        location_id
    from orders_of_locations
    qualify
        row_number() over (
            partition by persona, lifecycle_status
            order by orders desc, location_id asc
        ) = 1

),

channels_of_customers as (

    select
        person_id,
        channel,
        cast(sum(path_touchpoints) as bigint) as path_touchpoints,
        cast(sum(sessions) as bigint) as sessions,
        cast(sum(mobile_sessions) as bigint) as mobile_sessions,
        cast(sum(store_touchpoints) as bigint) as store_touchpoints,
        cast(sum(service_touchpoints) as bigint) as service_touchpoints
    from channel_months
    group by person_id, channel

),

touchpoints_of_customers as (

    select
        customers.person_id,
        customers.persona,
        customers.lifecycle_status,
        count(*) filter (where channels.path_touchpoints > 0) as channels,
        coalesce(sum(channels.sessions), 0) as sessions,
        coalesce(sum(channels.mobile_sessions), 0) as mobile_sessions,
        coalesce(sum(channels.store_touchpoints), 0) as store_touchpoints,
        coalesce(sum(channels.service_touchpoints), 0) as service_touchpoints
    from customers
    left join channels_of_customers as channels
        on customers.person_id = channels.person_id
    group by customers.person_id, customers.persona, customers.lifecycle_status

),

contacted as (

    select
        persona,
        lifecycle_status,
        sum(channels) as channels,
        sum(sessions) as sessions,
        sum(mobile_sessions) as mobile_sessions,
        count(*) filter (where sessions > 0) as site_customers,
        count(*) filter (where store_touchpoints > 0) as store_customers,
        count(*) filter (where sessions > 0 and store_touchpoints > 0) as both_customers,
        count(*) filter (where service_touchpoints > 0) as service_customers
    from touchpoints_of_customers
    group by persona, lifecycle_status

),

entries_of_channels as (

    select
        customers.persona,
        customers.lifecycle_status,
        channels.channel,
        sum(channels.path_touchpoints) as path_touchpoints
    from channels_of_customers as channels
    inner join customers
        on channels.person_id = customers.person_id
    where channels.path_touchpoints > 0
    group by customers.persona, customers.lifecycle_status, channels.channel

),

top_channels as (

    select
        persona,
        lifecycle_status,
        channel
    from entries_of_channels
    qualify
        row_number() over (
            partition by persona, lifecycle_status
            order by path_touchpoints desc, channel asc
        ) = 1

),

categories as (

    select
        customers.persona,
        customers.lifecycle_status,
        person_categories.product_category,
        sum(person_categories.product_views) as product_views,
        sum(person_categories.items_bought) as items_bought
    from person_categories
    inner join customers
        on person_categories.person_id = customers.person_id
    group by customers.persona, customers.lifecycle_status, person_categories.product_category

),

top_viewed as (

    select
        persona,
        lifecycle_status,
        product_category
    from categories
    where product_views > 0
    qualify
        row_number() over (
            partition by persona, lifecycle_status
            order by product_views desc, product_category asc
        ) = 1

),

top_bought as (

    select
        persona,
        lifecycle_status,
        product_category
    from categories
    where items_bought > 0
    qualify
        row_number() over (
            partition by persona, lifecycle_status
            order by items_bought desc, product_category asc
        ) = 1

),

answered as (

    select
        customers.persona,
        customers.lifecycle_status,
        count(answers.nps_class) as nps_answers,
        count(case when answers.nps_class = 'promoter' then 1 end)
        - count(case when answers.nps_class = 'detractor' then 1 end) as nps_balance,
        count(answers.is_csat_positive) as csat_answers,
        count(*) filter (where answers.is_csat_positive) as csat_positive
    from answers
    inner join customers
        on answers.person_id = customers.person_id
    group by customers.persona, customers.lifecycle_status

),

grouped as (

    select
        persona,
        lifecycle_status,
        count(*) as customers,
        count(*) filter (where orders > 1) as repeat_customers,
        count(*) filter (where may_contact) as contactable_customers
    from customers
    group by persona, lifecycle_status

),

customer_profile as (

    select
        grouped.persona,
        grouped.lifecycle_status,

        top_channels.channel as top_channel,
        top_viewed.product_category as top_category_viewed,
        top_bought.product_category as top_category_bought,
        top_locations.location_id as top_location_id,

        grouped.customers,
        {{ ratio('grouped.customers', 'sum(grouped.customers) over ()') }}
            as share_of_customers,
        ordered.orders,
        ordered.net_revenue,
        {{ ratio('ordered.net_revenue', 'sum(ordered.net_revenue) over ()') }}
            as share_of_revenue,
        {{ ratio('ordered.net_revenue', 'ordered.orders', 2) }} as average_order_value,
        {{ ratio('ordered.orders', 'grouped.customers') }} as orders_per_customer,
        {{ ratio('grouped.repeat_customers', 'grouped.customers') }} as repeat_rate,
        ordered.median_days_between_orders,

        {{ ratio('ordered.discount', 'ordered.gross_revenue') }} as discount_share,
        {{ ratio('ordered.impulse_orders', 'ordered.orders') }} as impulse_share,
        {{ ratio('ordered.returned_orders', 'ordered.orders') }} as return_rate,
        {{ ratio('ordered.online_orders', 'ordered.orders') }} as online_share,
        {{ ratio('ordered.in_store_orders', 'ordered.orders') }} as in_store_share,
        {{ ratio('ordered.click_and_collect_orders', 'ordered.orders') }}
            as click_and_collect_share,
        {{ ratio('ordered.try_and_buy_orders', 'ordered.orders') }} as try_and_buy_share,
        {{ ratio('ordered.ropo_orders', 'ordered.orders') }} as ropo_share,

        {{ ratio('contacted.channels', 'grouped.customers') }} as channels_per_customer,
        {{ ratio('contacted.mobile_sessions', 'contacted.sessions') }} as mobile_share,
        {{ ratio('contacted.site_customers', 'grouped.customers') }} as site_visitor_share,
        {{ ratio('contacted.store_customers', 'grouped.customers') }}
            as store_visitor_share,
        {{ ratio('contacted.both_customers', 'grouped.customers') }}
            as site_and_store_share,
        {{ ratio('contacted.service_customers', 'grouped.customers') }}
            as service_user_share,

        coalesce(answered.nps_answers, 0) as nps_answers,
        {{ ratio('answered.nps_balance', 'answered.nps_answers') }} as nps,
        coalesce(answered.csat_answers, 0) as csat_answers,
        {{ ratio('answered.csat_positive', 'answered.csat_answers') }} as csat,
        {{ ratio('grouped.contactable_customers', 'grouped.customers') }}
            as may_contact_share,

        grouped.customers < {{ var('min_cell_size') }} as is_small_group
    from grouped
    inner join ordered
        on
            grouped.persona = ordered.persona
            and grouped.lifecycle_status = ordered.lifecycle_status
    inner join contacted
        on
            grouped.persona = contacted.persona
            and grouped.lifecycle_status = contacted.lifecycle_status
    left join answered
        on
            grouped.persona = answered.persona
            and grouped.lifecycle_status = answered.lifecycle_status
    left join top_channels
        on
            grouped.persona = top_channels.persona
            and grouped.lifecycle_status = top_channels.lifecycle_status
    left join top_viewed
        on
            grouped.persona = top_viewed.persona
            and grouped.lifecycle_status = top_viewed.lifecycle_status
    left join top_bought
        on
            grouped.persona = top_bought.persona
            and grouped.lifecycle_status = top_bought.lifecycle_status
    left join top_locations
        on
            grouped.persona = top_locations.persona
            and grouped.lifecycle_status = top_locations.lifecycle_status

)

select * from customer_profile
