with

assigned as (

    select * from {{ ref('int_person_months__assigned') }}

),

compared as (

    select
        *,
        lag(persona) over (
            partition by person_id
            order by month
        ) as previous_persona
    from assigned

),

changes as (

    select *
    from compared
    where previous_persona is null or persona <> previous_persona

),

dated as (

    select
        person_month_id as persona_history_id,

        person_id,

        persona,
        previous_persona,
        month as valid_from,
        lead(month) over in_turn as valid_to,
        cast(row_number() over in_turn as bigint) as persona_number,

        lead(month) over in_turn is null as is_current
    from changes
    window in_turn as (
        partition by person_id
        order by month
    )

)

select * from dated
