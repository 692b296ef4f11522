with

placed as (

    select
        text_id,
        position,
        last_position,
        {{ published_aspect('aspect') }} as aspect,
        aspect = 'payment' as is_payment,
        aspect = 'yardstick' as is_yardstick,
        sentence,
        segment
    from {{ ref('int_review_terms__positioned') }}
    where layer = 'aspect' and aspect is not null

),

opinions as (

    select * from {{ ref('int_review_opinions__listed') }}

),

texts as (

    select * from {{ ref('int_review_texts__tokenised') }}

),

reviews as (

    select * from {{ ref('int_reviews__rated') }}

),

aspects_named as (

    select
        placed.*,
        {{ list_element('texts.words', 'placed.position - 1') }} as word_before,
        case
            when placed.position > 2
                then {{ list_element('texts.words', 'placed.position - 2') }}
        end as word_before_that
    from placed
    inner join texts
        on placed.text_id = texts.text_id

),

-- A noun after "of" belongs to the noun before it. An aspect that its own word judges (cheap), or
-- an idiom around it (a good price), takes no other opinion.
named as (

    select
        aspects_named.*,
        coalesce(
            aspects_named.word_before in (
                'di', 'del', 'della', 'dei', 'delle', 'dello', 'degli', 'dell', 'of'
            )
            or aspects_named.word_before_that = 'of',
            false
        ) as is_belonging,
        opinions.position as judged_at
    from aspects_named
    left join opinions
        on
            aspects_named.text_id = opinions.text_id
            and aspects_named.position >= opinions.position
            and aspects_named.last_position <= opinions.last_position

),

-- An opinion is about the aspect named nearest to it in its sentence. A clause border or an "of"
-- counts as several words: in "the price of the room is too high", the price is too high. Beyond
-- reach, the opinion is about the whole. A payment is a fact: it takes an opinion only from nearby,
-- and never a bare "not". A word for anything (good) is about the product only where nothing else
-- is named nearby.
near_named as (

    select
        opinions.text_id,
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
                opinions.position = named.judged_at
                and opinions.position = opinions.last_position
                and named.aspect = 'product'
                then {{ var('general_word_words') }}
            when
                named.judged_at is null
                and opinions.aspect is null
                and (named.is_belonging or named.is_payment)
                then {{ var('clause_border_words') }}
            else 0
        end as distance,
        named.position as named_position
    from opinions
    inner join named
        on
            opinions.text_id = named.text_id
            and opinions.sentence = named.sentence
            and opinions.position = coalesce(named.judged_at, opinions.position)
            and named.aspect = coalesce(opinions.aspect, named.aspect)
    where not named.is_yardstick and not (opinions.is_bare_negation and named.is_payment)

),

nearest_named as (

    select
        text_id,
        aspect,
        segment,
        points
    from near_named
    where distance <= {{ var('aspect_reach_words') }}
    qualify row_number() over (
        partition by text_id, position, term
        order by distance, named_position, aspect
    ) = 1

),

yardsticks as (

    select distinct
        text_id,
        aspect,
        sentence,
        segment
    from named
    where is_yardstick

),

-- With "for the price", every opinion in the clause is also about the price. If the clause holds
-- none, those of the clauses next to it are.
near_yardsticks as (

    select
        opinions.text_id,
        yardsticks.aspect,
        yardsticks.segment,
        opinions.points
    from opinions
    inner join yardsticks
        on
            opinions.text_id = yardsticks.text_id
            and opinions.sentence = yardsticks.sentence
    where abs(opinions.segment - yardsticks.segment) <= 1
    qualify rank() over (
        partition by yardsticks.text_id, yardsticks.segment
        order by abs(opinions.segment - yardsticks.segment)
    ) = 1

),

assigned as (

    select * from nearest_named
    union all
    select * from near_yardsticks

),

mentions as (

    select
        text_id,
        aspect,
        segment,
        min(case when is_payment or is_yardstick then 1 else 0 end) as needs_opinion
    from named
    group by text_id, aspect, segment

),

-- A mention is a clause that names the aspect, however many of its words do. That something was
-- paid mentions the price only where it is judged.
points_of_mentions as (

    select
        mentions.text_id,
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
            mentions.text_id = assigned.text_id
            and mentions.aspect = assigned.aspect
            and mentions.segment = assigned.segment
    where mentions.needs_opinion = 0 or assigned.text_id is not null
    group by mentions.text_id, mentions.aspect, mentions.segment

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
        reviews.review_id,

        mentions.aspect,

        count(*) as mentions,
        count(*) filter (where mentions.sentiment > {{ var('neutral_sentiment') }})
            as positive_mentions,
        count(*) filter (where mentions.sentiment < -{{ var('neutral_sentiment') }})
            as negative_mentions,
        {{
            sentiment_of_points(
                'sum(mentions.positive_points)',
                'sum(mentions.negative_points)',
                var('sentiment_ground_points')
            )
        }} as sentiment
    from scored_mentions as mentions
    inner join reviews
        on mentions.text_id = reviews.text_id
    group by reviews.review_id, mentions.aspect

)

select * from scored
