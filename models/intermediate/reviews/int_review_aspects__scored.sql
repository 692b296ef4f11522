with

placed as (

    select
        review_id,
        layer,
        position,
        last_position,
        written,
        aspect,
        sentence,
        segment
    from {{ ref('int_review_terms__positioned') }}

),

opinions as (

    select * from {{ ref('int_review_opinions__listed') }}

),

texts as (

    select
        review_id,
        words
    from {{ ref('int_review_texts__tokenised') }}

),

words as (

    {{ list_rows('texts', ['review_id'], 'words', 'word') }}

),

-- What follows an of, or an of with its article, belongs to what stands before it.
belonging as (

    select
        review_id,
        position + 1 as position
    from words
    where word in ('di', 'del', 'della', 'dei', 'delle', 'dello', 'degli', 'dell', 'of')
    union all
    select
        review_id,
        position + 2 as position
    from words
    where word = 'of'

),

judging_words as (

    select
        review_id,
        position
    from opinions
    where position = last_position

),

named as (

    select
        placed.review_id,
        placed.position,
        placed.last_position,
        placed.aspect,
        placed.sentence,
        placed.segment,
        belonging.review_id is not null as is_belonging,
        judging_words.review_id is not null as is_judging
    from placed
    left join belonging
        on
            placed.review_id = belonging.review_id
            and placed.position = belonging.position
    left join judging_words
        on
            placed.review_id = judging_words.review_id
            and placed.position = judging_words.position
            and placed.position = placed.last_position
    where placed.aspect is not null

),

-- An opinion is about what is named nearest to it in its sentence. The border of a clause counts
-- as some words more, and so does an of: the price of the room is what is too high, not the room.
-- What is too far away is about the whole. A word that names an aspect by judging it (cheap) takes
-- no other opinion.
near_named as (

    select
        opinions.review_id,
        opinions.position,
        opinions.term,
        opinions.points,
        named.aspect,
        named.segment,
        case
            when opinions.last_position < named.position
                then named.position - opinions.last_position
            when opinions.position > named.last_position
                then opinions.position - named.last_position
            else 0
        end
        + {{ var('clause_border_words') }} * abs(opinions.segment - named.segment)
        + case
            when
                opinions.position between named.position and named.last_position
                then 0
            when named.is_belonging then {{ var('clause_border_words') }}
            else 0
        end as distance,
        named.position as named_position
    from opinions
    inner join named
        on
            opinions.review_id = named.review_id
            and opinions.sentence = named.sentence
            and (not named.is_judging or opinions.position = named.position)

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
        partition by review_id, position, term
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
