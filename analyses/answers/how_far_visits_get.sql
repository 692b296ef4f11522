with

steps as (

    select
        unnest([1, 2, 3, 4, 5]) as number,
        unnest(['visit', 'product seen', 'in the cart', 'checkout', 'order']) as step,
        unnest([
            count(*),
            count_if(product_views > 0),
            count_if(cart_adds > 0),
            count_if(checkout_steps > 0),
            count(order_id)
        ]) as visits
    from {{ ref('fct_sessions') }}
    where not is_excluded

)

select
    step,
    visits,
    round(100 * visits / max(visits) over (), 1) as "of all %"
from steps
qualify max(visits) over () > 0
order by number
