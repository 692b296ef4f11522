with

summed as (

    select
        persons.persona,
        person_categories.product_category,
        count(*) as persons,
        count(*) filter (where person_categories.product_views > 0) as viewers,
        count(*) filter (where person_categories.product_trials > 0) as triers,
        count(*) filter (where person_categories.items_bought > 0) as buyers,
        count(*) filter (
            where person_categories.product_views > 0 and person_categories.items_bought > 0
        ) as viewers_who_bought,
        cast(sum(person_categories.product_views) as bigint) as product_views,
        cast(sum(person_categories.product_trials) as bigint) as product_trials,
        cast(sum(person_categories.items_bought) as bigint) as items_bought
    from {{ ref('int_person_categories__product_interest') }} as person_categories
    inner join {{ ref('dim_persons') }} as persons
        on person_categories.person_id = persons.person_id
    where persons.persona is not null
    group by persons.persona, person_categories.product_category

),

with_totals as (

    select
        *,
        sum(product_views) over (partition by persona) as views_of_persona,
        sum(items_bought) over (partition by persona) as items_of_persona,
        sum(product_views) over (partition by product_category) as views_of_category,
        sum(items_bought) over (partition by product_category) as items_of_category,
        sum(product_views) over () as all_views,
        sum(items_bought) over () as all_items
    from summed

),

persona_interests as (

    select
        persona,
        product_category,

        persons,
        viewers,
        triers,
        buyers,
        product_views,
        product_trials,
        items_bought,

        {{ ratio('product_views', 'views_of_persona') }} as share_of_views,
        {{ ratio('items_bought', 'items_of_persona') }} as share_of_items,
        {{ ratio(
            'cast(product_views as double) * all_views',
            'cast(views_of_persona as double) * views_of_category'
        ) }} as view_index,
        {{ ratio(
            'cast(items_bought as double) * all_items',
            'cast(items_of_persona as double) * items_of_category'
        ) }} as purchase_index,
        {{ ratio('viewers_who_bought', 'viewers') }} as viewers_bought_share,
        case
            when persons >= {{ var('min_cell_size') }}
                then cast(row_number() over (
                    partition by persona, persons >= {{ var('min_cell_size') }}
                    order by persons desc, product_category asc
                ) as bigint)
        end as {{ adapter.quote('rank') }}
    from with_totals

)

select * from persona_interests
