-- One row per feedback: a buyer gives one for each order. It has a day without a time.
-- The address is Amazon's alias for the buyer, the same as in Amazon's orders.
select
    order_id as id,
    'amazon' as platform,
    created_at,
    rating,
    5 as rating_scale,
    comments as body,
    order_id,
    email as author_email,
    'true' as is_verified
from export
order by _row
