-- Which rows make up the headline figures of a publication?
-- Grain: one row per figure and row of its fact, whether or not the row counts.
-- Read: a figure is the sum of amount over the rows that are counted; source is what brought the
-- row, null where it is made of several.

with

headline_rows as (

    select
        'orders' as figure,
        order_id as row_key,
        person_id,
        order_source as source,
        order_date as day,
        sales_channel as channel,
        cast(1 as decimal(18, 2)) as amount,
        is_conversion as is_counted
    from {{ ref('fct_orders') }}

    union all

    select
        'net_revenue' as figure,
        order_id as row_key,
        person_id,
        order_source as source,
        order_date as day,
        sales_channel as channel,
        net_revenue as amount,
        is_conversion as is_counted
    from {{ ref('fct_orders') }}

    union all

    select
        'persons' as figure,
        person_id as row_key,
        person_id,
        null as source,
        cast(first_seen_at as date) as day,
        null as channel,
        cast(1 as decimal(18, 2)) as amount,
        not is_excluded as is_counted
    from {{ ref('dim_persons') }}

    union all

    select
        'touchpoints' as figure,
        touchpoint_id as row_key,
        person_id,
        source_table as source,
        touched_date as day,
        channel,
        cast(1 as decimal(18, 2)) as amount,
        not is_excluded as is_counted
    from {{ ref('fct_touchpoints') }}

    union all

    select
        'sessions' as figure,
        session_id as row_key,
        person_id,
        'ga4.event' as source,
        started_date as day,
        channel,
        cast(1 as decimal(18, 2)) as amount,
        not is_excluded as is_counted
    from {{ ref('fct_sessions') }}

    union all

    select
        'journeys' as figure,
        journey_id as row_key,
        person_id,
        null as source,
        started_date as day,
        first_channel as channel,
        cast(1 as decimal(18, 2)) as amount,
        not is_excluded as is_counted
    from {{ ref('fct_journeys') }}

    union all

    select
        'converted_journeys' as figure,
        journey_id as row_key,
        person_id,
        null as source,
        started_date as day,
        first_channel as channel,
        cast(1 as decimal(18, 2)) as amount,
        not is_excluded and outcome = 'converted' as is_counted
    from {{ ref('fct_journeys') }}

    union all

    select
        'reviews' as figure,
        review_id as row_key,
        person_id,
        'reviews.review' as source,
        created_date as day,
        platform as channel,
        cast(1 as decimal(18, 2)) as amount,
        not is_competitor and not is_excluded as is_counted
    from {{ ref('fct_reviews') }}

)

select * from headline_rows
