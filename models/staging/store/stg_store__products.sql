with

gift_card_types as (

    select * from {{ ref('gift_card_types') }}

),

source as (

    {{ protected_source('store', 'product') }}

),

newest_versions as (

    select
        *,
        {{ version_count('store', 'product') }} as _raw_rows
    from source
    qualify {{ version_number('store', 'product') }} = 1

),

products as (

    select
        newest_versions.id as product_id,

        newest_versions.title as product_name,
        newest_versions.product_type as product_category,
        newest_versions.vendor,
        {{ local_date('newest_versions.created_at') }} as listed_date,

        {{ plausible_amount('newest_versions.price') }} as list_price,
        {{ plausible_amount('newest_versions.cost') }} as purchase_cost,

        gift_card_types.product_type is not null as is_gift_card,

        newest_versions.created_at as listed_at,

        newest_versions._source_file,
        newest_versions._loaded_at,
        newest_versions._row_hash,
        newest_versions._raw_rows
    from newest_versions
    left join gift_card_types
        on
            {{ product_type_words('newest_versions.product_type') }}
            = gift_card_types.product_type

)

select * from products
