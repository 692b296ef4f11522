-- Whose every row of a GA4 file is. `copy`: 0 the event, 1 a second copy, 2 a broken row, 3 a purchase
-- sent again.
select
    :file as file_name,
    'ga4/event/' || :file as file,
    e.event_key::varchar as event_key,
    e.event_us as event_timestamp,
    e.event_name,
    e.bundle as event_bundle_sequence_id,
    d.event_date,
    e.visit_key as session_key,
    e.person_id as person,
    e.is_bot,
    e.is_internal,
    e.is_late,
    case e.copy when 0 then 'event' when 1 then 'duplicate' when 2 then 'broken' else 'repeated' end as row_kind
from fired_event(:first_day, :last_day, :least_late) as e
inner join day as d on d.day = e.event_day
where :events
