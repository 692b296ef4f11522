-- One row per campaign that was sent. Send Date is in the account's time zone.
-- The export lacks: the kind of campaign; what it lists are regular campaigns.
select
    id,
    name,
    subject,
    'newsletter' as type,
    sent_at
from export
order by _row
