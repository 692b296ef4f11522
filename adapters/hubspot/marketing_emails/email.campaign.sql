-- One row per marketing e-mail. Without the id, the name is the key. This id is the e-mail's;
-- HubSpot's e-mail events carry that of the e-mail's campaign, so that only the API's answer joins
-- with them.
select
    coalesce(id, name) as id,
    name,
    subject,
    case
        when
            lower(type) in
            ('regular', 'batch_email', 'ab_email', 'rss_email', 'localtime_email', 'blog_email')
            then 'newsletter'
        when lower(type) like '%automat%' or lower(type) like 'feedback%' then 'automation'
        when lower(type) in ('single_send_api', 'smtp_token', 'transactional') then 'transactional'
    end as type,
    sent_at
from export
where sent_at is not null
order by _row
