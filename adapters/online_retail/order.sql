-- target: store.order
-- One row per invoice of the gift shop that is not a cancellation.
--   InvoiceNo -> id and name; the earliest sold_at of its lines -> created_at (43 invoices of the
--   public file carry two minutes); CustomerID -> customer_id
--   currency is GBP: the shop is British and the file has one currency, unnamed
--   subtotal_price: lines without carriage; total_shipping: carriage; total_price: both
--   source_name is web: the file's publisher calls it a non-store online retailer
--   test: true where the invoice is no customer's order: adjustments of bad debt (numbers beginning
--   with A), and invoices without a customer on which no line has both a positive quantity and a
--   positive price (stock written off, samples, damages). It is the contract's mark for rows that
--   facts keep and marts leave out.
-- The file lacks: e-mail, phone, tax, discounts, payment, the state of the order, a till or a store.
select
    InvoiceNo as id,
    InvoiceNo as name,
    max(CustomerID) as customer_id,
    min(sold_at) as created_at,
    'GBP' as currency,
    coalesce(sum(amount) filter (not is_carriage), 0) as subtotal_price,
    coalesce(sum(amount) filter (is_carriage), 0) as total_shipping,
    coalesce(sum(amount), 0) as total_price,
    'web' as source_name,
    starts_with(InvoiceNo, 'A')
    or (
        max(CustomerID) is null
        and not coalesce(bool_or(quantity_number > 0 and price_number > 0), false)
    ) as test,
    max(Country) as country,
from online_retail_lines
where not is_return
group by InvoiceNo
order by InvoiceNo
