with

source as (

    {{ protected_source('store', 'fulfillment') }}

),

newest_versions as (

    select
        *,
        {{ version_count('store', 'fulfillment') }} as _raw_rows
    from source
    qualify {{ version_number('store', 'fulfillment') }} = 1

),

fulfillments as (

    select
        id as fulfillment_id,

        order_id,
        location_id,

        method as fulfillment_method,
        lower(trim(status)) as fulfillment_status,
        {{ local_date('created_at') }} as created_date,

        {{ seconds_between('created_at', 'delivered_at') }} as delivery_seconds,

        coalesce(
            lower(trim(status)) in ('cancelled', 'canceled', 'error', 'failure', 'failed'), false
        ) as is_failed,
        case
            when promised_at is not null then coalesce(delivered_at > promised_at, false)
        end as is_late,

        created_at,
        {{ plausible_moment('ready_at') }} as ready_at,
        delivered_at,
        {{ plausible_moment('promised_at') }} as promised_at,

        _source_file,
        _loaded_at,
        _row_hash,
        _raw_rows
    from newest_versions

)

select * from fulfillments
