-- One row per line of an order. A line is written as `name:...|sku:...|quantity:...|total:...`:
-- all lines in one column, parted by semicolons, or each in a column of its own, of which the
-- first 15 are read. Lines have no ids in some files, so they are numbered in their order.
with items as (
    select
        _row,
        id as order_id,
        coalesce(
            string_split(
                regexp_replace(line_items, ';((?:id|name):)', chr(30) || '\1', 'g'), chr(30)
            ),
            []
        )
        || [
            line_1, line_2, line_3, line_4, line_5, line_6, line_7, line_8, line_9, line_10,
            line_11, line_12, line_13, line_14, line_15
        ] as all_lines
    from export
    where status not in ('checkout-draft', 'auto-draft', 'trash')
),

present as (
    select
        _row,
        order_id,
        list_filter(all_lines, lambda x: x <> '') as lines
    from items
),

numbered as (
    select
        _row,
        order_id,
        unnest(lines) as line,
        generate_subscripts(lines, 1) as number
    from present
),

parsed as (
    select
        *,
        nullif(regexp_extract(line, '(?:^|\|)sku:([^|]*)', 1), '') as sku,
        nullif(regexp_extract(line, '(?:^|\|)product_id:([^|]*)', 1), '') as product_id,
        nullif(regexp_extract(line, '(?:^|\|)name:([^|]*)', 1), '') as title,
        nullif(regexp_extract(line, '(?:^|\|)quantity:([^|]*)', 1), '') as quantity,
        try_cast(
            regexp_extract(line, '(?:^|\|)sub_?total:([^|]*)', 1) as decimal(18, 4)
        ) as full_amount,
        try_cast(regexp_extract(line, '(?:^|\|)total:([^|]*)', 1) as decimal(18, 4)) as amount
    from numbered
)

select
    order_id || '-' || number as id,
    order_id,
    coalesce(sku, product_id) as product_id,
    title,
    quantity,
    (coalesce(full_amount, amount) / nullif(try_cast(quantity as decimal(18, 4)), 0))
    ::decimal(18, 4) as price,
    coalesce(full_amount - amount, 0) as total_discount
from parsed
order by _row, number
