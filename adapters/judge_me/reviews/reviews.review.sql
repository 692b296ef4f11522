-- One row per review that is not spam. The export has no ids: who wrote what when is one review.
-- A review that was asked for by e-mail comes from a buyer. Reviews of the shop name no product.
select
    md5(concat_ws('|', coalesce(email, author), created_at, product_id, title, body)) as id,
    'judge.me' as platform,
    created_at,
    rating,
    5 as rating_scale,
    title,
    body,
    product_id,
    email as author_email,
    author as author_name,
    case when lower(source) = 'email' then 'true' end as is_verified,
    reply_at
from export
where curated is distinct from 'spam'
order by _row
