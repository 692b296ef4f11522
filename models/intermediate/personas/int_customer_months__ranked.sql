with

customer_months as (

    select
        person_month_id,
        person_id,
        month,
        orders,
        order_value,
        average_order_value,
        coalesce(discount_share, 0) as discount_share,
        coalesce(touchpoints_per_order, 0) as touchpoints_per_order,
        coalesce(research_per_order, 0) as research_per_order,
        channels,
        involvement_touchpoints
    from {{ ref('int_person_months__measured') }}
    where orders > 0

),

months as (

    select distinct month from customer_months

),

in_turn as (

    select
        *,
        lead(month) over (
            partition by person_id
            order by month
        ) as next_month
    from customer_months

),

-- Every customer the shop has by the end of each month, as it was when last looked at.
all_customers as (

    select
        in_turn.*,
        months.month as compared_month
    from in_turn
    inner join months
        on
            in_turn.month <= months.month
            and (in_turn.next_month is null or in_turn.next_month > months.month)

),

placed as (

    select
        person_month_id,
        person_id,
        month,
        compared_month,
        count(*) over (partition by compared_month) as customers,
        rank() over (partition by compared_month order by orders) as orders_place,
        rank() over (partition by compared_month order by order_value) as order_value_place,
        rank() over (partition by compared_month order by average_order_value)
            as average_order_value_place,
        rank() over (partition by compared_month order by discount_share) as discount_share_place,
        rank() over (partition by compared_month order by touchpoints_per_order)
            as touchpoints_per_order_place,
        rank() over (partition by compared_month order by research_per_order)
            as research_per_order_place,
        rank() over (partition by compared_month order by channels) as channels_place,
        rank() over (partition by compared_month order by involvement_touchpoints)
            as involvement_touchpoints_place
    from all_customers

),

-- The share of the other customers who have less; null among too few.
ranked as (

    select
        person_month_id,

        person_id,

        month,

        customers,
        {{ ratio('orders_place - 1', 'customers - 1') }} as orders_rank,
        {{ ratio('order_value_place - 1', 'customers - 1') }} as order_value_rank,
        {{ ratio('average_order_value_place - 1', 'customers - 1') }}
            as average_order_value_rank,
        {{ ratio('discount_share_place - 1', 'customers - 1') }} as discount_share_rank,
        {{ ratio('touchpoints_per_order_place - 1', 'customers - 1') }}
            as touchpoints_per_order_rank,
        {{ ratio('research_per_order_place - 1', 'customers - 1') }}
            as research_per_order_rank,
        {{ ratio('channels_place - 1', 'customers - 1') }} as channels_rank,
        {{ ratio('involvement_touchpoints_place - 1', 'customers - 1') }}
            as involvement_touchpoints_rank
    from placed
    where
        month = compared_month
        and customers >= {{ var('min_cell_size') }}

)

select * from ranked
