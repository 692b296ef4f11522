with

person_personas as (

    select * from {{ ref('int_persona_history__dated') }}

),

dim_persona_history as (

    select
        persona_history_id,

        person_id,

        persona,
        previous_persona,
        valid_from,
        valid_to,
        persona_number,

        is_current
    from person_personas

)

select * from dim_persona_history
