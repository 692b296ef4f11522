-- target: crm.contact_merge_audit
-- HubSpot's CONTACT_MERGE_AUDIT table, one row per merge; all names are the contract's.
-- contact_id repeats canonical_vid and is passed along. Nothing is lacking.
select *
from vendor_csv('hubspot/contact_merge_audit.csv')
