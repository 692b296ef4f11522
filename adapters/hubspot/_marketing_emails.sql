-- One row per marketing e-mail. Without the id, the name is the key.
select
    _row,
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
