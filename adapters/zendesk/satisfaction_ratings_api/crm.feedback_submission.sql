-- One row per answered rating; surveys that were only offered are not mapped.
-- Zendesk asks good or bad: good is 5 of the contract's scale of satisfaction, bad is 1. created_at
-- is when the survey was offered, updated_at when it was answered.
-- The answer lacks: the order. The ticket is passed along.
select
    'zendesk-' || id as id,
    'zendesk-' || requester_id as contact_id,
    'CSAT' as survey_type,
    case when score like 'good%' then '5' else '1' end as value,
    comment as content,
    answered_at as submitted_at,
    'ticket' as touchpoint_type,
    'zendesk-' || ticket_id as ticket_id
from export
where regexp_matches(score, '^(good|bad)')
order by _row
