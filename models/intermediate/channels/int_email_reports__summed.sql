-- A campaign reported as a whole and in parts would count twice: the rows of the coarsest kind
-- count, and where two tools report one key, those of the first by name.
with

reports as (

    select
        *,
        dense_rank() over (
            partition by campaign_id
            order by
                case when report_date is null then 0 else 1 end,
                case when variant is null then 0 else 1 end,
                tool
        ) as kind_rank
    from {{ ref('stg_email__campaign_reports') }}

),

summed as (

    select
        campaign_id,

        max(tool) as tool,
        max(campaign_name) as campaign_name,
        max(subject) as subject,
        {{ local_date('min(sent_at)') }} as sent_date,

        cast(sum(recipients) as bigint) as recipients,
        cast(sum(deliveries) as bigint) as deliveries,
        cast(sum(opens) as bigint) as opens,
        cast(sum(unique_opens) as bigint) as unique_opens,
        cast(sum(clicks) as bigint) as clicks,
        cast(sum(unique_clicks) as bigint) as unique_clicks,
        cast(sum(bounces) as bigint) as bounces,
        cast(sum(unsubscribes) as bigint) as unsubscribes,
        cast(sum(spam_reports) as bigint) as spam_reports,
        cast(sum(orders) as bigint) as orders,
        cast(sum(revenue_amount) as decimal(18, 2)) as revenue_amount,

        max(reported_at) as reported_at
    from reports
    where kind_rank = 1
    group by campaign_id

)

select * from summed
