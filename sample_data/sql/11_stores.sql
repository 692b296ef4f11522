-- Visits to the stores: contacts of a need, pick-ups, returns over the counter, and passers-by.
create or replace table store_visit as
with visits as (
    select
        contact_key as key, touch.person_id, touch.need_id, store_id, t as entered_t, is_assisted, has_demo,
        if(is_last and is_ordered, 'purchase', 'look') as purpose,
        touch.need_id as order_need_id, is_last and is_ordered as is_purchase
    from touch
    inner join (select need_id, is_ordered from outcome) using (need_id)
    where kind = 'store'
    union all
    select 3000000000000000 + need_id * 8 + 5, person_id, need_id, store_id, delivered_t - 300, true, false, 'pick-up', need_id, false
    from delivery
    where is_collected
    union all
    select distinct 3000000000000000 + need_id * 8 + 6, person_id, need_id, store_id, returned_t - 420, true, false, 'return', need_id, false
    from returned_line
    where is_to_store
    union all
    select
        8000000000000000 + day::bigint * 10000000 + i, null, null,
        pick(getvariable('stores'), u('walk-in store', 8000000000000000 + day::bigint * 10000000 + i)),
        start_t + opening_seconds(u('walk-in', 8000000000000000 + day::bigint * 10000000 + i)), false, false, 'passer-by', null, false
    from day
    cross join lateral range((getvariable('persons') * 0.003)::int) as numbers(i)
    where day between 0 and getvariable('days') - 1
)

select
    visits.*,
    'V' || key as visit_id,
    product_id,
    category,
    entered_t + (case purpose
        when 'purchase' then 2600 + 900 * u('stay', key)
        when 'look' then 400 + 1500 * u('stay', key) + if(has_demo, 600, 0)
        when 'passer-by' then 120 + 600 * u('stay', key)
        else 600 + 300 * u('stay', key)
    end)::bigint as left_t,
    case
        when purpose = 'passer-by' then 'counter'
        when purpose = 'look' and u('appointment', key) < 0.06 then 'appointment'
        when enrolled_t < entered_t and u('store app', key) < 0.45 then 'loyalty app'
        else 'counter'
    end as source,
    enrolled_t,
    card
from visits
left join (select need_id, product_id, category from outcome) using (need_id)
left join loyalty_card using (person_id)
where entered_t between getvariable('start_t') and getvariable('end_t') - 1;

create or replace view out_store__visit as
select
    visit_id as id,
    v.store_id as location_id,
    as_timestamp(entered_t) as entered_at,
    as_timestamp(left_t) as left_at,
    or_empty(if(v.source = 'loyalty app'
        or (is_purchase and enrolled_t < left_t and u('shows card', order_need_id) < 0.92), v.card, null),
        empty_keys(), key) as loyalty_card,
    or_empty(if(v.source = 'appointment', email_at(emails, entered_t), null), empty_emails(), key) as email,
    is_assisted as staff_assisted,
    if(has_demo, product.id, null) as demo_product_id,
    if(is_purchase, shop_order.order_id, null) as receipt_order_id,
    v.source,
    local_day(entered_t) as export_day,
    v.person_id
from store_visit as v
left join person using (person_id)
left join product on product.product_id = v.product_id
left join shop_order on shop_order.need_id = if(v.is_purchase, v.order_need_id, null);

-- The way through the store: in, past shelves, to the till or the desk, and out.
create or replace table visit_zone as
with zones as (
    select
        *,
        list_concat(
            ['ingresso'],
            if(u('window', key) < 0.4, ['vetrina'], []),
            if(purpose in ('look', 'purchase', 'passer-by'), ['scaffale ' || lower(coalesce(category, pick(
                ['Pentole', 'Coltelli', 'Elettrici', 'Tavola', 'Illuminazione', 'Tessili', 'Arredo', 'Dispensa'], u('zone', key))))], []),
            if(has_demo, ['area prova'], []),
            if(u('second shelf', key) < 0.35, ['scaffale ' || lower(pick(
                ['Pentole', 'Coltelli', 'Elettrici', 'Tavola', 'Illuminazione', 'Tessili', 'Arredo', 'Dispensa'], u('other zone', key)))], []),
            case purpose when 'purchase' then ['cassa'] when 'pick-up' then ['ritiro'] when 'return' then ['assistenza'] else [] end
        ) as path
    from store_visit
),

stays as (select *, unnest(path) as zone, unnest(range(len(path))) as i, len(path) as stops from zones)

select
    visit_id,
    zone,
    entered_t + ((left_t - entered_t) * i / stops)::bigint as zone_t,
    entered_t + ((left_t - entered_t) * (i + 1) / stops)::bigint as zone_left_t,
    if(zone in ('area prova') or (zone like 'scaffale%' and u('touches', key * 8 + i) < 0.5), product_id, null) as product_id,
    local_day(entered_t) as export_day
from stays
qualify row_number() over (partition by visit_id, zone order by i) = 1;

create or replace view out_store__visit_zone as
select
    visit_id, zone, as_timestamp(zone_t) as entered_at, as_timestamp(zone_left_t) as left_at, product.id as product_id,
    export_day
from visit_zone
left join product using (product_id);

-- Counters at the doors see everybody who comes in, hour by hour: recorded visits, unrecorded ones
-- and staff. Large stores have two doors. The counters of one store are dead for a day.
create or replace table footfall as
with hours as (
    select
        location.id as store_id, location.weight, day.day, day.start_t, hour,
        (location.location_id * 100000 + day.day) * 100 + hour as key
    from location
    cross join day
    cross join lateral range(24) as numbers(hour)
    where not is_warehouse and day.day between 0 and getvariable('days') - 1
),

recorded as (
    select store_id, local_day(entered_t) as day, (entered_t - midnight_t(local_day(entered_t))) // 3600 as hour, count(*) as visits
    from store_visit
    group by all
),

entered as (
    select
        hours.*,
        coalesce(visits, 0)
        + floor(u('unrecorded visitors', key) * (1 + getvariable('persons') * weight * 0.00004))::bigint
        + floor(u('staff at the door', key) * 3)::bigint as entries
    from hours
    left join recorded using (store_id, day, hour)
    where hour between 9 and 19 or visits > 0
),

doors as (
    select *, null as door, entries as door_entries from entered where weight < 10
    union all
    select *, 'ingresso', entries - entries * 3 // 10 from entered where weight >= 10
    union all
    select *, 'galleria', entries * 3 // 10 from entered where weight >= 10
)

select
    store_id,
    door,
    day,
    start_t + hour * 3600 as started_t,
    if(is_dead, 0, door_entries) as entries,
    if(is_dead, 0, greatest(0, door_entries + floor(u('seen going out', key) * 3)::bigint - 1)) as exits
from (select *, store_id = 'L05' and day = 4 as is_dead from doors);

create or replace view out_store__footfall as
select
    store_id as location_id, door as counter_id, as_timestamp(started_t) as started_at,
    60 as interval_minutes, entries, exits, day as export_day
from footfall;
