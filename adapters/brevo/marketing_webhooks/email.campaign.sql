-- One row per campaign.
select
    'brevo-' || campaign_id as id,
    max(campaign_name) as name,
    'newsletter' as type,
    min(sent_at) as sent_at
from export
where campaign_id is not null
group by campaign_id
order by id
