-- Visits to the site and the app, with everything GA4 says of a whole session.
create or replace table visit_draft as
-- Contacts of a need.
select
    'need' as kind, touch.contact_key as visit_key, touch.person_id, touch.need_id, touch.t, touch.channel,
    touch.device_kind, script, goal, touch.store_id, null as campaign_name,
    is_last and is_ordered and last_kind = 'web' as is_order
from touch
inner join contact_script using (contact_key)
inner join outcome on outcome.need_id = touch.need_id
where touch.is_web

union all

-- Clicks in newsletters, promotions and automations outside a need.
select
    'newsletter', visit_key, person_id, null, clicked_t + 5, 'Email',
    if(u('mobile', visit_key) < mobile_share, 'mobile', 'desktop'),
    script_for('newsletter', u('script', visit_key)), 'newsletter', null, null, false
from message
inner join person using (person_id)
where is_clicked and contact_key is null

union all

-- Looking after an order that has been placed: where is it, how do I return it.
select
    'after order', visit_key, person_id, need_id, t, 'Direct',
    if(u('mobile', visit_key) < mobile_share, 'mobile', 'desktop'),
    script_for(goal, u('script', visit_key)), goal, null, null, false
from (
    select 3000000000000000 + need_id * 8 as visit_key, person_id, need_id,
        ordered_t + (86400 * (0.5 + 3 * u('looks', need_id)))::bigint as t, 'support' as goal
    from delivery
    where u('looks after', need_id) < if(is_late, 0.9, 0.4)
    union all
    select distinct 3000000000000000 + need_id * 8 + 1, person_id, need_id, returned_t - 40000, 'return_help'
    from returned_line
    where u('return page', need_id) < 0.5
    union all
    select 3000000000000000 + need_id * 8 + 2, person_id, need_id,
        delivered_t + (86400 * (1 + 6 * u('shares', need_id)))::bigint, 'share'
    from delivery
    inner join person using (person_id)
    where not is_late and not is_defective and u('shares it', need_id) < if(person.persona = 'fan', 0.2, 0.05)
) as looks
inner join person using (person_id)

union all

-- On the screen in the store.
select
    'kiosk', 4000000000000000 + contact_key, person_id, need_id, t + 240, 'Direct', 'kiosk', 'kiosk', 'kiosk', store_id, null, false
from touch
where kind = 'store' and u('kiosk', contact_key) < getvariable('kiosks')

union all

-- Bots and employees: so many per day and person.
select
    kind, visit_key, null, null, start_t + (86399 * u('hour', visit_key))::bigint, 'Direct', kind,
    if(kind = 'bot', 'bot', if(u('test order', visit_key) < test_share, 'purchase_quick', 'internal_check')), kind, null, null, false
from (
    select 'bot' as kind, 5000000000000000 + day::bigint * 10000000 + i as visit_key, start_t, 0 as test_share
    from day
    cross join lateral range(floor(getvariable('persons') * 0.031 * getvariable('bots') + u('bots', day))::int) as numbers(i)
    where day between 0 and getvariable('days') - 1
    union all
    select 'internal', 6000000000000000 + day::bigint * 10000000 + i, start_t + 3600, 0
    from day
    cross join lateral range(floor(getvariable('persons') * 0.031 * getvariable('internal') + u('staff', day))::int) as numbers(i)
    where day between 0 and getvariable('days') - 1 and getvariable('internal') > 0
    union all
    select 'test', 7000000000000000 + day::bigint * 10000000 + i, start_t + 3600, 1
    from day
    cross join lateral range(floor(getvariable('persons') * 0.0032 * getvariable('test_orders') + u('tests', day))::int) as numbers(i)
    where day between 0 and getvariable('days') - 1 and getvariable('test_orders') > 0
) as machines;

