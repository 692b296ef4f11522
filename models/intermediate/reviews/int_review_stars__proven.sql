with

reviews as (

    select
        text_id,
        language,
        platform,
        fold,
        is_positive - is_negative as side
    from {{ ref('int_reviews__rated') }}
    where not is_internal

),

rated as (

    select * from reviews
    where side <> 0

),

listed as (

    select
        text_id,
        sum(points) as points
    from {{ ref('int_review_opinions__listed') }}
    group by text_id

),

learned as (

    select
        text_id,
        fold,
        sum(points) as points
    from {{ ref('int_review_opinions__learned') }}
    group by text_id, fold

),

quarters as (

    select {{ unnest_range('0', '6') }} as quarter

),

percents as (

    select cast(25 * quarter as integer) as percent
    from quarters

),

-- On which side a text would come to stand if the stars' words weighed so much.
tried as (

    select
        rated.language,
        rated.platform,
        rated.fold,
        percents.percent,
        rated.side,
        case
            when
                sign(
                    100 * coalesce(listed.points, 0)
                    + percents.percent * coalesce(learned.points, 0)
                ) = rated.side
                then 1
            else 0
        end as is_right
    from rated
    cross join percents
    left join listed
        on rated.text_id = listed.text_id
    left join learned
        on
            rated.text_id = learned.text_id
            and rated.fold = learned.fold

),

by_fold as (

    select
        language,
        platform,
        fold,
        percent,
        count(*) filter (where side = 1) as positives,
        count(*) filter (where side = -1) as negatives,
        sum(case when side = 1 then is_right else 0 end) as right_positives,
        sum(case when side = -1 then is_right else 0 end) as right_negatives
    from tried
    group by language, platform, fold, percent

),

folds as (

    select distinct
        language,
        platform,
        fold
    from {{ ref('int_reviews__rated') }}

),

-- The other folds decide for each fold: the platform's own reviews if there are enough of both
-- kinds, else all of the language.
of_others as (

    select
        folds.language,
        folds.platform,
        folds.fold,
        by_fold.percent,
        sum(case when folds.platform = by_fold.platform then by_fold.positives else 0 end)
            as platform_positives,
        sum(case when folds.platform = by_fold.platform then by_fold.negatives else 0 end)
            as platform_negatives,
        sum(case when folds.platform = by_fold.platform then by_fold.right_positives else 0 end)
            as platform_right_positives,
        sum(case when folds.platform = by_fold.platform then by_fold.right_negatives else 0 end)
            as platform_right_negatives,
        sum(by_fold.positives) as positives,
        sum(by_fold.negatives) as negatives,
        sum(by_fold.right_positives) as right_positives,
        sum(by_fold.right_negatives) as right_negatives
    from folds
    inner join by_fold
        on
            folds.language = by_fold.language
            and folds.fold <> by_fold.fold
    group by folds.language, folds.platform, folds.fold, by_fold.percent

),

-- Satisfied and dissatisfied authors count alike, however many there are of each.
accuracies as (

    select
        language,
        platform,
        fold,
        percent,
        case
            when
                least(platform_positives, platform_negatives)
                >= {{ var('review_learning_min_authors') }}
                then round(
                    cast(platform_right_positives as double) / platform_positives
                    + cast(platform_right_negatives as double) / platform_negatives,
                    6
                )
            when least(positives, negatives) >= {{ var('review_learning_min_authors') }}
                then round(
                    cast(right_positives as double) / positives
                    + cast(right_negatives as double) / negatives,
                    6
                )
        end as accuracy
    from of_others

),

best as (

    select
        language,
        platform,
        fold,
        percent
    from accuracies
    where accuracy is not null
    qualify row_number() over (
        partition by language, platform, fold
        order by accuracy desc, percent asc
    ) = 1

),

proven as (

    select
        folds.language,
        folds.platform,
        folds.fold,
        coalesce(best.percent, 0) as percent
    from folds
    left join best
        on
            folds.language = best.language
            and folds.platform = best.platform
            and folds.fold = best.fold

)

select * from proven
