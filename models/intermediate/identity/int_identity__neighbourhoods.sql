with

links as (

    select * from {{ ref('int_identity__links') }}

),

neighbours as (

    select
        identifier_id,
        other_identifier_id as neighbour_id
    from links
    union all
    select
        other_identifier_id as identifier_id,
        identifier_id as neighbour_id
    from links

),

-- Keys are hashes: the sum of their first 44 bits distinguishes sets of neighbours.
neighbourhoods as (

    select
        identifier_id,

        cast(sum({{ hex_to_integer('substr(neighbour_id, 1, 11)') }}) as bigint)
            as neighbours_fingerprint
    from neighbours
    group by identifier_id

)

select * from neighbourhoods
