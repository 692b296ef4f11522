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

step_numbers as (

    select distinct
        step_number,
        step as step_name
    from {{ ref('checkout_steps') }}

),

-- Analytics did not see these carts, which begin with the checkout. An order has passed all steps.
unseen_carts as (

    select
        month,
        device_category,
        last_step_number in (3, 4) as is_step_named,
        case when is_completed_later then 5 else last_step_number end as last_step_number
    from carts
    where seen_in = 'shop'

),

unseen_slices as (

    select distinct
        month,
        device_category
    from unseen_carts

    union

    select distinct
        month,
        device_category
    from cart_payments
    where device_category = '(not seen)'

),

-- A shop that names neither shipping nor payment as the last step of a checkout exports neither.
unseen_counts as (

    select
        unseen_slices.month,
        unseen_slices.device_category,
        step_numbers.step_number,
        step_numbers.step_name,
        count(*) filter (where unseen_carts.last_step_number >= step_numbers.step_number)
            as entered,
        count(*) filter (where unseen_carts.last_step_number > step_numbers.step_number)
            as continued,
        count(unseen_carts.last_step_number) as starters
    from unseen_slices
    cross join step_numbers
    left join unseen_carts
        on
            unseen_slices.month = unseen_carts.month
            and unseen_slices.device_category = unseen_carts.device_category
    where step_numbers.step_number > 1
    group by
        unseen_slices.month,
        unseen_slices.device_category,
        step_numbers.step_number,
        step_numbers.step_name
    having
        step_numbers.step_number in (2, 5)
        or coalesce(bool_or(unseen_carts.is_step_named), false)

),

unseen_in_turn as (

    select
        *,
        lag(entered) over (
            partition by month, device_category
            order by step_number
        ) as entered_before
    from unseen_counts

),

unseen as (

    select
        month,
        device_category,
        step_number,
        step_name,
        entered,
        case when step_number = 2 then entered else 0 end as entered_here,
        continued,
        cast(null as bigint) as sessions_with_step,
        {{ ratio('entered', 'starters') }} as rate_of_start,
        {{ ratio('entered', 'entered_before') }} as rate_of_previous,
        cast(null as bigint) as median_seconds_since_previous
    from unseen_in_turn

)

select * from unseen
