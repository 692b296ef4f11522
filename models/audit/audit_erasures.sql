-- One row per request to be erased that was carried out.
with

erasures as (

    select * from {{ ref('stg_landing__erasures') }}

),

carried_out as (

    select
        erasure_request_id,
        origin,
        status,
        identifiers_erased,
        identifiers_left,
        rows_removed,
        rows_anonymised,
        requested_at,
        carried_out_at
    from erasures

)

select * from carried_out
