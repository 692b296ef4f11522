{{ config(materialized='view') }}

with

persons as (

    select
        person_id,
        additive_fingerprint as person_fingerprint
    from {{ ref('int_persons__summarised') }}
    where touchpoints > 0

)

select * from persons
