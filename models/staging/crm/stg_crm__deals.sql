with

source as (

    {{ protected_source('crm', 'deal') }}

),

newest_versions as (

    select
        *,
        {{ version_count('crm', 'deal') }} as _raw_rows
    from source
    qualify {{ version_number('crm', 'deal') }} = 1

),

deals as (

    select
        deal_id,

        contact_id,
        property_order_id as order_id,

        lower(property_dealstage) as deal_stage,
        {{ local_date('property_createdate') }} as created_date,
        {{ local_date(plausible_moment('property_closedate')) }} as close_date,

        {{ plausible_amount('property_amount') }} as deal_amount,

        property_createdate as created_at,
        {{ plausible_moment('property_closedate') }} as close_at,

        _source_file,
        _loaded_at,
        _row_hash,
        _raw_rows
    from newest_versions

)

select * from deals
