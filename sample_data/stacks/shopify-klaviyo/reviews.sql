-- file: trustpilot/reviews.csv
-- Reviews of the shop; Trustpilot has whole stars.
select
    id as "Review Id",
    strftime(created_at, '%Y-%m-%d %H:%M:%S') as "Review Created (UTC)",
    'u' || id as "Review Consumer User Id",
    author_name as "Review Username",
    title as "Review Title",
    body as "Review Content",
    round(rating * 5 / rating_scale)::integer as "Review Stars",
    if(is_verified, 'Invited', 'Organic') as "Source Of Review",
    language as "Review Language",
    'lume.example' as "Domain URL",
    'Lume' as "Webshop Name",
    'bu1' as "Business Unit Id",
    null as "Tags",
    strftime(reply_at, '%Y-%m-%d %H:%M:%S') as "Company Reply Date (UTC)",
    null as "Location Name",
    null as "Location Id",
    order_id as "Reference Id"
from reviews_review
where platform = 'trustpilot'
order by created_at, id
