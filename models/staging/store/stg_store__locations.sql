with

source as (

    {{ protected_source('store', 'location') }}

),

newest_versions as (

    select
        *,
        {{ version_count('store', 'location') }} as _raw_rows
    from source
    qualify {{ version_number('store', 'location') }} = 1

),

locations as (

    select
        id as location_id,

        name as location_name,
        city,
        province,
        upper(country_code) as country_code,
        {{ local_date(plausible_moment('opened_at')) }} as opened_date,

        {{ plausible_moment('opened_at') }} as opened_at,

        _source_file,
        _loaded_at,
        _row_hash,
        _raw_rows
    from newest_versions

)

select * from locations
