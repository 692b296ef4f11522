with

reviews as (

    select
        review_id,
        {{ sentiment_of_score('rating', '1', 'rating_scale') }} as rating_scaled
    from {{ ref('stg_reviews__reviews') }}
    where copy_of_review_id is null

),

languages as (

    select * from {{ ref('int_review_languages__detected') }}

),

texts as (

    select review_id
    from {{ ref('int_review_texts__tokenised') }}

),

opinions as (

    select * from {{ ref('int_review_opinions__weighted') }}

),

points as (

    select
        review_id,
        sum(case when points > 0 then points else 0 end) as positive_points,
        sum(case when points < 0 then -points else 0 end) as negative_points,
        count(*) as opinions
    from opinions
    group by review_id

),

terms as (

    select
        review_id,
        term,
        sum(points) as points,
        min(position) as position
    from opinions
    group by review_id, term

),

ranked_terms as (

    select
        review_id,
        cast(row_number() over (
            partition by review_id
            order by abs(points) desc, position, term asc
        ) as integer) as rank,
        case when points > 0 then '+' else '-' end || term as driver
    from terms
    where points <> 0

),

drivers as (

    select
        review_id,
        {{
            join_list(
                list_transform(
                    sorted_list(
                        struct_of([('rank', 'rank'), ('driver', 'driver')]),
                        'rank <= ' ~ var('review_drivers')
                    ),
                    'element.driver'
                ),
                ', '
            )
        }} as drivers
    from ranked_terms
    group by review_id

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
        -- In a language that nobody can read, nothing said is no verdict.
        case
            when
                texts.review_id is not null
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
        on reviews.review_id = languages.review_id
    left join texts
        on reviews.review_id = texts.review_id
    left join points
        on reviews.review_id = points.review_id
    left join drivers
        on reviews.review_id = drivers.review_id

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
