with

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
        id as product_id,

        title as product_name,
        product_type as product_category,
        vendor,
        {{ local_date('created_at') }} as listed_date,

        {{ plausible_amount('price') }} as list_price,
        {{ plausible_amount('cost') }} as purchase_cost,

        created_at as listed_at,

        _source_file,
        _loaded_at,
        _row_hash,
        _raw_rows
    from newest_versions

)

select * from products
