-- One row per request to be erased that was carried out.
with

erasures as (

    select * from {{ ref('stg_landing__erasures') }}

)

select * from erasures
