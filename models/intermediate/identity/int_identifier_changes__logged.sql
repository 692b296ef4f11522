{{ config(**append_log()) }}

with

identifiers as (

    select * from {{ ref('int_identifiers__summarised') }}

),

resolved as (

    select * from {{ ref('int_identifiers__resolved') }}

),

current_map as (

    select
        identifiers.identifier_id,
        coalesce(resolved.person_id, identifiers.identifier_id) as person_id,
        identifiers.touchpoints
    from identifiers
    left join resolved
        on identifiers.identifier_id = resolved.identifier_id

),

-- The map as this log has it: where each identifier moved last.
{% if is_increment() -%}
moves_so_far as (

    select
        identifier_id,
        person_id,
        move_number
    from {{ this }}

),
{%- else -%}
moves_so_far as (

    select
        cast(null as string) as identifier_id,
        cast(null as string) as person_id,
        0 as move_number

),
{%- endif %}

last_moves as (

    select
        identifier_id,
        person_id
    from moves_so_far
    qualify row_number() over (partition by identifier_id order by move_number desc) = 1

),

last_map as (

    select *
    from last_moves
    where person_id is not null

),

compared as (

    select
        coalesce(current_map.identifier_id, last_map.identifier_id) as identifier_id,
        last_map.person_id as previous_person_id,
        current_map.person_id,
        coalesce(current_map.touchpoints, 0) as touchpoints
    from current_map
    full outer join last_map
        on current_map.identifier_id = last_map.identifier_id

),

-- Persons who keep one identifier at least.
staying_persons as (

    select distinct person_id
    from compared
    where previous_person_id = person_id

),

next_number as (

    select coalesce(max(move_number), 0) + 1 as move_number
    from moves_so_far

),

moved as (

    select
        {{ surrogate_key(['compared.identifier_id', 'next_number.move_number']) }} as move_id,

        compared.identifier_id,
        compared.previous_person_id,
        compared.person_id,

        '{{ env_var("VIAGGIO_RUN_ID", invocation_id) }}' as run_id,

        next_number.move_number,
        compared.touchpoints,

        previous_staying.person_id is not null as does_previous_person_stay,
        staying.person_id is not null as was_person_there
    from compared
    cross join next_number
    left join staying_persons as previous_staying
        on compared.previous_person_id = previous_staying.person_id
    left join staying_persons as staying
        on compared.person_id = staying.person_id
    where
        compared.previous_person_id is null
        or compared.person_id is null
        or compared.previous_person_id <> compared.person_id

)

select * from moved
