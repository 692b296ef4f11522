-- The claimed pain points and moments of truth as they were met: one row per contact that shows
-- one, and the orders it cost or brought on average. A persona's own effect counts before
-- everybody's.
with

contacts as (

    select * from {{ ref('int_contacts__judged') }}

),

effects as (

    select *
    from {{ ref('int_signal_effects__estimated') }}
    where is_claimed

),

personas as (

    select * from {{ ref('int_person_personas__dated') }}

),

dated as (

    select
        *,
        cast(date_trunc('month', {{ local_date('touched_at') }}) as date) as month
    from contacts
    where signal is not null

),

of_personas as (

    select
        dated.*,
        coalesce(personas.persona, 'unknown') as persona
    from dated
    left join personas
        on
            dated.person_id = personas.person_id
            and {{ is_persona_of_month('personas', 'dated.month') }}

),

felt as (

    select
        contacts.judged_contact_id,

        contacts.touchpoint_id,
        contacts.person_id,

        contacts.touchpoint_type,
        contacts.signal,
        contacts.channel,
        contacts.stage,
        contacts.persona,
        contacts.month,

        coalesce(own.effect, everybody.effect) as effect
    from of_personas as contacts
    left join effects as own
        on
            contacts.touchpoint_type = own.touchpoint_type
            and contacts.signal = own.signal
            and contacts.stage = own.stage
            and contacts.persona = own.persona
    left join effects as everybody
        on
            contacts.touchpoint_type = everybody.touchpoint_type
            and contacts.signal = everybody.signal
            and contacts.stage = everybody.stage
            and everybody.persona = 'all'
    where coalesce(own.effect, everybody.effect) is not null

)

select * from felt
