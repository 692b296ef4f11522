with

source as (

    {{ protected_source('crm', 'ticket') }}

),

newest_versions as (

    select
        *,
        {{ version_count('crm', 'ticket') }} as _raw_rows
    from source
    qualify {{ version_number('crm', 'ticket') }} = 1

),

tickets as (

    select
        id as ticket_id,

        contact_id,
        order_id,

        property_hs_ticket_category as ticket_category,
        upper(property_hs_ticket_priority) as ticket_priority,
        upper(property_source_type) as ticket_source,
        property_subject as subject,
        property_content as body,
        {{ local_date('property_createdate') }} as created_date,

        {{
            seconds_between('property_createdate', 'property_first_agent_reply_date')
        }} as first_reply_seconds,
        {{ seconds_between('property_createdate', 'property_closed_date') }} as resolution_seconds,

        property_closed_date is not null as is_closed,

        property_createdate as created_at,
        property_first_agent_reply_date as first_replied_at,
        property_closed_date as closed_at,

        _source_file,
        _loaded_at,
        _row_hash,
        _raw_rows
    from newest_versions

)

select * from tickets
