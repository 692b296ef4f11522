with

features as (

    select * from {{ ref('int_review_features__listed') }}

),

weighed as (

    select * from {{ ref('int_review_features__weighted') }}

),

folds as (

    select distinct
        text_id,
        fold
    from {{ ref('int_reviews__rated') }}

),

-- Only other authors' stars teach the weights of a text, never its own author's. Every text has a
-- fold; the left join keeps DuckDB from trying each word with all folds first.
opinions as (

    select
        features.text_id,
        folds.fold,
        features.position,
        case when features.is_pair then 'pairs' else 'words' end as source,
        case
            when features.negated_by is null then features.feature
            else features.negated_by || ' ' || replace(features.feature, '!', '')
        end as term,
        weighed.points
    from features
    left join folds
        on features.text_id = folds.text_id
    inner join weighed
        on
            features.language = weighed.language
            and features.feature = weighed.feature
            and folds.fold = weighed.fold

)

select * from opinions
