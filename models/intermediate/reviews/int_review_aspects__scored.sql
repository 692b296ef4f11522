with

words as (

    select
        review_id,
        position,
        sentence,
        segment
    from {{ ref('int_review_words__placed') }}

),

matches as (

    select
        review_id,
        position,
        last_position,
        aspect
    from {{ ref('int_review_terms__matched') }}
    where aspect is not null

),

opinions as (

    select * from {{ ref('int_review_opinions__weighed') }}

),

named as (

    select
        matches.review_id,
        matches.position,
        matches.last_position,
        matches.aspect,
        words.sentence,
        words.segment
    from matches
    inner join words
        on
            matches.review_id = words.review_id
            and matches.position = words.position

),

-- An opinion is about what is named nearest to it in its sentence. The border of a clause counts
-- as some words more; what is too far away is about the whole.
near_named as (

    select
        opinions.review_id,
        opinions.position,
        opinions.source,
        opinions.term,
        opinions.points,
        named.aspect,
        named.segment,
        case
            when opinions.position < named.position then named.position - opinions.position
            when opinions.position > named.last_position
                then opinions.position - named.last_position
            else 0
        end
        + {{ var('clause_border_words') }} * abs(opinions.segment - named.segment) as distance,
        named.position as named_position
    from opinions
    inner join named
        on
            opinions.review_id = named.review_id
            and opinions.sentence = named.sentence

),

assigned as (

    select
        review_id,
        aspect,
        segment,
        points
    from near_named
    where distance <= {{ var('aspect_reach_words') }}
    qualify row_number() over (
        partition by review_id, position, source, term
        order by distance, named_position, aspect
    ) = 1

),

mentions as (

    select distinct
        review_id,
        aspect,
        segment
    from named

),

-- A mention is a clause that names the aspect, however many of its words do.
points_of_mentions as (

    select
        mentions.review_id,
        mentions.aspect,
        mentions.segment,
        coalesce(
            sum(case when assigned.points > 0 then assigned.points else 0 end), 0
        ) as positive_points,
        coalesce(
            sum(case when assigned.points < 0 then -assigned.points else 0 end), 0
        ) as negative_points
    from mentions
    left join assigned
        on
            mentions.review_id = assigned.review_id
            and mentions.aspect = assigned.aspect
            and mentions.segment = assigned.segment
    group by mentions.review_id, mentions.aspect, mentions.segment

),

scored_mentions as (

    select
        *,
        {{
            sentiment_of_points(
                'positive_points', 'negative_points', var('sentiment_ground_points')
            )
        }} as sentiment
    from points_of_mentions

),

scored as (

    select
        review_id,
        aspect,

        cast(count(*) as bigint) as mentions,
        cast(
            sum(case when sentiment > {{ var('neutral_sentiment') }} then 1 else 0 end)
            as bigint
        ) as positive_mentions,
        cast(
            sum(case when sentiment < -{{ var('neutral_sentiment') }} then 1 else 0 end)
            as bigint
        ) as negative_mentions,
        {{
            sentiment_of_points(
                'sum(positive_points)', 'sum(negative_points)', var('sentiment_ground_points')
            )
        }} as sentiment
    from scored_mentions
    group by review_id, aspect

)

select * from scored
