with

source as (

    {{ protected_source('store', 'footfall') }}

),

newest_versions as (

    select
        *,
        {{ version_count('store', 'footfall') }} as _raw_rows
    from source
    qualify {{ version_number('store', 'footfall') }} = 1

),

footfall as (

    select
        {{ surrogate_key(['location_id', 'counter_id', 'started_at']) }} as footfall_id,

        location_id,
        counter_id,

        {{ local_date('started_at') }} as footfall_date,

        interval_minutes,
        case when entries >= 0 then {{ plausible_number('entries') }} end as entries,
        case when exits >= 0 then {{ plausible_number('exits') }} end as exits,

        started_at,

        _source_file,
        _loaded_at,
        _row_hash,
        _raw_rows
    from newest_versions

)

select * from footfall
