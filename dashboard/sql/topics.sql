-- Words reviewers used, in one language and of one or any aspect, the commonest first.

select
    topic,
    aspect,
    sum(reviews)::bigint as reviews,
    sum(mean_sentiment * reviews)
    / nullif(sum(reviews) filter (where mean_sentiment is not null), 0) as mean_sentiment,
    sum(negative_share * reviews)
    / nullif(sum(reviews) filter (where negative_share is not null), 0) as negative_share,
    arg_max(lift, month)::double as lift,
    count_if(is_unexpected)::bigint as unexpected_months
from marts.mart_review_topics
where
    language = $language
    and ($aspect is null or aspect = $aspect)
    and month between $first and $last
group by topic, aspect
order by reviews desc, topic asc, aspect asc
limit $shown
