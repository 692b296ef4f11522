-- One row per event with a contact or lead; further participants are in another object.
select
    left(id, 15) as engagement_id,
    left(who_id, 15) as contact_id
from export
where
    who_id is not null
    and started_at <= strftime(make_timestamp(epoch_us(now())), '%Y-%m-%d %H:%M:%S')
order by _row
