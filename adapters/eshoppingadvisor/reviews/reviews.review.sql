-- One row per review. Without ids, who wrote what when is one review. A certified review comes from
-- a buyer; of the others the platform knows no purchase.
select
    coalesce(id, md5(concat_ws('|', coalesce(email, author), created_at, title, body))) as id,
    'eshoppingadvisor' as platform,
    created_at,
    rating,
    5 as rating_scale,
    title,
    body,
    order_id,
    email as author_email,
    author as author_name,
    case
        when lower(kind) in ('certificata', 'certified', 'sì', 'si', 'yes') then 'true'
        when kind is not null then 'false'
    end as is_verified,
    reply_at
from export
order by _row
