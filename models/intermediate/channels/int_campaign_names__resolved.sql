with

campaign_days as (

    select * from {{ ref('int_campaign_days__grouped') }}

),

email_campaigns as (

    select * from {{ ref('int_email_campaigns__described') }}

),

sessions as (

    select * from {{ ref('int_web_sessions__classified') }}

),

known_names as (

    select distinct
        campaign_id,
        lower(campaign_name) as name_key,
        1 as priority
    from campaign_days
    union all
    select
        campaign_id,
        lower(campaign_name) as name_key,
        2 as priority
    from email_campaigns
    union all
    select distinct
        campaign_id,
        lower(campaign) as name_key,
        3 as priority
    from sessions
    where campaign_id is not null

),

campaigns_of_names as (

    select
        name_key,
        campaign_id
    from known_names
    qualify
        row_number() over (
            partition by name_key
            order by priority, campaign_id
        ) = 1

),

names_without_id as (

    select distinct campaign
    from sessions
    where
        campaign is not null
        and campaign_id is null

),

resolved as (

    select
        names_without_id.campaign,

        coalesce(
            campaigns_of_names.campaign_id,
            {{ surrogate_key(["'campaign'", 'lower(names_without_id.campaign)']) }}
        ) as campaign_id,

        campaigns_of_names.campaign_id is not null as is_known
    from names_without_id
    left join campaigns_of_names
        on lower(names_without_id.campaign) = campaigns_of_names.name_key

)

select * from resolved
