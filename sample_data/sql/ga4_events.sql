-- Events of the visits that :visits and :events choose; one statement per file.
create or replace temp table web_event as
with fired as (
    select
        v.visit_key,
        v.day,
        v.midnight_us,
        v.is_bot,
        e.position,
        e.page,
        v.products[e.slot] as product_id,
        e.page_number + if(e.needs_product, v.products[e.slot], 0) as page_key,
        e.from_page_number + if(e.from_needs_product, v.products[e.from_slot], 0) as from_page_key,
        e.event_name,
        e.number,
        page_us(v.visit_key, v.t, e.position, v.pace) + (17500000 * v.pace * e.place)::bigint as event_us,
        v.visit_key * 256 + e.number as event_key,
        ((v.visit_hash >> 8) // 64 * 64)::bigint + e.position as bundle,
        v.late_days,
        v.has_duplicates,
        v.late_days > 0 and e.position >= v.late_from as is_late
    from web_visit as v
    inner join script_event as e on e.script = v.script
    where
        (:visits)
        and (e.page_probability = 1 or u('sees page', v.visit_key * 64 + e.position) < e.page_probability)
        and (e.probability = 1 or u('fires', v.visit_key * 256 + e.number) < e.probability)
        and (e.event_name <> 'first_visit' or v.session_number = 1)
        and (e.event_name <> 'login' or v.login_position = e.position)
),

dated as (select *, day + (event_us >= midnight_us)::int as event_day from fired),

chosen as (select * from dated where :events),

copied as (
    select *, 0 as copy from chosen

    union all

    -- The same event twice in the file.
    select *, 1 from chosen where has_duplicates and u('twice', event_key) < 0.4

    union all

    -- Rows nobody can use, added where the file is large enough to bear them.
    select *, 2
    from chosen
    where u('broken', event_key) < :broken
    qualify
        (select count(*) from chosen) >= :min_rows
        and row_number() over (order by u('broken', event_key)) <= 0.009 * (select count(*) from chosen)
)

-- Sorted while the rows are narrow; the joins that follow keep the order.
select * from copied order by event_us, bundle, number, copy;
