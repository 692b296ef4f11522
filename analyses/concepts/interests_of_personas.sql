select
    persona,
    product_category,
    purchase_index
from {{ ref('mart_persona_interests') }}
where rank = 1
order by persona, product_category
limit 5
