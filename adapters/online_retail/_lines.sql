-- The gift shop's file, one row per invoice line, with what its adapters share:
--   line_id: InvoiceNo-StockCode-n. The file has no line number, so n counts the lines of an
--   invoice and stock code in the order of all their columns: the same file always gives the same
--   ids.
--   sold_at: InvoiceDate, the shop's own clock (Europe/London), in UTC; the text as it is where it
--   is no time.
--   is_return: invoices whose number begins with C are cancellations.
--   is_carriage: POST, DOT and C2 on a sale are what the customer paid for shipping.
with lines as (
    select
        *,
        try_cast(Quantity as bigint) as quantity_number,
        try_cast(UnitPrice as decimal(18, 4)) as price_number,
        try_cast(InvoiceDate as timestamp) as local_at,
        starts_with(InvoiceNo, 'C') as is_return
    from vendor_csv('online_retail/online_retail.csv.gz')
)

select
    * exclude (local_at),
    quantity_number * price_number as amount,
    coalesce(
        strftime((local_at at time zone 'Europe/London') at time zone 'UTC', '%Y-%m-%d %H:%M:%S'),
        InvoiceDate
    ) as sold_at,
    not is_return and StockCode in ('POST', 'DOT', 'C2') as is_carriage,
    InvoiceNo || '-' || StockCode || '-' || row_number() over (
        partition by InvoiceNo, StockCode
        order by InvoiceDate, Quantity, UnitPrice, Description, CustomerID, Country
    ) as line_id
from lines
