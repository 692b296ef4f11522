with

campaign_days as (

    select * from {{ ref('int_campaign_days__grouped') }}

),

email_campaigns as (

    select * from {{ ref('stg_email__campaigns') }}

),

email_events as (

    select * from {{ ref('stg_email__events') }}

),

sessions as (

    select * from {{ ref('int_web_sessions__classified') }}

),

campaign_names as (

    select * from {{ ref('int_campaign_names__resolved') }}

),

engagements as (

    select * from {{ ref('stg_crm__engagements') }}

),

interactions as (

    select * from {{ ref('stg_social__interactions') }}

),

ads_traces as (

    select
        campaign_id,
        campaign_name,
        'ads' as source_system,
        platform,
        campaign_kind,
        channel,
        source,
        medium,
        cast(null as string) as subject,
        cast(null as string) as workflow_id,
        cast(null as string) as offer_id,
        cast(null as boolean) as is_personalised,
        spend_date as first_date,
        spend_date as last_date,
        1 as priority
    from campaign_days

),

email_traces as (

    select
        campaign_id,
        campaign_name,
        'email' as source_system,
        cast(null as string) as platform,
        campaign_type as campaign_kind,
        'Email' as channel,
        cast(null as string) as source,
        cast(null as string) as medium,
        subject,
        workflow_id,
        offer_id,
        is_personalised,
        sent_date as first_date,
        sent_date as last_date,
        2 as priority
    from email_campaigns

),

web_traces as (

    select
        coalesce(sessions.campaign_id, campaign_names.campaign_id) as campaign_id,
        sessions.campaign as campaign_name,
        'web' as source_system,
        sessions.channel,
        sessions.source,
        sessions.medium,
        min(sessions.started_date) as first_date,
        max(sessions.started_date) as last_date
    from sessions
    left join campaign_names
        on
            sessions.campaign = campaign_names.campaign
            and sessions.campaign_id is null
    where
        sessions.campaign_id is not null
        or sessions.campaign is not null
    group by
        coalesce(sessions.campaign_id, campaign_names.campaign_id),
        sessions.campaign,
        sessions.channel,
        sessions.source,
        sessions.medium

),

-- What other rows say of a campaign is its key and the days on which it was seen.
mentions as (

    select
        campaign_id,
        'email' as source_system,
        cast('Email' as string) as channel,
        min(event_date) as first_date,
        max(event_date) as last_date
    from email_events
    group by campaign_id
    union all
    select
        campaign_id,
        'crm' as source_system,
        cast(null as string) as channel,
        min(engaged_date) as first_date,
        max(engaged_date) as last_date
    from engagements
    where campaign_id is not null
    group by campaign_id
    union all
    select
        campaign_id,
        'social' as source_system,
        cast(null as string) as channel,
        min(interaction_date) as first_date,
        max(interaction_date) as last_date
    from interactions
    where campaign_id is not null
    group by campaign_id

),

traces as (

    select * from ads_traces
    union all
    select * from email_traces
    union all
    select
        campaign_id,
        campaign_name,
        source_system,
        cast(null as string) as platform,
        cast(null as string) as campaign_kind,
        channel,
        source,
        medium,
        cast(null as string) as subject,
        cast(null as string) as workflow_id,
        cast(null as string) as offer_id,
        cast(null as boolean) as is_personalised,
        first_date,
        last_date,
        3 as priority
    from web_traces
    union all
    select
        campaign_id,
        cast(null as string) as campaign_name,
        source_system,
        cast(null as string) as platform,
        cast(null as string) as campaign_kind,
        channel,
        cast(null as string) as source,
        cast(null as string) as medium,
        cast(null as string) as subject,
        cast(null as string) as workflow_id,
        cast(null as string) as offer_id,
        cast(null as boolean) as is_personalised,
        first_date,
        last_date,
        4 as priority
    from mentions

),

spans as (

    select
        campaign_id,
        min(first_date) as first_date,
        max(last_date) as last_date
    from traces
    group by campaign_id

),

-- The system that runs a campaign describes it, with the newest of what it says.
described as (

    select
        campaign_id,
        campaign_name,
        source_system,
        platform,
        campaign_kind,
        channel,
        source,
        medium,
        subject,
        workflow_id,
        offer_id,
        is_personalised
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
        described.campaign_id,

        described.workflow_id,
        described.offer_id,

        described.campaign_name,
        described.source_system,
        described.platform,
        described.campaign_kind,
        described.channel,
        described.source,
        described.medium,
        described.subject,
        spans.first_date,
        spans.last_date,

        described.source_system in ('ads', 'email') as is_listed,
        {{ is_retargeting('described.campaign_name') }} as is_retargeting,
        described.is_personalised
    from described
    inner join spans
        on described.campaign_id = spans.campaign_id

)

select * from dimension
