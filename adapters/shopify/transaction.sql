-- target: store.transaction
-- Shopify's TRANSACTION table, one row per payment attempt; all names are the contract's.
--   status: Shopify's error is a failure in the contract's words; anything else passes as it is.
-- Shopify lacks: checkout_id.
select * replace (if(status = 'error', 'failure', status) as status)
from vendor_csv('shopify/transaction.csv')
