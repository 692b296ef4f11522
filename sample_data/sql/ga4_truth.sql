-- Whose every row of a GA4 file is. `copy`: 0 the event, 1 a second copy, 2 a broken row.
select
    :also
    :file as file,
    e.event_key::varchar as event_key,
    e.event_us as event_timestamp,
    e.event_name,
    e.bundle as event_bundle_sequence_id,
    strftime(d.date, '%Y%m%d') as event_date,
    e.visit_key as session_key,
    v.person_id as person,
    v.is_bot,
    v.is_internal,
    e.is_late,
    case e.copy when 0 then 'event' when 1 then 'duplicate' else 'broken' end as row_kind
from web_event as e
inner join web_visit as v on v.visit_key = e.visit_key and v.day between :first_day and :last_day
inner join day as d on d.day = e.event_day
