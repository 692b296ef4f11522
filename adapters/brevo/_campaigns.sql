-- One row per campaign that was sent.
select
    _row,
    'brevo-' || id as id,
    name,
    subject,
    'newsletter' as type,
    sent_at
from export
where sent_at is not null
