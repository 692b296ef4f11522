with

reviews as (

    select
        rated.review_id,
        rated.text_id,
        rated.fold,
        rated.rating_scaled,
        proven.percent
    from {{ ref('int_reviews__rated') }} as rated
    inner join {{ ref('int_review_stars__proven') }} as proven
        on
            rated.language = proven.language
            and rated.platform = proven.platform
            and rated.fold = proven.fold

),

languages as (

    select * from {{ ref('int_review_languages__detected') }}

),

texts as (

    select text_id
    from {{ ref('int_review_texts__tokenised') }}
    where {{ list_length('words') }} > 0

),

opinions as (

    select * from {{ ref('int_review_opinions__weighted') }}

),

points as (

    select
        text_id,
        fold,
        percent,
        sum(case when points > 0 then points else 0 end) as positive_points,
        sum(case when points < 0 then -points else 0 end) as negative_points,
        count(*) as opinions
    from opinions
    group by text_id, fold, percent

),

terms as (

    select
        text_id,
        fold,
        percent,
        term,
        sum(points) as points,
        min(position) as position
    from opinions
    group by text_id, fold, percent, term

),

ranked_terms as (

    select
        text_id,
        fold,
        percent,
        cast(row_number() over (
            partition by text_id, fold, percent
            order by abs(points) desc, position, term asc
        ) as integer) as rank,
        case when points > 0 then '+' else '-' end || term as driver
    from terms
    where points <> 0
    qualify rank <= {{ var('review_drivers') }}

),

drivers as (

    select
        text_id,
        fold,
        percent,
        {{
            join_list(
                list_transform(
                    sorted_list(struct_of([('rank', 'rank'), ('driver', 'driver')]), 'true'),
                    'element.driver'
                ),
                ', '
            )
        }} as drivers
    from ranked_terms
    group by text_id, fold, percent

),

scored as (

    select
        reviews.review_id,

        languages.language,
        languages.declared_language,
        reviews.rating_scaled,
        drivers.drivers,

        cast(coalesce(points.positive_points, 0) as bigint) as positive_points,
        cast(coalesce(points.negative_points, 0) as bigint) as negative_points,
        cast(coalesce(points.opinions, 0) as bigint) as opinions,
        -- A text in a language without word lists has no sentiment.
        case
            when
                texts.text_id is not null
                and (languages.list_language <> 'und' or points.opinions > 0)
                then {{
                    sentiment_of_points(
                        'coalesce(points.positive_points, 0)',
                        'coalesce(points.negative_points, 0)',
                        var('sentiment_ground_points')
                    )
                }}
        end as sentiment
    from reviews
    inner join languages
        on reviews.text_id = languages.text_id
    left join texts
        on reviews.text_id = texts.text_id
    left join points
        on
            reviews.text_id = points.text_id
            and reviews.fold = points.fold
            and reviews.percent = points.percent
    left join drivers
        on
            reviews.text_id = drivers.text_id
            and reviews.fold = drivers.fold
            and reviews.percent = drivers.percent

),

labelled as (

    select
        *,
        case when sentiment is not null then {{ sentiment_band('sentiment') }} end
            as sentiment_label
    from scored

),

-- How much of all that was weighed speaks for the verdict: for a side, its own words; for neutral,
-- that both sides have their say. Nothing said is no ground for any verdict.
with_confidence as (

    select
        *,
        case
            when sentiment is not null
                then cast(
                    round(
                        cast(
                            case sentiment_label
                                when 'positive' then positive_points
                                when 'negative' then negative_points
                                else 2 * least(positive_points, negative_points)
                            end
                            as double
                        )
                        / cast(
                            positive_points + negative_points
                            + {{ var('sentiment_ground_points') }}
                            as double
                        ),
                        4
                    ) as decimal(5, 4)
                )
        end as confidence
    from labelled

)

select * from with_confidence
