-- How tickets and comments, mentions and messages on social networks sound: the lists that judge
-- reviews, looked up in texts that are too short for more. A not up to two words before turns a
-- word around.
with

interactions as (

    select
        interaction_id,
        body
    from {{ ref('stg_social__interactions') }}
    where body is not null and lower(direction) = 'inbound'
    union all
    select
        ticket_id as interaction_id,
        concat_ws('. ', subject, body) as body
    from {{ ref('stg_crm__tickets') }}
    where subject is not null or body is not null

),

terms as (

    select *
    from {{ ref('int_review_terms__inflected') }}
    where layer = 'sentiment' and language = '{{ var("default_review_language") }}'

),

readable as (

    {{ readable_texts('interactions', 'interaction_id', 'body') }}

),

texts as (

    select
        interaction_id,
        {{ tokens_of('text') }} as tokens
    from readable

),

positions as (

    select
        interaction_id,
        tokens,
        {{ unnest_positions('tokens') }} as position
    from texts
    where {{ list_length('tokens') }} > 0

),

words as (

    select
        interaction_id,
        position,
        {{ shortened_vowels(folded(list_element('tokens', 'position'))) }} as word
    from positions

),

in_context as (

    select
        interaction_id,
        position,
        word,
        word || ' ' || lead(word, 1) over in_turn as two_words,
        word || ' ' || lead(word, 1) over in_turn || ' ' || lead(word, 2) over in_turn
            as three_words,
        lag(word, 1) over in_turn as word_before,
        lag(word, 2) over in_turn as word_before_that
    from words
    window in_turn as (
        partition by interaction_id
        order by position
    )

),

phrases as (

    select
        interaction_id,
        position,
        1 as tokens,
        word as phrase,
        word_before,
        word_before_that
    from in_context
    union all
    select
        interaction_id,
        position,
        2 as tokens,
        two_words as phrase,
        word_before,
        word_before_that
    from in_context
    union all
    select
        interaction_id,
        position,
        3 as tokens,
        three_words as phrase,
        word_before,
        word_before_that
    from in_context

),

negations as (

    select distinct term
    from terms
    where role = 'negation' and tokens = 1

),

matches as (

    select
        phrases.interaction_id,
        phrases.position,
        phrases.word_before,
        phrases.word_before_that,
        phrases.tokens,
        terms.points
    from phrases
    inner join terms
        on
            phrases.phrase = terms.term
            and phrases.tokens = terms.tokens
    where terms.points <> 0

),

-- Of what begins at one word the longest counts, and nothing that begins within it.
longest as (

    select * from matches
    qualify
        row_number() over (
            partition by interaction_id, position
            order by -tokens, points
        ) = 1

),

after_others as (

    select
        *,
        max(position + tokens) over (
            partition by interaction_id
            order by position
            rows between unbounded preceding and 1 preceding
        ) as free_from
    from longest

),

weighed as (

    select
        after_others.interaction_id,
        case
            when negations_before.term is not null or negations_before_that.term is not null
                then -after_others.points
            else after_others.points
        end as points
    from after_others
    left join negations as negations_before
        on after_others.word_before = negations_before.term
    left join negations as negations_before_that
        on after_others.word_before_that = negations_before_that.term
    where after_others.free_from is null or after_others.position >= after_others.free_from

),

summed as (

    select
        interaction_id,
        sum(case when points > 0 then points else 0 end) as positive_points,
        sum(case when points < 0 then -points else 0 end) as negative_points
    from weighed
    group by interaction_id

),

scored as (

    select
        interactions.interaction_id,
        {{ sentiment_of_points(
            'coalesce(summed.positive_points, 0)',
            'coalesce(summed.negative_points, 0)',
            var('sentiment_ground_points')
        ) }} as sentiment
    from interactions
    left join summed
        on interactions.interaction_id = summed.interaction_id

)

select * from scored
