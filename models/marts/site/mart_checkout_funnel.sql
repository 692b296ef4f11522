with

carts as (

    select
        *,
        {{ month_of('begun_date') }} as month
    from {{ ref('int_carts__identified') }}
    where not is_excluded

),

cart_payments as (

    select * from {{ ref('int_cart_payments__dated') }}

),

all_steps as (

    select
        *,
        true as is_seen
    from {{ ref('int_checkout_steps__seen') }}

    union all

    select
        *,
        false as is_seen
    from {{ ref('int_checkout_steps__unseen') }}

),

slices as (

    select distinct
        month,
        device_category,
        is_seen
    from all_steps

),

step_numbers as (

    select distinct
        step_number,
        step
    from {{ ref('checkout_steps') }}

),

payments as (

    select
        month,
        device_category,
        count(*) as payment_attempts,
        count(*) filter (where is_failed) as payment_failures
    from cart_payments
    group by month, device_category

),

most_frequent_errors as (

    select
        month,
        device_category,
        error_code,
        count(*) as failures
    from cart_payments
    where
        is_failed
        and error_code is not null
    group by month, device_category, error_code
    qualify
        row_number() over (
            partition by month, device_category
            order by failures desc, error_code asc
        ) = 1

),

-- Shown to those who left at the step; charged to those who bought.
shipping as (

    select
        carts.month,
        carts.device_category,
        carts.last_step_number as step_number,
        sum(case when not carts.is_purchased then carts.shipping_shown end) as shipping_shown,
        count(case when not carts.is_purchased then carts.shipping_shown end) as carts_shown,
        sum(case when carts.is_purchased then orders.charged_shipping end) as shipping_charged,
        count(case when carts.is_purchased then orders.charged_shipping end) as carts_charged
    from carts
    left join {{ ref('int_orders__valued') }} as orders
        on carts.order_id = orders.order_id
    group by carts.month, carts.device_category, carts.last_step_number

),

-- A step that was not measured has a row without counts. The shop's carts begin with the checkout.
checkout_funnel as (

    select
        slices.month,
        slices.device_category,
        step_numbers.step,

        step_numbers.step_number,
        all_steps.entered,
        cast(all_steps.entered_here as bigint) as entered_here,
        all_steps.continued,
        cast(all_steps.entered - all_steps.continued as bigint) as left_here,
        all_steps.sessions_with_step,
        all_steps.rate_of_start,
        all_steps.rate_of_previous,
        all_steps.median_seconds_since_previous,

        case
            when step_numbers.step = 'payment' then coalesce(payments.payment_attempts, 0)
        end as payment_attempts,
        case
            when step_numbers.step = 'payment' then coalesce(payments.payment_failures, 0)
        end as payment_failures,
        case
            when step_numbers.step = 'payment'
                then {{ ratio('payments.payment_failures', 'payments.payment_attempts') }}
        end as payment_failure_rate,
        case
            when step_numbers.step = 'payment' then most_frequent_errors.error_code
        end as most_frequent_error,
        {{ share_of_amount('shipping.shipping_shown', '1', 'shipping.carts_shown') }}
            as mean_shipping_shown,
        {{ share_of_amount('shipping.shipping_charged', '1', 'shipping.carts_charged') }}
            as mean_shipping_charged,

        slices.is_seen
    from slices
    cross join step_numbers
    left join all_steps
        on
            slices.month = all_steps.month
            and slices.device_category = all_steps.device_category
            and step_numbers.step_number = all_steps.step_number
    left join payments
        on
            slices.month = payments.month
            and slices.device_category = payments.device_category
    left join most_frequent_errors
        on
            slices.month = most_frequent_errors.month
            and slices.device_category = most_frequent_errors.device_category
    left join shipping
        on
            slices.month = shipping.month
            and slices.device_category = shipping.device_category
            and step_numbers.step_number = shipping.step_number
    where
        slices.is_seen
        or step_numbers.step_number > 1

)

select * from checkout_funnel
