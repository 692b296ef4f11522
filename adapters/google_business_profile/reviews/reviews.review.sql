-- One row per review. Google puts its translation before or behind the words of the author, which
-- alone are kept. `name` ends with the number of the review; without either, its author and moment
-- are its id.
with texts as (
    select
        *,
        case
            when contains(comment, '(Original)')
                then regexp_replace(comment, '^.*\(Original\)', '', 's')
            else regexp_replace(comment, '\(Translated by Google\).*$', '', 's')
        end as said
    from export
)

select
    coalesce(
        id, regexp_extract(name, '[^/]+$'), md5(concat_ws('|', author, created_at))
    ) as id,
    'google' as platform,
    created_at,
    case stars
        when 'ONE' then '1'
        when 'TWO' then '2'
        when 'THREE' then '3'
        when 'FOUR' then '4'
        when 'FIVE' then '5'
        else nullif(stars, 'STAR_RATING_UNSPECIFIED')
    end as rating,
    5 as rating_scale,
    trim(said, ' ' || chr(10)) as body,
    author as author_name,
    reply_at
from texts
order by _row
