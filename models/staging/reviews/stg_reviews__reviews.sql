with

traffic_markers as (

    select * from {{ ref('traffic_markers') }}

),

source as (

    {{ protected_source('reviews', 'review') }}

),

newest_versions as (

    select
        *,
        {{ version_count('reviews', 'review') }} as _raw_rows
    from source
    qualify {{ version_number('reviews', 'review') }} = 1

),

reviews as (

    select
        {{ surrogate_key(['newest_versions.platform', 'newest_versions.id']) }} as review_id,

        newest_versions.id as platform_review_id,
        newest_versions.product_id,
        newest_versions.order_id,

        {{ masked('newest_versions.platform') }} as platform,
        {{ email_hash('newest_versions.author_email') }} as author_email_hash,
        newest_versions.title,
        newest_versions.body,
        lower(newest_versions.language) as language,
        newest_versions.brand,
        {{ local_date('newest_versions.created_at') }} as created_date,

        {{ plausible_number('newest_versions.rating') }} as rating,
        {{ plausible_number('newest_versions.rating_scale') }} as rating_scale,
        case
            when newest_versions.rating is null then null
            when newest_versions.rating_scale is null or newest_versions.rating_scale <= 1
                then 'no scale'
            when newest_versions.rating > newest_versions.rating_scale then 'above its scale'
            when newest_versions.rating < 0 then 'below 0'
        end as rating_problem,
        {{ plausible_number('newest_versions.helpful_votes') }} as helpful_votes,
        {{ plausible_number('newest_versions.audience') }} as audience,

        coalesce(newest_versions.is_verified, false) as is_verified,
        newest_versions.brand is not null as is_competitor,
        coalesce(email_domains.flag = 'internal', false) as is_internal,

        newest_versions.created_at,
        newest_versions.reply_at as replied_at,

        newest_versions._source_file,
        newest_versions._loaded_at,
        newest_versions._row_hash,
        newest_versions._raw_rows
    from newest_versions
    left join traffic_markers as email_domains
        on
            email_domains.field = 'email_domain'
            and {{ email_domain('newest_versions.author_email') }} = email_domains.marker

),

-- The letters and digits of what an author wrote, to compare copies by.
said as (

    select
        *,
        translate(lower(coalesce(title, '') || coalesce(body, '')), ' .,;:!?()-', '') as letters
    from reviews

),

-- One text of one author about one thing on one day is one review, on however many platforms.
with_original as (

    select
        review_id,
        first_value(review_id) over (
            partition by author_email_hash, letters, product_id, brand, created_date
            order by created_at, platform, platform_review_id
        ) as original_review_id
    from said
    where author_email_hash is not null and letters <> ''

),

with_copies as (

    select
        reviews.*,
        case
            when with_original.original_review_id <> reviews.review_id
                then with_original.original_review_id
        end as copy_of_review_id
    from reviews
    left join with_original
        on reviews.review_id = with_original.review_id

)

select * from with_copies
