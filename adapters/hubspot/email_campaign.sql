-- target: email.campaign
-- HubSpot's EMAIL_CAMPAIGN table, one row per campaign.
--   type: HubSpot's own words are translated into the contract's; a word not in the list passes as
--   it is, for landing to refuse. HubSpot's word is passed along as hubspot_type.
--   content_id, sub_type ... -> passed along
-- HubSpot lacks: the workflow, the offer, whether it is personalised, and when it was sent (its
-- SENT events say that).
select
    * rename (type as hubspot_type),
    case
        when type in ('BATCH_EMAIL', 'AB_EMAIL', 'RSS_EMAIL', 'LOCALTIME_EMAIL') then 'newsletter'
        when
            type in ('AUTOMATED_EMAIL', 'AUTOMATED_AB_EMAIL', 'FEEDBACK_NPS_EMAIL', 'FEEDBACK_CUSTOM_EMAIL')
            then 'automation'
        when type in ('SINGLE_SEND_API', 'SMTP_TOKEN') then 'transactional'
        else type
    end as type,
from vendor_csv('hubspot/email_campaign.csv')
