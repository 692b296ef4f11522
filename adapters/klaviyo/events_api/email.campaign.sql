-- One row per message of a flow; campaigns come from Klaviyo's campaigns, with the time of sending.
select
    message_id as id,
    max(campaign_name) as name,
    max(subject) as subject,
    'automation' as type,
    max(flow_id) as workflow_id
from export
where message_id is not null and flow_id is not null
group by message_id
order by message_id
