{{ config(**by_day([('email', 'event')], days_before=1, days_after=1)) }}
{#- A late delivery or click also decides about events across midnight: the days before and after
    one that received files are staged again too, and each day is read with one day around it. -#}
{%- set machine_microseconds = var('machine_open_seconds') * 1000000 %}

with

mail_machines as (

    select * from {{ ref('mail_machines') }}

),

traffic_markers as (

    select * from {{ ref('traffic_markers') }}

),

source as (

    {{ protected_source('email', 'event') }}
    where {{ in_rebuilt_days(context_days=1) }}

),

newest_versions as (

    select
        *,
        {{ version_count('email', 'event', by_day=true) }} as _raw_rows
    from source
    qualify {{ version_number('email', 'event', by_day=true) }} = 1

),

messages as (

    select
        *,
        coalesce(sent_by_id, id) as message_id,
        lower(trim(user_agent)) as normal_user_agent,
        {{ to_epoch_microseconds('created') }} as created_microseconds
    from newest_versions

),

-- Patterns are tried on the few distinct user agents, not on every event.
user_agents as (

    select distinct normal_user_agent
    from messages

),

machine_user_agents as (

    select distinct user_agents.normal_user_agent
    from user_agents
    inner join mail_machines
        on user_agents.normal_user_agent like mail_machines.user_agent_pattern

),

-- What else happened to the same message within the seconds no person would need. Some tools export
-- no delivery, so that the sending counts too, and clocks differ, so that an open may come first.
neighbours as (

    select
        *,
        max(case when type in ('SENT', 'DELIVERED') then 1 else 0 end) over (
            partition by message_id
            order by created_microseconds
            range between
            {{ machine_microseconds }} preceding and {{ machine_microseconds }} following
        ) = 1 as is_at_delivery,
        min(case when type = 'CLICK' then url end) over (
            partition by message_id
            order by created_microseconds
            range between
            {{ machine_microseconds }} preceding and {{ machine_microseconds }} following
        ) as least_url_around,
        max(case when type = 'CLICK' then url end) over (
            partition by message_id
            order by created_microseconds
            range between
            {{ machine_microseconds }} preceding and {{ machine_microseconds }} following
        ) as greatest_url_around
    from messages

),

judged as (

    select
        neighbours.*,
        case
            when neighbours.filtered_event then 'filtered'
            when neighbours.type not in ('OPEN', 'CLICK') then null
            when machine_user_agents.normal_user_agent is not null then 'user_agent'
            when neighbours.is_at_delivery then 'at_delivery'
            when
                neighbours.type = 'CLICK'
                and neighbours.least_url_around <> neighbours.greatest_url_around
                then 'several_links_at_once'
        end as machine_reason
    from neighbours
    left join machine_user_agents
        on neighbours.normal_user_agent = machine_user_agents.normal_user_agent

),

events as (

    select
        judged.id as email_event_id,

        judged.message_id,
        judged.campaign_id,

        judged.type as event_type,
        {{ email_hash('judged.recipient') }} as recipient_hash,
        judged.url as link_url,
        judged.machine_reason,
        {{ local_date('judged.created') }} as event_date,

        judged.machine_reason is not null as is_machine,
        coalesce(email_domains.flag = 'internal', false) as is_internal,
        coalesce(email_domains.flag = 'test', false) as is_test,

        judged.created as event_at,

        judged._source_file,
        judged._loaded_at,
        judged._row_hash,
        judged._raw_rows,
        judged.event_day
    from judged
    left join traffic_markers as email_domains
        on
            email_domains.field = 'email_domain'
            and {{ email_domain('judged.recipient') }} = email_domains.marker
    where {{ in_rebuilt_days() }}

)

select * from events
