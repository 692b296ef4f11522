{{ config(**by_day([('store', 'visit_zone')])) }}

with

source as (

    {{ protected_source('store', 'visit_zone') }}
    where {{ in_rebuilt_days() }}

),

newest_versions as (

    select
        *,
        {{ version_count('store', 'visit_zone', by_day=true) }} as _raw_rows
    from source
    qualify {{ version_number('store', 'visit_zone', by_day=true) }} = 1

),

visit_zones as (

    select
        {{
            surrogate_key(['visit_id', 'zone', to_epoch_microseconds('entered_at')])
        }} as visit_zone_id,

        visit_id,
        product_id,

        {{ masked('zone') }} as zone,
        {{ local_date('entered_at') }} as entered_date,

        {{ seconds_between('entered_at', 'left_at') }} as dwell_seconds,

        entered_at,
        left_at,

        _source_file,
        _loaded_at,
        _row_hash,
        _raw_rows,
        event_day
    from newest_versions

)

select * from visit_zones
