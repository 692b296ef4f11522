with

witnessed as (

    select * from {{ ref('int_identifiers__witnessed') }}

),

typed as (

    select * from {{ ref('int_identifiers__typed') }}

),

-- Only narrow columns are read: the fingerprint stands for a touchpoint.
touchpoint_fingerprints as (

    select
        identifier_id,
        additive_fingerprint,
        _loaded_at
    from {{ ref('int_identifier_days__summarised') }}
    union all
    select
        identifier_id,
        additive_fingerprint,
        _loaded_at
    from {{ ref('int_touchpoints__fingerprinted') }}
    where not is_by_day

),

touched as (

    select
        identifier_id,
        cast(sum(additive_fingerprint) as bigint) as touchpoints_fingerprint,
        max(_loaded_at) as _loaded_at
    from touchpoint_fingerprints
    group by identifier_id

),

identifiers as (

    select
        coalesce(witnessed.identifier_id, touched.identifier_id) as identifier_id,

        {{
            additive_fingerprint([
                'coalesce(touched.touchpoints_fingerprint, 0)',
                'coalesce(' ~ to_epoch_microseconds('touched._loaded_at') ~ ', 0)',
                "coalesce(witnessed.identifier_type, typed.identifier_type, '')",
                'coalesce(' ~ to_epoch_microseconds('witnessed.first_at') ~ ', 0)',
                'coalesce(' ~ to_epoch_microseconds('witnessed.last_at') ~ ', 0)',
            ])
        }} as identifier_fingerprint
    from witnessed
    full outer join touched
        on witnessed.identifier_id = touched.identifier_id
    left join typed
        on touched.identifier_id = typed.identifier_id

)

select * from identifiers
