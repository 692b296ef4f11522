{%- set steps = [
    {'name': 'cart', 'when': 'step_number = 1'},
    {'name': 'checkout', 'when': 'step_number = 2'},
    {'name': 'shipping', 'when': 'step_number = 3'},
    {'name': 'payment', 'when': 'step_number = 4'},
    {'name': 'purchase', 'when': 'step_number = 5'},
] %}

with

checkout_steps as (

    select
        *,
        {{ month_of('started_date') }} as month
    from {{ ref('int_web_checkout_steps__selected') }}
    where not is_excluded

),

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

followed as (

    {{
        funnel(
            steps,
            mode='open',
            relation='checkout_steps',
            partition_by=['session_id'],
            time='event_at',
            tie_breaks=['source_priority', 'event_id'],
            keep=['month', 'device_category']
        )
    }}

),

seen as (

    {{ funnel_summary('followed', steps, by=['month', 'device_category']) }}

),

sessions_by_step as (

    select
        month,
        device_category,
        step_number,
        count(distinct session_id) as sessions
    from checkout_steps
    group by month, device_category, step_number

),

all_steps as (

    select
        *,
        true as is_seen
    from seen

    union all

    select
        *,
        false as is_seen
    from {{ ref('int_checkout_steps__unseen') }}

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

checkout_funnel as (

    select
        all_steps.month,
        all_steps.device_category,
        all_steps.step_name as step,

        all_steps.step_number,
        all_steps.entered,
        cast(all_steps.entered_here as bigint) as entered_here,
        all_steps.continued,
        cast(all_steps.entered - all_steps.continued as bigint) as left_here,
        case
            when all_steps.is_seen then coalesce(sessions_by_step.sessions, 0)
        end as sessions_with_step,
        all_steps.rate_of_start,
        all_steps.rate_of_previous,
        all_steps.median_seconds_since_previous,

        case
            when all_steps.step_name = 'payment'
                then coalesce(payments.payment_attempts, 0)
        end as payment_attempts,
        case
            when all_steps.step_name = 'payment'
                then coalesce(payments.payment_failures, 0)
        end as payment_failures,
        case
            when all_steps.step_name = 'payment'
                then {{ ratio('payments.payment_failures', 'payments.payment_attempts') }}
        end as payment_failure_rate,
        case
            when all_steps.step_name = 'payment' then most_frequent_errors.error_code
        end as most_frequent_error,
        {{ share_of_amount('shipping.shipping_shown', '1', 'shipping.carts_shown') }}
            as mean_shipping_shown,
        {{ share_of_amount('shipping.shipping_charged', '1', 'shipping.carts_charged') }}
            as mean_shipping_charged,

        all_steps.is_seen
    from all_steps
    left join sessions_by_step
        on
            all_steps.month = sessions_by_step.month
            and all_steps.device_category = sessions_by_step.device_category
            and all_steps.step_number = sessions_by_step.step_number
    left join payments
        on
            all_steps.month = payments.month
            and all_steps.device_category = payments.device_category
    left join most_frequent_errors
        on
            all_steps.month = most_frequent_errors.month
            and all_steps.device_category = most_frequent_errors.device_category
    left join shipping
        on
            all_steps.month = shipping.month
            and all_steps.device_category = shipping.device_category
            and all_steps.step_number = shipping.step_number

)

select * from checkout_funnel
