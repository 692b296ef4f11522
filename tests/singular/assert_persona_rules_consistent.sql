-- A rule without bounds says nothing. A persona without rules would take everybody from those after
-- it; without one at the end somebody might have none.
with

personas as (

    select
        personas.persona,
        personas.precedence,
        count(persona_rules.persona) as rules
    from {{ ref('personas') }} as personas
    left join {{ ref('persona_rules') }} as persona_rules
        on personas.persona = persona_rules.persona
    group by personas.persona, personas.precedence

),

last_place as (

    select max(precedence) as last_precedence from personas

),

wrong as (

    select
        persona,
        'no bounds: ' || measure as reason
    from {{ ref('persona_rules') }}
    where at_least is null and below is null
    union all
    select
        personas.persona,
        'rules at the end, or none before it' as reason
    from personas
    cross join last_place
    where (personas.rules = 0) <> (personas.precedence = last_place.last_precedence)

)

select * from wrong
