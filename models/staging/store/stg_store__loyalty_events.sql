{{ config(**by_day([('store', 'loyalty_event')])) }}

with

source as (

    {{ protected_source('store', 'loyalty_event') }}
    where {{ in_rebuilt_days() }}

),

newest_versions as (

    select
        *,
        {{ version_count('store', 'loyalty_event', by_day=true) }} as _raw_rows
    from source
    qualify {{ version_number('store', 'loyalty_event', by_day=true) }} = 1

),

loyalty_events as (

    select
        id as loyalty_event_id,

        loyalty_card as loyalty_card_id,
        order_id,

        kind as loyalty_event_kind,
        tier,
        {{ local_date('occurred_at') }} as loyalty_event_date,

        {{ plausible_number('points') }} as points,

        occurred_at as loyalty_event_at,

        _source_file,
        _loaded_at,
        _row_hash,
        _raw_rows,
        event_day
    from newest_versions

)

select * from loyalty_events
