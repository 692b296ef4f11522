with

locations as (

    select * from {{ ref('stg_store__locations') }}

),

mentioned_locations as (

    select location_id from {{ ref('stg_store__orders') }}
    union
    select location_id from {{ ref('stg_store__fulfillments') }}
    union
    select location_id from {{ ref('stg_store__refund_lines') }}
    union
    select location_id from {{ ref('stg_store__visits') }}
    union
    select location_id from {{ ref('stg_store__footfall') }}

),

unlisted_locations as (

    select mentioned_locations.location_id
    from mentioned_locations
    anti join locations
        on mentioned_locations.location_id = locations.location_id
    where mentioned_locations.location_id is not null

),

dimension as (

    select
        location_id,

        location_name,
        city,
        province,
        country_code,
        opened_date,

        true as is_listed,

        opened_at
    from locations
    union all
    select
        location_id,

        cast(null as string) as location_name,
        cast(null as string) as city,
        cast(null as string) as province,
        cast(null as string) as country_code,
        cast(null as date) as opened_date,

        false as is_listed,

        cast(null as timestamp) as opened_at
    from unlisted_locations

)

select * from dimension
