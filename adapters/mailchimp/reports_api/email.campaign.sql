-- One row per campaign that was sent.
select
    id,
    name,
    subject,
    case
        when type like 'automation%' then 'automation'
        when type in ('regular', 'plaintext', 'absplit', 'rss', 'variate') then 'newsletter'
        else type
    end as type,
    sent_at
from export
order by _row
