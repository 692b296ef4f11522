-- One row per contact of an audience.
-- Mailchimp writes these times in UTC. Contacts who unsubscribed come in a file of their own, with
-- UNSUB_TIME; cleaned ones (addresses that bounce) likewise, with CLEAN_TIME.
-- An address in several audiences has one EUID: the row that changed last counts.
-- The list of a report (who opened, clicked ...) has the same columns, but does not say who has
-- unsubscribed since. Its rows have no last change, so that a row of an audience counts before
-- them.
-- Not mapped: rating, place, notes, tags; and the counts Opens and Clicks of a report's list, which
-- have no times (the granular activity of an account's export has them).
with contacts as (
    select
        *,
        coalesce(opens, clicks, bounce_type) is not null
        or lower(_file_name) like 'members\_%' escape '\' as is_of_report
    from export
)

select
    id,
    email as property_email,
    phone as property_phone,
    first_name as property_firstname,
    last_name as property_lastname,
    coalesce(opted_in_at, confirmed_at, changed_at) as property_createdate,
    case
        when unsubscribed_at is not null then 'true'
        when cleaned_at is null and not is_of_report then 'false'
    end as property_hs_email_optout,
    coalesce(confirmed_at, opted_in_at) as property_marketing_consent_at,
    case when not is_of_report then changed_at end as property_lastmodifieddate
from contacts
order by _row
