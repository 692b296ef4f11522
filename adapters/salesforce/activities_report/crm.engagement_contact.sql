-- One row per activity with a contact.
select
    left(id, 15) as engagement_id,
    left(contact_id, 15) as contact_id
from export
where
    contact_id is not null
    and regexp_full_match(id, '00[TU][0-9A-Za-z]{12}([0-9A-Za-z]{3})?')
    and happened_on <= strftime(make_timestamp(epoch_us(now())), '%Y-%m-%d %H:%M:%S')
    and (
        starts_with(id, '00U')
        or status is null
        or lower(status) in ('completed', 'completato', 'completata', 'closed', 'chiuso')
    )
order by _row
