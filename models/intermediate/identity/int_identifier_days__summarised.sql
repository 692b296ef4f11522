{{ config(**incremental_by('event_day')) }}
{%- set days = days_to_rebuild([
    ('ga4', 'event'), ('email', 'event'), ('store', 'visit'), ('store', 'loyalty_event'),
    ('social', 'interaction')
]) %}

with

touchpoints as (

    select
        coalesce(
            {{ login_identifier_id('user_id') }},
            {{ identifier_id('device', device_value('stream_id', 'user_pseudo_id')) }}
        ) as identifier_id,
        'ga4' as source_system,
        event_at as touched_at,
        _loaded_at,
        event_day
    from {{ ref('stg_ga4__events') }}
    where {{ is_day_in(days) }} and event_name = 'session_start'
    union all
    select
        {{ identifier_id('email', 'recipient_hash') }},
        'email',
        event_at,
        _loaded_at,
        event_day
    from {{ ref('stg_email__events') }}
    where {{ is_day_in(days) }}
    union all
    select
        coalesce(
            {{ identifier_id('loyalty_card', 'loyalty_card_id') }},
            {{ identifier_id('email', 'email_hash') }},
            {{ identifier_id('order', 'order_id') }}
        ),
        'store',
        entered_at,
        _loaded_at,
        event_day
    from {{ ref('stg_store__visits') }}
    where {{ is_day_in(days) }}
    union all
    select
        {{ identifier_id('handle', "network || '|' || author_handle_hash") }},
        'social',
        interaction_at,
        _loaded_at,
        event_day
    from {{ ref('stg_social__interactions') }}
    where {{ is_day_in(days) }}

),

identifier_days as (

    select
        {{ surrogate_key(['identifier_id', 'event_day']) }} as identifier_day_id,

        identifier_id,

        min(source_system) as source_system,

        count(*) as touchpoints,
        cast(sum(floor({{ to_epoch_microseconds('touched_at') }} * 0.000001)) as bigint)
            as touched_seconds_sum,

        min(touched_at) as first_contact_at,
        max(touched_at) as last_contact_at,

        max(_loaded_at) as _loaded_at,
        event_day
    from touchpoints
    where identifier_id is not null
    group by identifier_id, event_day

)

select * from identifier_days
