with

person_personas as (

    select * from {{ ref('int_person_personas__dated') }}

),

dim_person_personas as (

    select
        person_persona_id,

        person_id,

        persona,
        previous_persona,
        valid_from,
        valid_to,
        persona_number,

        is_current
    from person_personas

)

select * from dim_person_personas
