-- One row per review; hidden ones are what customers think, too. Without ids, who wrote what when
-- is one review.
select
    coalesce(
        id, md5(concat_ws('|', coalesce(email, full_name, nickname), created_at, product_id, body))
    ) as id,
    'loox' as platform,
    created_at,
    rating,
    5 as rating_scale,
    body,
    product_id,
    order_id,
    email as author_email,
    coalesce(nickname, full_name) as author_name,
    lower(verified) as is_verified,
    reply_at
from export
order by _row
