-- What the shop sells and where, and the lists from which the world is drawn.
create or replace table product as
select
    row_number() over () as product_id,
    product_code(row_number() over ())::product_code_text as id,
    title::product_text as title,
    category::category_text as category,
    vendor::vendor_text as vendor,
    price,
    round(price / 1.22 * (0.40 + 0.2 * u('cost', row_number() over ())), 2)::decimal(18, 4) as cost,
    regexp_replace(lower(strip_accents(title)), '[^a-z0-9]+', '-', 'g') as slug
from reference_products;

create or replace table category_product as
select
    category,
    list(product_id order by product_id) as products,
    list_position([
        'Pentole', 'Elettrici', 'Illuminazione', 'Tessili', 'Dispensa', 'Coltelli', 'Tavola', 'Arredo'
    ], category::varchar) as category_id
from product
group by category;

-- Ten draws of a list repeat its members by weight, so that drawing from it is one look-up.
create or replace table persona as
select * replace (persona::persona_text as persona), row_number() over () as persona_id from reference_personas;

set variable personas = (
    select list(persona order by persona, copy)
    from (select persona::persona_text as persona, unnest(range((weight * 100)::int)) as copy from reference_personas)
);
set variable first_names = (select list(first_name order by first_name) from reference_names);
set variable last_names = (select list(last_name order by last_name) from reference_names);

create or replace table location as
select
    * replace (
        opened_at::timestamp as opened_at, id::store_text as id, city::place_text as city,
        region::place_text as region
    ),
    row_number() over () as location_id
from reference_locations;
set variable stores = (
    select list(id order by id, copy)
    from (select id, unnest(range(weight::int)) as copy from location)
);

create or replace table channel_weight as
unpivot reference_channels
on planner, bargain, store_lover, impulse, fan, gifter, traditional
into name persona value persona_weight;

-- For each persona and moment of the search, 1000 slots filled with channels by weight. A person with one contact only
-- is drawn by how people begin, among the channels in which one can also order.
create or replace table channel_slot as
with weighted as (
    select
        persona,
        phase,
        channel,
        persona_weight * case phase
            when 'first' then first
            when 'middle' then middle
            when 'last' then last
            else if(last > 0, first + last, 0)
        end as weight
    from channel_weight
    cross join (values ('first'), ('middle'), ('last'), ('only')) as phases(phase)
),

shares as (
    select
        persona,
        phase,
        channel,
        round(1000 * sum(weight) over (partition by persona, phase order by channel rows unbounded preceding)
            / sum(weight) over (partition by persona, phase))::bigint as until_slot
    from weighted
),

bounds as (
    select *, lag(until_slot, 1, 0) over (partition by persona, phase order by channel) as from_slot
    from shares
)

select
    persona::persona_text as persona,
    phase::phase_text as phase,
    channel::channel_text as channel,
    unnest(range(from_slot, until_slot)) as slot
from bounds;

create or replace table channel as
select channel::channel_text as channel, kind::contact_kind_text as kind, effect from reference_channels;

create or replace table source as
select
    row_number() over () as source_id,
    * replace (
        channel::channel_text as channel, source::source_text as source, medium::source_text as medium,
        channel_group::source_text as channel_group, referrer::referrer_text as referrer,
        campaign_id::varchar as campaign_id
    )
from reference_sources;

-- Likewise 100 slots of sources per channel; the weights of a channel sum to 100.
create or replace table source_slot as
select channel, source_id, row_number() over (partition by channel order by source_id, copy) - 1 as slot
from (select channel, source_id, unnest(range(weight::int)) as copy from source);

-- Scripts: one row per page of a visit, with the page it is reached from.
create or replace table script_page as
with steps as (
    select script::script_text as script, goal::goal_text as goal, unnest(string_split(pages, ' ')) as step,
        unnest(range(len(string_split(pages, ' '))))::int as position
    from reference_scripts
),

parsed as (
    select
        script,
        goal,
        position,
        regexp_extract(step, '^([a-z0-9_]+)', 1) as page,
        coalesce(try_cast(regexp_extract(step, ':([0-9])', 1) as int), 1) as slot,
        coalesce(try_cast(regexp_extract(step, '\?([0-9.]+)', 1) as double), 1.0) as probability
    from steps
)

select
    * exclude (page),
    page,
    lag(page) over before as from_page,
    lag(slot) over before as from_slot
from parsed
window before as (partition by script order by position);

create or replace table script as
select
    script,
    any_value(goal) as goal,
    max(position) as last_position,
    min(position) filter (where page = 'thanks') as thanks_position,
    max(position) filter (where page = 'thanks') as last_thanks_position,
    min(position) filter (where page = 'checkout') as checkout_position,
    min(position) filter (where page = 'payment_error') as error_position,
    bool_or(page in ('product', 'search', 'search_empty') and probability = 1) as has_research,
    bool_or(page in ('cart')) as has_cart
from script_page
group by script;

set variable all_scripts = (
    select map_from_entries(list((goal, scripts)))
    from (
        select goal::goal_text as goal, list(script::script_text order by script, copy) as scripts
        from (select goal, script, unnest(range(weight::int)) as copy from reference_scripts)
        group by goal
    )
);
create or replace macro script_for(goal, x) as pick(getvariable('all_scripts')[goal::goal_text], x);

-- Addresses and titles: a page's number plus the product it shows, or 0. Page 0 is no page.
create or replace table page_kind as
select *, row_number() over (order by page) * 100 as page_number from reference_pages;

create or replace table page as
select
    page_number + coalesce(product_id, 0) as page_key,
    'https://www.casalume.example'
        || replace(replace(path, '{slug}', coalesce(slug, '')), '{category}', lower(coalesce(category, ''))) as location,
    replace(replace(kind.title, '{title}', coalesce(product_title, '')), '{category}', coalesce(category, '')) as title
from page_kind as kind
left join (select product_id, slug, category, title as product_title from product) on needs_product
union all
select 0, null, null;

-- Every event a script can fire: `place` is the share of the page's time slot at which it does.
create or replace table script_event as
select
    page.script,
    page.position,
    page.of_page as page,
    here.page_number,
    here.needs_product,
    page.slot,
    before.page_number as from_page_number,
    coalesce(before.needs_product, false) as from_needs_product,
    page.from_slot,
    page.probability as page_probability,
    event.event_name,
    event.place,
    event.probability,
    row_number() over (partition by page.script order by page.position, event.place, event.event_name) as number
from (
    select *, page as of_page from script_page
    union all by name
    select * replace ('start' as page), page as of_page
    from script_page
    where position = 0
) as page
inner join reference_page_events as event
    on event.page = page.page or (event.page = '*' and page.page <> 'start')
inner join page_kind as here on here.page = page.of_page
left join page_kind as before on before.page = page.from_page;

set variable queries = (select list(query::query_text order by query) from reference_queries where not is_brand);
