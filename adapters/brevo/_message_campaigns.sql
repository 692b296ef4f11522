-- One row per tag or template of transactional messages; e-mails of automations are among them, and
-- nothing tells them apart.
select
    'brevo-' || coalesce(tag, 'template-' || template_id, 'transactional') as id,
    coalesce(max(tag), 'template ' || max(template_id), 'transactional') as name,
    'transactional' as type
from export
group by coalesce(tag, 'template-' || template_id, 'transactional')
