-- One row per partly refunded order.
select * exclude (_row) from magento_refunds
order by _row
