-- One row per payment attempt. Shopify's error is a failure in the contract's words; anything
-- else passes unchanged.
-- The export lacks: checkout.
select
    id,
    order_id,
    created_at,
    kind,
    gateway,
    amount,
    currency,
    case when status = 'error' then 'failure' else status end as status,
    error_code
from export
order by _row
