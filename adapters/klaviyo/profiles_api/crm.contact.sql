-- One row per profile. Consent is only in the answer if it was asked for:
-- additional-fields[profile]=subscriptions.
-- A profile that never subscribed has neither opted out nor agreed.
-- A suppression because of bounces is no opt-out; one by the recipient or the shop is.
-- Not mapped: place, predictions, properties of your own.
select
    id,
    email as property_email,
    phone as property_phone,
    first_name as property_firstname,
    last_name as property_lastname,
    created_at as property_createdate,
    source as property_hs_analytics_source,
    case
        when upper(consent) like '%UNSUBSCRIBED%' or upper(suppressions) like '%USER_SUPPRESSED%'
            then 'true'
        when upper(consent) in ('SUBSCRIBED', 'TRUE') then 'false'
    end as property_hs_email_optout,
    case when upper(consent) in ('SUBSCRIBED', 'TRUE') then consent_at end
        as property_marketing_consent_at,
    updated_at as property_lastmodifieddate
from export
order by _row
