{{ config(**by_key(
    'person_id', 'int_persons__fingerprinted', 'person_fingerprint',
    one_of_each='journey_number = 1 and position = 1'
)) }}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__sequenced') }}
    where {{ in_changed_keys() }}

),

persons as (

    select * from {{ ref('int_persons__fingerprinted') }}

),

with_previous as (

    select
        *,
        row_number() over touchpoints_in_sequence as sequence_number,
        lag(sequenced_at) over touchpoints_in_sequence as previous_at,
        lag(is_conversion) over touchpoints_in_sequence as is_after_conversion
    from touchpoints
    window touchpoints_in_sequence as (
        partition by person_id
        order by sequenced_at, source_priority, touchpoint_id
    )

),

-- Where a journey begins, its touchpoint's number among the person's.
marked as (

    select
        *,
        case
            when
                previous_at is null
                or is_after_conversion
                or sequenced_at > previous_at + interval {{ var('journey_inactivity_days') }} day
                then sequence_number
        end as begun_at_number
    from with_previous

),

positioned as (

    select
        *,
        sequence_number - max(begun_at_number) over touchpoints_so_far + 1 as position,
        count(begun_at_number) over touchpoints_so_far as journey_number,
        max_by(
            case
                when begun_at_number is not null
                    then {{ surrogate_key(["'journey'", 'touchpoint_id']) }}
            end,
            begun_at_number
        ) over touchpoints_so_far as journey_id
    from marked
    window touchpoints_so_far as (
        partition by person_id
        order by sequence_number
        rows between unbounded preceding and current row
    )

),

journey_touchpoints as (

    select
        positioned.journey_id,
        cast(positioned.position as bigint) as position,
        positioned.touchpoint_id,

        positioned.person_id,
        positioned.session_id,
        positioned.order_id,

        cast(positioned.journey_number as bigint) as journey_number,
        positioned.touchpoint_type,
        positioned.channel,
        positioned.environment,
        positioned.stage,
        positioned.touched_date,
        positioned.source_priority,

        case
            when positioned.position > 1
                then {{ hours_between('positioned.previous_at', 'positioned.sequenced_at') }}
        end as hours_since_previous,

        positioned.is_path_touchpoint,
        positioned.is_research,
        positioned.is_conversion,
        positioned.is_inbound,
        positioned.exclusion_reason,
        positioned.is_excluded,

        positioned.sequenced_at,

        persons.person_fingerprint
    from positioned
    inner join persons
        on positioned.person_id = persons.person_id

)

select * from journey_touchpoints
