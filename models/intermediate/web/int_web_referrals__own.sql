{{ config(materialized='view') }}

with

unwanted_referrals as (

    select * from {{ ref('unwanted_referrals') }}

),

referrals as (

    select
        event_day,
        event_source as source,
        coalesce(page_hostname, '') as page_hostname
    from {{ ref('stg_ga4__events') }}
    where event_medium = 'referral'
    union
    select
        event_day,
        {{ last_click_source() }} as source,
        coalesce(page_hostname, '') as page_hostname
    from {{ ref('stg_ga4__events') }}
    where {{ last_click_medium() }} = 'referral'

),

own_referrals as (

    select distinct
        referrals.event_day,
        referrals.source,
        referrals.page_hostname
    from referrals
    left join unwanted_referrals
        on {{ is_host_within('referrals.source', 'unwanted_referrals.host') }}
    where
        unwanted_referrals.host is not null
        or {{ is_host_within('referrals.source', 'referrals.page_hostname') }}
        or {{ is_host_within('referrals.page_hostname', 'referrals.source') }}

)

select * from own_referrals
