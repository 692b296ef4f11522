-- How reviews of the shop feel, by month, platform or aspect ($by): by aspect, what they say about
-- each; otherwise the review as a whole.

select
    columns($by),
    sum(reviews)::bigint as reviews,
    sum(mean_sentiment * texts)
    / nullif(sum(texts) filter (where mean_sentiment is not null), 0) as mean_sentiment,
    sum(corrected_mean_sentiment * texts)
    / nullif(sum(texts) filter (where corrected_mean_sentiment is not null), 0)
        as corrected_mean_sentiment,
    sum(negative_share * texts)
    / nullif(sum(texts) filter (where negative_share is not null), 0) as negative_share,
    sum(corrected_negative_share * texts)
    / nullif(sum(texts) filter (where corrected_negative_share is not null), 0)
        as corrected_negative_share,
    sum(mean_rating * reviews)
    / nullif(sum(reviews) filter (where mean_rating is not null), 0) as mean_rating
from marts.mart_review_sentiment
where
    not is_competitor
    and (aspect <> 'overall') = ($by = 'aspect')
    and month between $first and $last
group by all
order by all
