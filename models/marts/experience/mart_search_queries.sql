-- What people search: in Google before they come, with the same words on the site, and what it
-- led to. A month without data of Search Console, or without web sessions, is not measured there.
with

query_days as (

    select
        *,
        {{ month_of('search_date') }} as month,
        case
            when is_anonymized_query or coalesce(trim(query), '') = '' then '(withheld)'
            else lower(trim(query))
        end as search_query
    from {{ ref('stg_search_console__query_days') }}

),

interactions as (

    select *
    from {{ ref('int_web_interactions__selected') }}
    where touchpoint_type = 'site_search'

),

purchases as (

    select distinct
        session_id,
        order_id
    from {{ ref('int_touchpoints__identity_resolved') }}
    where
        touchpoint_type = 'web_purchase'
        and not is_excluded
        and session_id is not null
        and order_id is not null

),

in_google as (

    select
        month,
        search_query,
        cast(sum(impressions) as bigint) as impressions,
        cast(sum(clicks) as bigint) as clicks,
        cast(cast(sum(cast(sum_position as decimal(18, 4))) as decimal(28, 4)) as double)
            as sum_position
    from query_days
    group by month, search_query

),

empty_events as (

    {{ searches_without_results() }}

),

searches as (

    select
        {{ month_of('searches.touched_date') }} as month,
        searches.person_id,
        searches.session_id,
        case
            when coalesce(trim(interactions.search_term), '') = '' then '(not given)'
            else lower(trim(interactions.search_term))
        end as search_query,
        empty_events.event_id is not null as is_empty
    from {{ ref('int_touchpoints__identity_resolved') }} as searches
    left join interactions
        on searches.source_key = interactions.event_id
    left join empty_events
        on searches.source_key = empty_events.event_id
    where searches.touchpoint_type = 'site_search' and not searches.is_excluded

),

on_site as (

    select
        month,
        search_query,
        count(*) as site_searches,
        count(distinct person_id) as site_searchers,
        count(distinct session_id) as site_search_sessions,
        count(*) filter (where is_empty) as empty_searches
    from searches
    group by month, search_query

),

searched_orders as (

    select distinct
        searches.month,
        searches.search_query,
        orders.order_id,
        orders.net_revenue
    from searches
    inner join purchases
        on searches.session_id = purchases.session_id
    inner join {{ ref('fct_orders') }} as orders
        on purchases.order_id = orders.order_id
    where orders.is_conversion

),

ordered as (

    select
        month,
        search_query,
        count(*) as orders,
        cast(sum(net_revenue) as decimal(18, 2)) as net_revenue
    from searched_orders
    group by month, search_query

),

query_months as (

    select
        month,
        search_query
    from in_google
    union
    select
        month,
        search_query
    from on_site

),

google_months as (

    select distinct month from in_google

),

web_months as (

    select distinct {{ month_of('started_date') }} as month
    from {{ ref('fct_sessions') }}

),

measured as (

    select
        query_months.*,
        google_months.month is not null as is_in_console,
        web_months.month is not null as has_web
    from query_months
    left join google_months
        on query_months.month = google_months.month
    left join web_months
        on query_months.month = web_months.month

),

mart_search_queries as (

    select
        measured.month,
        measured.search_query as query,

        case when measured.is_in_console then coalesce(in_google.impressions, 0) end as impressions,
        case when measured.is_in_console then coalesce(in_google.clicks, 0) end as clicks,
        {{ ratio('in_google.clicks', 'in_google.impressions') }} as click_through_rate,
        {{ ratio('(in_google.sum_position + in_google.impressions)', 'in_google.impressions', 2) }}
            as average_position,

        case when measured.has_web then coalesce(on_site.site_searches, 0) end as site_searches,
        case when measured.has_web then coalesce(on_site.site_searchers, 0) end as site_searchers,
        case when measured.has_web then coalesce(on_site.site_search_sessions, 0) end
            as site_search_sessions,
        case when measured.has_web then coalesce(on_site.empty_searches, 0) end as empty_searches,
        {{ ratio('on_site.empty_searches', 'on_site.site_searches') }} as empty_share,
        case when measured.has_web then coalesce(ordered.orders, 0) end as orders,
        case
            when measured.has_web
                then cast(coalesce(ordered.net_revenue, 0) as decimal(18, 2))
        end as net_revenue,
        {{ ratio('coalesce(ordered.orders, 0)', 'on_site.site_search_sessions') }} as order_rate
    from measured
    left join in_google
        on
            measured.month = in_google.month
            and measured.search_query = in_google.search_query
    left join on_site
        on
            measured.month = on_site.month
            and measured.search_query = on_site.search_query
    left join ordered
        on
            measured.month = ordered.month
            and measured.search_query = ordered.search_query

)

select * from mart_search_queries
