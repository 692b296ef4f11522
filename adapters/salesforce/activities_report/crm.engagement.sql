-- One row per activity. Its date is in the user's language and time zone; the report has no time of
-- day, which is midnight then. A call or e-mail is known by its type or subtype; an activity
-- without either is a meeting if it is an event of the calendar, else a note for colleagues.
-- Open tasks and future events are plans and not mapped. A report ends with lines about itself.
with activities as (
    select
        *,
        lower(coalesce(subtype, type)) as kind
    from export
    where regexp_full_match(id, '00[TU][0-9A-Za-z]{12}([0-9A-Za-z]{3})?')
)

select
    left(id, 15) as engagement_id,
    case
        when kind in ('call', 'chiamata') or call_type is not null then 'CALL'
        when kind in ('email', 'e-mail', 'list email') then 'EMAIL'
        when kind in ('meeting', 'riunione') or starts_with(id, '00U') then 'MEETING'
        else 'NOTE'
    end as type,
    happened_on as occurred_at,
    case lower(call_type)
        when 'inbound' then 'INBOUND' when 'in entrata' then 'INBOUND'
        when 'outbound' then 'OUTBOUND' when 'in uscita' then 'OUTBOUND'
    end as direction,
    1000 * try_cast(call_seconds as bigint) as duration_ms,
    call_result as outcome,
    body,
    owner as owner_id
from activities
where
    happened_on <= strftime(make_timestamp(epoch_us(now())), '%Y-%m-%d %H:%M:%S')
    and (
        starts_with(id, '00U')
        or status is null
        or lower(status) in ('completed', 'completato', 'completata', 'closed', 'chiuso')
    )
order by _row
