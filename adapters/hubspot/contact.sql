-- target: crm.contact
-- HubSpot's CONTACT table, one row per contact. HubSpot's properties carry the contract's own names
-- (property_email, property_createdate ...), so only the connector's deletion mark is renamed.
--   _fivetran_deleted -> is_deleted
-- Properties of your own that answer the contract (loyalty card, how did you hear, GA client id,
-- marketing consent) are renamed here too.
-- The export at hand lacks: phone, life-cycle stage, lead status, first source, how did you hear,
-- loyalty card, GA client id, social handles, opt-out, consent, last modified.
select * rename (_fivetran_deleted as is_deleted)
from vendor_csv('hubspot/contact.csv')
