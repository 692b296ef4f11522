with

source as (

    {{ protected_source('crm', 'event_attendance') }}

),

newest_versions as (

    select
        *,
        {{ version_count('crm', 'event_attendance') }} as _raw_rows
    from source
    qualify {{ version_number('crm', 'event_attendance') }} = 1

),

event_attendances as (

    select
        {{ surrogate_key(['event_id', 'contact_id']) }} as event_attendance_id,

        event_id,
        contact_id,

        event_name,
        kind as event_kind,
        {{ local_date('attended_at') }} as attended_date,

        attended_at,

        _source_file,
        _loaded_at,
        _row_hash,
        _raw_rows
    from newest_versions

)

select * from event_attendances
