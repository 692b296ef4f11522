-- One row per review that is not spam. Without ids, who wrote what when is one review.
-- Reviews of the shop have a product of their own, yotpo_site_reviews.
select
    coalesce(
        id, md5(concat_ws('|', coalesce(email, author), created_at, product_id, title, body))
    ) as id,
    'yotpo' as platform,
    created_at,
    rating,
    5 as rating_scale,
    title,
    body,
    nullif(product_id, 'yotpo_site_reviews') as product_id,
    order_id,
    email as author_email,
    author as author_name,
    case
        when lower(verified) in ('yes', 'true', 'verified_buyer', 'verified buyer') then 'true'
        when lower(verified) in ('no', 'false', 'anonymous_user', 'verified_reviewer') then 'false'
    end as is_verified,
    reply_at,
    votes as helpful_votes
from export
where lower(status) is distinct from 'spam'
order by _row
