-- One row per review. An organic review was not invited, so Trustpilot does not know the purchase.
select
    id,
    'trustpilot' as platform,
    created_at,
    stars as rating,
    5 as rating_scale,
    title,
    content as body,
    language,
    reference as order_id,
    email as author_email,
    username as author_name,
    case lower(source) when 'organic' then 'false' when 'invited' then 'true' end as is_verified,
    reply_at
from export
order by _row
