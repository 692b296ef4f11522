-- target: store.product
-- One row per StockCode of the gift shop's file, cases as written (85123A and 85123a are two).
--   title: the description most lines with a price carry. Lines without a price often carry a note
--   (damaged, thrown away, ?) instead; a code that was never sold at a price has its most frequent.
-- The file lacks: product type, vendor, cost, list price (each line has the price paid), age.
with descriptions as (
    select
        StockCode,
        Description as title,
        count(*) filter (price_number > 0) as priced_lines,
        count(*) as lines,
    from online_retail_lines
    group by StockCode, Description
)

select
    StockCode as id,
    arg_max(title, (priced_lines, lines, title)) filter (title is not null) as title,
from descriptions
group by StockCode
order by StockCode
