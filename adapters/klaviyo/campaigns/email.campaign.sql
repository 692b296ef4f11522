-- One row per e-mail campaign; campaigns by SMS or push are not mapped. Send Time is in the
-- account's time zone. An A/B test has a row for each variant: the first one counts.
select
    id,
    name,
    nullif(subject, '[MULTIPLE VARIATIONS]') as subject,
    'newsletter' as type,
    sent_at
from export
where coalesce(lower(channel), 'email') = 'email'
qualify row_number() over (partition by id order by _row) = 1
order by _row
