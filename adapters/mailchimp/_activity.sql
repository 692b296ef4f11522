-- Opens and clicks of the granular activity. The campaign is only in the file's name: its id where
-- the name begins with one, else the whole name.
-- The export lacks: user agent. Sendings are not in it; sent_by_id is the message's key, so that
-- opens and clicks of one message belong together.
with named as (
    select
        *,
        coalesce(
            nullif(regexp_extract(_file_name, '^([0-9a-f]{10})[^0-9a-z]', 1), ''),
            regexp_replace(_file_name, '\.csv(\.gz)?$', '')
        ) as campaign_id
    from export
)

select
    *,
    md5(concat_ws('|', 'mailchimp', campaign_id, lower(email), 'SENT')) as sent_by_id
from named