-- The window below sorts all visits: it takes along what cannot be looked up afterwards.
create or replace table visit as
with devices as (
    select
        draft.* exclude (store_id, campaign_name) replace (
            draft.kind::visit_kind_text as kind, draft.channel::channel_text as channel,
            if(work.company is null, draft.device_kind, 'desktop')::machine_text as device_kind, draft.script::script_text as script,
            draft.goal::goal_text as goal
        ),
        coalesce(person.refuses_consent and draft.device_kind <> 'kiosk', false) as is_refused,
        work.company,
        case
            -- A desk in the company.
            when work.company is not null then 940000000000 + person_id
            when draft.device_kind = 'shared tablet' then 900000000000 + couple_id
            when draft.device_kind = 'kiosk' then 910000000000 + substr(draft.store_id, 2)::bigint
            when draft.device_kind = 'bot' then 920000000000 + visit_key % 1000000000000
            when draft.device_kind in ('internal', 'test') then 930000000000 + visit_key % 7
            else person_id * 10 + case draft.device_kind when 'mobile' then 1 when 'desktop' then 2 else 3 end
        end as device_id
    from visit_draft as draft
    left join person using (person_id)
    left join (select need_id, company from shop_order where company is not null) as work
        on draft.is_order and work.need_id = draft.need_id
    where t >= getvariable('start_t') and t < getvariable('end_t')
),

cookies as (
    select
        *,
        device_id * 1000 + if(
            u('resets', device_id) < getvariable('cookie_resets') and device_kind not in ('kiosk', 'app'),
            floor(((t - getvariable('start_t')) / 86400 + 90 * u('reset phase', device_id)) / (20 + 70 * u('reset every', device_id))),
            0
        )::bigint as cookie_id
    from devices
),

sourced as (
    select
        cookies.*,
        source_slot.source_id,
        message.campaign_id as email_campaign_id,
        message.campaign_name as email_campaign_name,
        {'source_id': source_slot.source_id, 'email_campaign_name': message.campaign_name, 't': cookies.t} as click
    from cookies
    inner join source_slot
        on source_slot.channel = cookies.channel
        and source_slot.slot = floor(100 * u('source', visit_key))::bigint
    left join (
        select visit_key, any_value(campaign_name) as campaign_name, any_value(campaign_id) as campaign_id
        from (
            select coalesce(contact_key, visit_key) as visit_key, campaign_name, campaign_id
            from message
            where is_clicked
        )
        group by visit_key
    ) as message using (visit_key)
),

ranked as (
    select
        *,
        row_number() over cookie as session_number,
        first_value(click) over cookie as first_click,
        last_value(if(source_id in (select source_id from source where medium = '(none)'), null, click) ignore nulls)
            over (cookie rows between unbounded preceding and current row) as last_click
    from sourced
    window cookie as (partition by cookie_id order by t, visit_key)
)

select
    ranked.* exclude (click, first_click, last_click, email_campaign_name),
    script.last_position,
    script.thanks_position,
    script.has_cart,
    script.has_research,
    source.source,
    source.medium,
    source.campaign_id::campaign_id_text as campaign_id,
    coalesce(email_campaign_name, source.campaign_name)::campaign_text as campaign,
    source.google_click and source.medium <> 'organic' as is_google_click,
    source.channel_group,
    source.referrer,
    case
        when source.medium = 'organic' and u('brand query', visit_key) < 0.25 then 'casa lume'
        when source.medium in ('organic', 'cpc') then pick(getvariable('queries'), u('query', visit_key))
    end as term,
    first_click.t as first_touch_t,
    local_day(t) as day,
    pace(visit_key) * if(device_kind = 'bot', 0.03, 1) as pace,
    device_kind = 'bot' as is_bot,
    device_kind in ('internal', 'test') as is_internal,
    hash(getvariable('seed'), 'visit', visit_key) as visit_hash,
    struct_pack(
        name := coalesce(
            first_click.email_campaign_name, first.campaign_name, '(' || first.medium || ')'
        )::campaign_text,
        medium := first.medium, source := first.source
    ) as first_source,
    if(last_click.t > t - 30 * 86400, struct_pack(
        campaign := coalesce(last_click.email_campaign_name, last.campaign_name)::campaign_text, source := last.source,
        medium := last.medium, campaign_id := last.campaign_id::campaign_id_text,
        is_google_click := last.google_click and last.medium <> 'organic', channel_group := last.channel_group
    ), null) as last_click,
    (1000000000 + hash(getvariable('seed'), 'cookie', cookie_id) % 9000000000) || '.' || first_click.t as pseudo_id,
    if(device_kind = 'app', '2100450002', '2100450001')::stream_text as stream_id,
    case
        when device_kind in ('internal', 'test') and u('debug', visit_key) < 0.3 then 'debug'
    end::debug_text as debug
from ranked
inner join script using (script)
inner join source on source.source_id = ranked.source_id
inner join source as first on first.source_id = first_click.source_id
left join source as last on last.source_id = last_click.source_id;
