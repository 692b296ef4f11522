-- target: crm.deal
-- HubSpot's DEAL table with its contact from DEAL_CONTACT, one row per deal.
--   deal_pipeline_stage_id -> property_dealstage
--   deal_contact.contact_id -> contact_id: a deal may have several contacts, the contract has one,
--   so the lowest id is taken and all of them are passed along as contact_ids.
-- The export at hand lacks: property_order_id (HubSpot has none; add your own property here).
with deal_contacts as (
    select
        deal_id,
        min(contact_id) as contact_id,
        string_agg(contact_id, ';' order by contact_id) as contact_ids,
    from vendor_csv('hubspot/deal_contact.csv')
    group by deal_id
)

select
    deal.* rename (deal_pipeline_stage_id as property_dealstage),
    deal_contacts.contact_id,
    deal_contacts.contact_ids,
from vendor_csv('hubspot/deal.csv') as deal
left join deal_contacts on deal.deal_id = deal_contacts.deal_id
order by deal.deal_id, deal.property_createdate
