-- Which landing pages lose more visitors than others would?
-- Grain: one row per landing page with at least min_cell_size visits.
-- Read: excess_bounces compares a page with the whole site, channel by channel, so that a page is
-- not blamed for the channel that feeds it. Mend the top of the list.

with

sessions as (

    select
        landing_page,
        channel,
        is_bounce,
        purchases
    from {{ ref('fct_sessions') }}
    where not is_excluded and landing_page is not null

),

site as (

    select
        channel,
        avg(case when is_bounce then 1.0 else 0.0 end) as usual_bounce_rate
    from sessions
    group by channel

),

pages as (

    select
        sessions.landing_page,
        count(*) as visits,
        count(*) filter (where sessions.is_bounce) as bounces,
        sum(site.usual_bounce_rate) as expected_bounces,
        count(*) filter (where sessions.purchases > 0) as visits_with_purchase
    from sessions
    inner join site
        on sessions.channel = site.channel
    group by sessions.landing_page

),

landing_pages_that_lose as (

    select
        landing_page,
        visits,
        {{ ratio('bounces', 'visits') }} as bounce_rate,
        {{ ratio('expected_bounces', 'visits') }} as expected_bounce_rate,
        round(bounces - expected_bounces, 1) as excess_bounces,
        {{ ratio('visits_with_purchase', 'visits') }} as purchase_rate
    from pages
    where visits >= {{ var('min_cell_size') }}

)

select * from landing_pages_that_lose
order by excess_bounces desc, landing_page asc
