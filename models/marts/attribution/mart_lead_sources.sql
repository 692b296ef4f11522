with

sessions as (

    select
        session_id,
        landing_page
    from {{ ref('fct_sessions') }}
    where not is_excluded

),

form_submissions as (

    select * from {{ ref('stg_crm__contact_form_submissions') }}

),

orders as (

    select
        person_id,
        ordered_at
    from {{ ref('fct_orders') }}
    where is_conversion

),

lead_campaigns as (

    select
        campaign_days.campaign_id,
        min(campaigns.campaign_name) as campaign_name,
        cast(sum(campaign_days.clicks) as bigint) as clicks,
        cast(sum(campaign_days.leads) as bigint) as leads,
        cast(sum(campaign_days.cost_amount) as decimal(18, 2)) as spend
    from {{ ref('int_campaign_days__costed') }} as campaign_days
    left join {{ ref('dim_campaigns') }} as campaigns
        on campaign_days.campaign_id = campaigns.campaign_id
    group by campaign_days.campaign_id
    having sum(campaign_days.leads) is not null or max(campaign_days.campaign_kind) = 'lead_form'

),

-- A form of a campaign carries the campaign's id or name; other forms are of the site.
campaigns_of_forms as (

    select
        form_submissions.form_submission_id,
        min(lead_campaigns.campaign_id) as campaign_id
    from form_submissions
    inner join lead_campaigns
        on
            form_submissions.form_id = lead_campaigns.campaign_id
            or form_submissions.conversion_id = lead_campaigns.campaign_id
            or lower(form_submissions.form_title) = lower(lead_campaigns.campaign_name)
    group by form_submissions.form_submission_id

),

forms as (

    select
        touchpoints.touchpoint_id,
        touchpoints.person_id,
        touchpoints.touched_at,
        touchpoints.touched_date,
        campaigns_of_forms.campaign_id,
        sessions.landing_page,
        nullif(
            {{
                remove_pattern(
                    remove_pattern('form_submissions.page_location', '^[a-z]+://[^/]*'), '[?#].*$'
                )
            }},
            ''
        ) as form_page
    from {{ ref('fct_touchpoints') }} as touchpoints
    left join form_submissions
        on touchpoints.source_key = form_submissions.form_submission_id
    left join campaigns_of_forms
        on form_submissions.form_submission_id = campaigns_of_forms.form_submission_id
    left join sessions
        on touchpoints.session_id = sessions.session_id
    where
        touchpoints.touchpoint_type in ('lead_form', 'form_submission')
        and touchpoints.person_id is not null
        and not touchpoints.is_excluded

),

-- The site and the CRM often record the same form: the record with more columns filled counts.
leads as (

    select
        person_id,
        touched_at,
        case
            when campaign_id is not null then 'lead_form'
            when landing_page is not null then 'landing_page'
            else 'form_page'
        end as source_kind,
        coalesce(campaign_id, landing_page, form_page, 'unknown') as source_key
    from forms
    qualify
        row_number() over (
            partition by person_id
            order by
                touched_date,
                case when campaign_id is null then 1 else 0 end,
                case when landing_page is null then 1 else 0 end,
                touched_at,
                touchpoint_id
        ) = 1

),

orders_of_leads as (

    select
        leads.person_id,
        bool_or(orders.ordered_at < leads.touched_at) as was_customer,
        min(case when orders.ordered_at >= leads.touched_at then orders.ordered_at end)
            as won_at
    from leads
    inner join orders
        on leads.person_id = orders.person_id
    group by leads.person_id

),

newest as (

    select max(ordered_at) as newest_ordered_at
    from orders

),

-- A lead counts once all its days are over.
judged as (

    select
        leads.source_kind,
        leads.source_key,
        coalesce(orders_of_leads.was_customer, false) as was_customer,
        coalesce(
            orders_of_leads.won_at
            <= leads.touched_at + interval {{ var('lead_conversion_days') }} day,
            false
        ) as is_won,
        leads.touched_at + interval {{ var('lead_conversion_days') }} day
        <= newest.newest_ordered_at as is_judged
    from leads
    cross join newest
    left join orders_of_leads
        on leads.person_id = orders_of_leads.person_id

),

counted as (

    select
        source_kind,
        source_key,
        count(*) filter (where not was_customer) as leads,
        count(*) filter (where was_customer) as leads_of_customers,
        count(*) filter (where is_judged and not was_customer) as matured_leads,
        count(*) filter (where is_judged and is_won and not was_customer) as won_leads
    from judged
    group by source_kind, source_key

),

sources as (

    select
        'landing_page' as source_kind,
        landing_page as source_key,
        landing_page as source_name,
        count(*) as arrivals,
        cast(null as bigint) as platform_leads,
        cast(null as decimal(18, 2)) as spend
    from sessions
    where landing_page is not null
    group by landing_page
    union all
    select
        'lead_form' as source_kind,
        campaign_id as source_key,
        coalesce(campaign_name, campaign_id) as source_name,
        clicks as arrivals,
        leads as platform_leads,
        spend
    from lead_campaigns

),

joined as (

    select
        coalesce(sources.source_kind, counted.source_kind) as source_kind,
        coalesce(sources.source_key, counted.source_key) as source_key,
        coalesce(sources.source_name, counted.source_key) as source_name,
        sources.arrivals,
        coalesce(sources.platform_leads, counted.leads + counted.leads_of_customers, 0)
            as all_leads,
        sources.spend,
        coalesce(counted.leads, 0) as known_leads,
        coalesce(counted.leads_of_customers, 0) as leads_of_customers,
        coalesce(counted.matured_leads, 0) as matured_leads,
        coalesce(counted.won_leads, 0) as won_leads
    from sources
    full join counted
        on
            sources.source_kind = counted.source_kind
            and sources.source_key = counted.source_key

),

lead_sources as (

    select
        {{ surrogate_key(['source_kind', 'source_key']) }} as lead_source_id,

        case when source_kind = 'lead_form' then source_key end as campaign_id,

        source_kind,
        source_name,

        arrivals,
        all_leads as leads,
        {{ ratio('all_leads', 'arrivals', 6) }} as lead_rate,
        {{ wilson_low('all_leads', 'arrivals') }} as lead_rate_low,
        {{ wilson_high('all_leads', 'arrivals') }} as lead_rate_high,
        spend,
        round(cast(spend as double) / nullif(cast(all_leads as double), 0), 4) as cost_per_lead,
        known_leads,
        leads_of_customers,
        matured_leads,
        won_leads,
        {{ ratio('won_leads', 'matured_leads', 6) }} as conversion_rate,
        {{ wilson_low('won_leads', 'matured_leads') }} as conversion_rate_low,
        {{ wilson_high('won_leads', 'matured_leads') }} as conversion_rate_high
    from joined

)

select * from lead_sources
