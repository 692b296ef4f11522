-- One row per request to be erased that was carried out.
with

source as (

    select * from {{ source('landing', 'erasure') }}

),

erasures as (

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
    from source

)

select * from erasures
