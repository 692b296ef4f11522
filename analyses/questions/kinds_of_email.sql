-- Which kinds of e-mail do people open and click, and how much of the opening is machines?
-- Grain: one row per kind of e-mail campaign.
-- Read: machine_share_of_opens is what an e-mail tool adds to its open rate by itself; judge by
-- clicks of persons.

with

touchpoints as (

    select
        campaign_id,
        touchpoint_type,
        is_excluded
    from {{ ref('fct_touchpoints') }}
    where
        touchpoint_type in ('email_delivered', 'email_open', 'email_click', 'email_unsubscribe')
        and (not is_excluded or exclusion_reason = 'machine')

),

campaigns as (

    select
        campaign_id,
        campaign_kind
    from {{ ref('dim_campaigns') }}

),

counted as (

    select
        coalesce(campaigns.campaign_kind, 'unknown') as campaign_kind,
        count(*) filter (where touchpoints.touchpoint_type = 'email_delivered') as delivered,
        count(*) filter (where touchpoints.touchpoint_type = 'email_open') as all_opens,
        count(*) filter (
            where touchpoints.touchpoint_type = 'email_open' and not touchpoints.is_excluded
        ) as opens,
        count(*) filter (
            where touchpoints.touchpoint_type = 'email_click' and not touchpoints.is_excluded
        ) as clicks,
        count(*) filter (where touchpoints.touchpoint_type = 'email_unsubscribe')
            as unsubscribes
    from touchpoints
    left join campaigns
        on touchpoints.campaign_id = campaigns.campaign_id
    group by coalesce(campaigns.campaign_kind, 'unknown')

),

kinds_of_email as (

    select
        campaign_kind,
        delivered,
        {{ ratio('opens', 'delivered') }} as open_rate,
        {{ ratio('all_opens', 'delivered') }} as open_rate_with_machines,
        {{ ratio('(all_opens - opens)', 'all_opens') }} as machine_share_of_opens,
        {{ ratio('clicks', 'delivered') }} as click_rate,
        {{ ratio('unsubscribes', 'delivered') }} as unsubscribe_rate
    from counted

)

select * from kinds_of_email
order by delivered desc, campaign_kind asc
