-- Which posts and networks people take to, and which gain or lose interest from month to month.
with

interactions as (

    select
        interaction_id,
        network,
        post_id,
        interaction_kind,
        direction,
        interaction_date,
        {{ month_of('interaction_date') }} as month,
        coalesce(post_id, '(no post)') as post_key
    from {{ ref('stg_social__interactions') }}

),

touchpoints as (

    select
        source_key as interaction_id,
        person_id
    from {{ ref('int_touchpoints__identity_resolved') }}
    where source_table = 'social.interaction' and not is_excluded

),

months as (

    select distinct first_of_month as month
    from {{ ref('dim_dates') }}

),

posts as (

    select
        network,
        post_key,
        min(case when lower(direction) = 'outbound' then interaction_date end) as posted_date,
        min(month) as first_month
    from interactions
    group by network, post_key

),

newest as (

    select max(month) as newest_month
    from interactions

),

counted as (

    select
        interactions.network,
        interactions.post_key,
        interactions.month,
        count(*) as interactions,
        count(distinct touchpoints.person_id) as persons,
        count(*) filter (where interactions.interaction_kind = 'like') as likes,
        count(*) filter (where interactions.interaction_kind = 'comment') as comments,
        count(*) filter (where interactions.interaction_kind = 'share') as shares,
        count(*) filter (where interactions.interaction_kind = 'follow') as follows,
        count(*) filter (where interactions.interaction_kind = 'mention') as mentions,
        count(*) filter (where interactions.interaction_kind = 'message') as messages,
        count(*) filter (where interactions.interaction_kind = 'order') as orders,
        count(texts.sentiment) as texts,
        cast(sum(texts.sentiment) as double) as sentiments,
        count(*) filter (where {{ sentiment_band('texts.sentiment') }} = 'negative')
            as negative_texts
    from interactions
    inner join touchpoints
        on interactions.interaction_id = touchpoints.interaction_id
    left join {{ ref('int_touchpoint_texts__scored') }} as texts
        on interactions.interaction_id = texts.interaction_id
    group by interactions.network, interactions.post_key, interactions.month

),

-- All months from a post's first to the newest, so that a post without interactions shows it.
post_months as (

    select
        posts.network,
        posts.post_key,
        posts.posted_date,
        posts.first_month,
        months.month
    from posts
    cross join newest
    inner join months
        on months.month between posts.first_month and newest.newest_month

),

with_zeros as (

    select
        post_months.network,
        post_months.post_key,
        post_months.posted_date,
        post_months.month,
        coalesce(counted.interactions, 0) as interactions,
        coalesce(counted.persons, 0) as persons,
        coalesce(counted.likes, 0) as likes,
        coalesce(counted.comments, 0) as comments,
        coalesce(counted.shares, 0) as shares,
        coalesce(counted.follows, 0) as follows,
        coalesce(counted.mentions, 0) as mentions,
        coalesce(counted.messages, 0) as messages,
        coalesce(counted.orders, 0) as orders,
        coalesce(counted.texts, 0) as texts,
        coalesce(counted.negative_texts, 0) as negative_texts,
        counted.sentiments,
        lag(coalesce(counted.interactions, 0)) over (
            partition by post_months.network, post_months.post_key
            order by post_months.month
        ) as interactions_month_before
    from post_months
    left join counted
        on
            post_months.network = counted.network
            and post_months.post_key = counted.post_key
            and post_months.month = counted.month

),

mart_social_engagement as (

    select
        month,
        network,
        post_key as post_id,
        posted_date,

        interactions,
        persons,
        likes,
        comments,
        shares,
        follows,
        mentions,
        messages,
        orders,

        interactions_month_before,
        interactions - interactions_month_before as change_on_month,
        case
            when interactions_month_before is null then 'new'
            when interactions > interactions_month_before then 'gained'
            when interactions < interactions_month_before then 'lost'
            else 'steady'
        end as interest,

        texts,
        {{ ratio('sentiments', 'texts') }} as mean_sentiment,
        {{ ratio('negative_texts', 'texts') }} as negative_share
    from with_zeros

)

select * from mart_social_engagement
