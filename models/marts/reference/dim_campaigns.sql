with

campaign_names as (

    select * from {{ ref('int_campaign_names__resolved') }}

),

ads_campaigns as (

    select
        campaign_id,
        campaign_name,
        platform,
        campaign_kind,
        channel,
        source,
        medium,
        cast(null as string) as subject,
        cast(null as string) as workflow_id,
        cast(null as string) as offer_id,
        cast(null as boolean) as is_personalised,
        'ads' as source_system,
        1 as priority,
        spend_date as first_date,
        spend_date as last_date
    from {{ ref('int_campaign_days__grouped') }}

),

email_campaigns as (

    select
        campaign_id,
        campaign_name,
        cast(null as string) as platform,
        campaign_type as campaign_kind,
        'Email' as channel,
        cast(null as string) as source,
        cast(null as string) as medium,
        subject,
        workflow_id,
        offer_id,
        is_personalised,
        'email' as source_system,
        2 as priority,
        sent_date as first_date,
        sent_date as last_date
    from {{ ref('int_email_campaigns__described') }}

),

-- Rows that only name a campaign tell its channel and the day on which it was seen.
mentions as (

    select
        coalesce(sessions.campaign_id, campaign_names.campaign_id) as campaign_id,
        sessions.campaign as campaign_name,
        sessions.channel,
        sessions.source,
        sessions.medium,
        'web' as source_system,
        3 as priority,
        sessions.started_date as seen_date
    from {{ ref('int_web_sessions__classified') }} as sessions
    left join campaign_names
        on
            case when sessions.campaign_id is null then sessions.campaign end
            = campaign_names.campaign
    where
        sessions.campaign_id is not null
        or sessions.campaign is not null
    union all
    select
        campaign_id,
        cast(null as string) as campaign_name,
        'Email' as channel,
        cast(null as string) as source,
        cast(null as string) as medium,
        'email' as source_system,
        4 as priority,
        event_date as seen_date
    from {{ ref('stg_email__events') }}
    union all
    select
        campaign_id,
        cast(null as string) as campaign_name,
        cast(null as string) as channel,
        cast(null as string) as source,
        cast(null as string) as medium,
        'crm' as source_system,
        4 as priority,
        engaged_date as seen_date
    from {{ ref('stg_crm__engagements') }}
    where campaign_id is not null
    union all
    select
        campaign_id,
        cast(null as string) as campaign_name,
        cast(null as string) as channel,
        cast(null as string) as source,
        cast(null as string) as medium,
        'social' as source_system,
        4 as priority,
        interaction_date as seen_date
    from {{ ref('stg_social__interactions') }}
    where campaign_id is not null

),

mentioned as (

    select
        campaign_id,
        campaign_name,
        cast(null as string) as platform,
        cast(null as string) as campaign_kind,
        channel,
        source,
        medium,
        cast(null as string) as subject,
        cast(null as string) as workflow_id,
        cast(null as string) as offer_id,
        cast(null as boolean) as is_personalised,
        source_system,
        priority,
        min(seen_date) as first_date,
        max(seen_date) as last_date
    from mentions
    group by campaign_id, campaign_name, channel, source, medium, source_system, priority

),

traces as (

    select * from ads_campaigns
    union all
    select * from email_campaigns
    union all
    select * from mentioned

),

-- The system that runs a campaign describes it, with the newest of what it says.
described as (

    select
        *,
        min(first_date) over (partition by campaign_id) as first_seen_date,
        max(last_date) over (partition by campaign_id) as last_seen_date
    from traces
    qualify
        row_number() over (
            partition by campaign_id
            order by
                priority asc,
                last_date desc nulls last,
                platform asc nulls last,
                campaign_name asc nulls last,
                source_system asc nulls last,
                source asc nulls last,
                medium asc nulls last,
                channel asc nulls last
        ) = 1

),

dimension as (

    select
        campaign_id,

        workflow_id,
        offer_id,

        campaign_name,
        source_system,
        platform,
        campaign_kind,
        channel,
        source,
        medium,
        subject,
        first_seen_date as first_date,
        last_seen_date as last_date,

        source_system in ('ads', 'email') as is_listed,
        {{ is_retargeting('campaign_name') }} as is_retargeting,
        is_personalised
    from described

)

select * from dimension
