-- target: crm.engagement_contact
-- HubSpot's ENGAGEMENT_CONTACT table, one row per contact of an engagement; all names are the
-- contract's. Nothing is lacking.
select *
from vendor_csv('hubspot/engagement_contact.csv')
