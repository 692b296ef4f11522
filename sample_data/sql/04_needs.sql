-- Needs: what a person wants to buy, and the contacts that come of it.
create or replace table need as
with gaps as (
    select
        person_id,
        k,
        need_gap_days * (0.25 + 0.75 * exponential('gap', person_id * 1000 + k)) as gap_days
    from person
    cross join lateral range(1, (getvariable('days') / (0.25 * need_gap_days))::int + 3) as ks(k)
),

timed as (
    select
        *,
        sum(gap_days) over (partition by person_id order by k rows unbounded preceding) - gap_days as elapsed_days
    from gaps
),

started as (
    select
        person_id,
        k,
        person_id * 1000 + k as need_id,
        gap_days,
        elapsed_days + u('first need', person_id) * need_gap_days - 3 as start_day
    from timed
    inner join person using (person_id)
)

select
    started.*,
    persona,
    least(
        span_days * (0.2 + 1.6 * u('span', need_id)), 0.7 * gap_days
    ) as planned_days,
    least(10, 1 + floor(exponential('contacts', need_id) * (contacts_mean - 0.9)))::int as contacts,
    category,
    pick(products, u('product', need_id)) as product_id
from started
inner join person using (person_id)
inner join category_product
    on category_id = 1 + floor(u('category', need_id) * 8)::int
where start_day >= 0 and start_day < getvariable('days');

create or replace table contact as
with planned as (
    select
        need_id,
        person_id,
        i,
        contacts,
        need_id * 16 + i as contact_key,
        start_day + planned_days * if(i = 0, 0, u('when', need_id * 16 + i)) as at_day,
        planned_days
    from need
    cross join lateral range(0, contacts) as numbers(i)
),

timed as (
    select
        planned.*,
        day.start_t,
        -- A person who decides within a day goes from one contact to the next in under an hour.
        if(
            planned_days < 0.5,
            online_seconds(u('hour', need_id), u('second', need_id)) + i * 2500 + (i * 900 * u('pause', contact_key))::bigint,
            online_seconds(u('hour', contact_key), u('second', contact_key))
        ) as seconds,
        planned_days < 0.5 as is_quick
    from planned
    inner join day on day.day = floor(planned.at_day)::int
),

ordered as (
    select *, row_number() over (partition by need_id order by start_t + seconds, i) as number
    from timed
),

drawn as (
    select
        ordered.*,
        number = contacts as is_last,
        persona,
        case
            when contacts = 1 then 'only'
            when number = 1 then 'first'
            when number = contacts then 'last'
            else 'middle'
        end::phase_text as phase
    from ordered
    inner join person using (person_id)
),

kinds as (
    select drawn.*, channel.channel as drawn_channel, channel.kind as drawn_kind
    from drawn
    inner join channel_slot
        on channel_slot.persona = drawn.persona
        and channel_slot.phase = drawn.phase
        and channel_slot.slot = floor(1000 * u('channel', contact_key))::bigint
    inner join channel on channel.channel = channel_slot.channel
),

opened as (
    select
        * exclude (seconds),
        start_t + case
            when drawn_kind in ('store', 'phone', 'fax', 'event')
                then opening_seconds((seconds % 86400) / 86400)
            else seconds
        end as t
    from kinds
)

-- A contact after the last one's own hour would come after the purchase: it never takes place.
select *
from (select *, max(t) filter (where is_last) over (partition by need_id) as last_t from opened)
where t < last_t or is_last;

-- A person who subscribes to the newsletter in the window does so by a form in the first web contact.
create or replace table subscription as
with forms as (
    select person_id, min_by(contact_key, t) as contact_key, min(t) as t
    from contact
    inner join person using (person_id)
    where drawn_kind = 'web' and not is_last and wants_newsletter and old_newsletter_t is null
    group by person_id
)

select
    person_id,
    contact_key,
    coalesce(old_newsletter_t, t + 240) as subscribed_t,
    (coalesce(old_newsletter_t, t + 240) + unsubscribe_after)::bigint
        + if(old_newsletter_t is null, 0, getvariable('start_t') - old_newsletter_t) as unsubscribed_t
from person
left join forms using (person_id)
where wants_newsletter and (old_newsletter_t is not null or contact_key is not null);

-- Contacts as they take place, with what the person meets there.
create or replace table touch as
with possible as (
    select
        contact.*,
        person.is_couple,
        person.couple_id,
        person.has_app,
        person.mobile_share,
        person.store_id as home_store_id,
        case
            when drawn_channel in ('Email', 'SMS') and not coalesce(
                contact.t between subscribed_t + 3600 and unsubscribed_t and not is_bouncing, false
            ) then 'Direct'
            when drawn_channel = 'Mobile Push' and not has_app then 'Direct'
            when drawn_channel = 'Social Message' and coalesce(instagram, facebook) is null then 'Direct'
            else drawn_channel
        end::channel_text as channel,
        coalesce(subscription.contact_key = contact.contact_key, false) as is_subscribing
    from contact
    inner join person using (person_id)
    left join subscription using (person_id)
),

placed as (
    select
        possible.* exclude (drawn_channel, drawn_kind),
        channel.kind,
        channel.effect * getvariable('channel_strength') as effect,
        channel.kind = 'web' as is_web,
        u('device', contact_key) as device_draw
    from possible
    inner join channel using (channel)
)

select
    * exclude (device_draw),
    case
        when not is_web then null
        when is_couple and device_draw < 0.45 then 'shared tablet'
        when channel = 'Mobile Push' or (has_app and device_draw > 0.7) then 'app'
        when u('mobile', contact_key) < mobile_share then 'mobile'
        else 'desktop'
    end::machine_text as device_kind,
    if(u('near home', contact_key) < 0.85, home_store_id, pick(getvariable('stores'), u('store', contact_key)))
        as store_id,
    kind = 'store' and u('staff', contact_key) < 0.45 as is_assisted,
    kind = 'store' and u('demo', contact_key) < 0.25 as has_demo,
    kind = 'phone' and u('unanswered', contact_key) < 0.15 as is_unanswered,
    kind = 'chat' and u('quick answer', contact_key) < 0.55 as is_quick_answer,
    is_web and not is_subscribing and not is_last and u('empty search', contact_key) < 0.06 as has_empty_search,
    is_web and is_last and u('payment failure', contact_key) < getvariable('payment_failures')
        * if(u('mobile', contact_key) < mobile_share, 1 + getvariable('pain_strength'), 0.6) as has_payment_failure
from placed;
