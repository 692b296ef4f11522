-- One row per review.
select
    id,
    'trustpilot' as platform,
    created_at,
    stars as rating,
    5 as rating_scale,
    title,
    text as body,
    language,
    reference as order_id,
    email as author_email,
    author as author_name,
    is_verified,
    reply_at,
    likes as helpful_votes
from export
order by _row
