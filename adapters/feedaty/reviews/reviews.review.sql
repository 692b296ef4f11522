-- One row per review of the shop, and one per reviewed product of its order, beside which the
-- export repeats it. Without its order, who wrote what when is one review. Feedaty invites the
-- buyers of an order, so all are verified.
with reviews as (
    select
        coalesce(order_id, md5(concat_ws('|', coalesce(email, author), created_at, body)))
            as review,
        *
    from export
),

shop as (
    select
        review as review_id,
        null as about,
        rating as stars,
        body as said,
        *
    from reviews
    where rating is not null
    qualify row_number() over (partition by review order by _row) = 1
),

products as (
    select
        review || '-' || coalesce(product_id, 'product') as review_id,
        product_id as about,
        product_rating as stars,
        product_body as said,
        *
    from reviews
    where product_rating is not null
)

select
    review_id as id,
    'feedaty' as platform,
    created_at,
    stars as rating,
    5 as rating_scale,
    said as body,
    about as product_id,
    order_id,
    email as author_email,
    author as author_name,
    'true' as is_verified,
    reply_at
from (
    select * from shop
    union all
    select * from products
) as both_kinds
order by _row, about nulls first
