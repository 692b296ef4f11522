{{ config(materialized='view') }}

-- What a touchpoint that went badly or well does to the orders after it: the difference in the
-- share followed by an order between touchpoints that show the signal and those that went as
-- expected, within groups alike in stage, persona, whether they had ordered, and touchpoints before
-- (Mantel and Haenszel's weights). The error counts persons, not touchpoints: a person who calls
-- five times counts once. It is never less than what chance alone makes of such groups.
with

signals as (

    select distinct
        touchpoint_type,
        signal,
        quality
    from {{ ref('touchpoint_outcomes') }}
    where signal is not null

),

touchpoints as (

    select * from {{ ref('int_touchpoint_outcomes__observed') }}

),

compared as (

    select
        signals.touchpoint_type,
        signals.signal,
        touchpoints.person_id,
        touchpoints.stage,
        touchpoints.persona,
        touchpoints.is_customer,
        touchpoints.earlier_touchpoints_from,
        case when touchpoints.signal = signals.signal then 1 else 0 end as exposed,
        case when touchpoints.is_followed_by_order then 1 else 0 end as followed
    from signals
    inner join touchpoints
        on
            signals.touchpoint_type = touchpoints.touchpoint_type
            and (touchpoints.quality = 'expected' or signals.signal = touchpoints.signal)

),

groups_alike as (

    select
        touchpoint_type,
        signal,
        stage,
        persona,
        is_customer,
        earlier_touchpoints_from,
        cast(count(*) as double) as touchpoints,
        cast(sum(exposed) as double) as exposed,
        cast(sum(followed) as double) as followed,
        cast(sum(exposed * followed) as double) as exposed_followed
    from compared
    group by touchpoint_type, signal, stage, persona, is_customer, earlier_touchpoints_from

),

-- Only groups that hold both kinds say anything.
weighed as (

    select
        *,
        exposed * (touchpoints - exposed) / touchpoints as weight,
        exposed_followed / exposed
        - (followed - exposed_followed) / (touchpoints - exposed) as difference,
        followed / touchpoints as rate,
        exposed * (touchpoints - exposed) * followed * (touchpoints - followed)
        / (touchpoints * touchpoints * (touchpoints - 1)) as variance_by_chance,
        sqrt(touchpoints / (touchpoints - 1)) as correction
    from groups_alike
    where exposed > 0 and exposed < touchpoints

),

-- How far each touchpoint pulls the estimate, were there no effect.
pulls as (

    select
        compared.touchpoint_type,
        compared.signal,
        compared.stage,
        compared.persona,
        compared.person_id,
        compared.exposed,
        cast(
            weighed.correction * (compared.followed - weighed.rate) * case
                when compared.exposed = 1 then 1 - weighed.exposed / weighed.touchpoints
                else -weighed.exposed / weighed.touchpoints
            end as decimal(20, 12)
        ) as pull
    from compared
    inner join weighed
        on
            compared.touchpoint_type = weighed.touchpoint_type
            and compared.signal = weighed.signal
            and compared.stage = weighed.stage
            and compared.persona = weighed.persona
            and compared.is_customer = weighed.is_customer
            and compared.earlier_touchpoints_from = weighed.earlier_touchpoints_from

),

-- Each figure for every persona, and for all of them.
persons_pulls as (

    select
        touchpoint_type,
        signal,
        stage,
        coalesce(persona, 'all') as persona,
        person_id,
        sum(pull) as pull,
        sum(exposed) as exposed_touchpoints,
        count(*) - sum(exposed) as compared_touchpoints
    from pulls
    group by touchpoint_type, signal, stage, person_id, rollup(persona)

),

errors as (

    select
        touchpoint_type,
        signal,
        stage,
        persona,
        cast(sum(exposed_touchpoints) as bigint) as touchpoints,
        cast(sum(compared_touchpoints) as bigint) as compared_touchpoints,
        count(*) filter (where exposed_touchpoints > 0) as persons,
        count(*) filter (where compared_touchpoints > 0) as compared_persons,
        cast(
            sum(cast(cast(pull as double) * cast(pull as double) as decimal(24, 12))) as double
        ) as squares
    from persons_pulls
    group by touchpoint_type, signal, stage, persona

),

differences as (

    select
        touchpoint_type,
        signal,
        stage,
        coalesce(persona, 'all') as persona,
        cast(sum(cast(weight as decimal(24, 12))) as double) as weight,
        cast(sum(cast(weight * difference as decimal(24, 12))) as double) as weighed_difference,
        cast(sum(cast(variance_by_chance as decimal(24, 12))) as double) as variance_by_chance,
        cast(sum(exposed_followed) as double) as exposed_followed
    from weighed
    group by touchpoint_type, signal, stage, rollup(persona)

),

-- Where all of the few who were exposed fared alike, their own pulls make too small an error.
measured as (

    select
        errors.touchpoint_type,
        errors.signal,
        errors.stage,
        errors.persona,
        signals.quality,

        errors.touchpoints,
        errors.persons,
        errors.compared_touchpoints,
        errors.compared_persons,
        differences.exposed_followed / errors.touchpoints as order_rate,
        differences.weighed_difference / differences.weight as effect,
        sqrt(greatest(errors.squares, differences.variance_by_chance)) / differences.weight
            as standard_error
    from errors
    inner join differences
        on
            errors.touchpoint_type = differences.touchpoint_type
            and errors.signal = differences.signal
            and errors.stage = differences.stage
            and errors.persona = differences.persona
    inner join signals
        on
            errors.touchpoint_type = signals.touchpoint_type
            and errors.signal = signals.signal
    where errors.persona <> 'unknown'

)

select * from measured
