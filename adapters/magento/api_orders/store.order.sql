-- One row per order.
-- The export lacks: store where it was placed, landing page, loyalty card, staff.
select
    magento_orders.* exclude (_row),
    export.phone,
    export.payment_method
from magento_orders
inner join export on magento_orders._row = export._row
order by magento_orders._row
