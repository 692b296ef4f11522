-- What was charged for each order, taken apart: goods, and all that is no goods.
with

orders as (

    select * from {{ ref('int_orders__unioned') }}

),

order_lines as (

    select * from {{ ref('int_order_lines__unioned') }}

),

products as (

    select * from {{ ref('stg_store__products') }}

),

lines_of_order as (

    select
        order_lines.order_id,
        cast(sum(order_lines.line_amount) as decimal(18, 2)) as lines_amount,
        cast(
            sum(
                case
                    when order_lines.is_gift_card or products.is_gift_card
                        then order_lines.line_amount
                end
            ) as decimal(18, 2)
        ) as gift_cards_amount,
        cast(sum(order_lines.quantity) as bigint) as items,
        count(*) as lines
    from order_lines
    left join products
        on order_lines.product_id = products.product_id
    group by order_lines.order_id

),

-- Some exports write a subtotal of 0 for none. A true 0 shows in the total, which limits the goods.
stated as (

    select
        orders.order_id,
        orders.total_amount,
        coalesce(orders.discount_amount, 0) as discount,
        coalesce(orders.tax_amount, 0) as tax,
        orders.shipping_amount,
        coalesce(orders.duties_amount, 0) as duties,
        coalesce(orders.tip_amount, 0) as tips,
        orders.total_amount
        - coalesce(orders.shipping_amount, 0)
        - coalesce(orders.duties_amount, 0)
        - coalesce(orders.tip_amount, 0) as goods_room,
        coalesce(nullif(orders.subtotal_amount, 0), lines_of_order.lines_amount)
            as goods_stated,
        coalesce(lines_of_order.gift_cards_amount, 0) as gift_cards_stated,
        lines_of_order.items,
        lines_of_order.lines,
        orders.is_tax_included as is_tax_stated_included,
        case
            when orders.currency_code = '{{ var("reporting_currency") }}' then 0
            else 0.03
        end as rounding
    from orders
    left join lines_of_order
        on orders.order_id = lines_of_order.order_id

),

-- `goods_room` is what the total leaves for goods, their tax and what the shop does not name.
compared as (

    select
        *,
        goods_room - coalesce(goods_stated, goods_room) as left_over,
        coalesce(goods_stated, goods_room) - least(
            gift_cards_stated, greatest(coalesce(goods_stated, goods_room), 0)
        ) as taxable_goods,
        1 + coalesce(lines, 1) as taxed_amounts
    from stated

),

-- Where the shop does not say whether prices include tax, the total does: it includes the tax or
-- adds it. Where neither sum is exact, the tax itself may decide; otherwise the nearer sum counts.
taxed as (

    select
        *,
        case
            when is_tax_stated_included is not null then is_tax_stated_included
            when tax = 0 or abs(left_over) <= rounding then true
            when abs(left_over - tax) <= rounding then false
            when
                {{ fits_a_tax_rate('tax', '(taxable_goods - tax)', 'taxed_amounts') }}
                or {{
                    fits_a_tax_rate(
                        'tax',
                        '(taxable_goods + coalesce(shipping_amount, 0) - tax)',
                        'taxed_amounts'
                    )
                }}
                then true
            else abs(left_over) <= abs(left_over - tax)
        end as is_tax_included
    from compared

),

placed as (

    select
        *,
        case when is_tax_included then tax else 0 end as tax_within,
        case when is_tax_included then 0 else tax end as tax_beside
    from taxed

),

-- Goods are never more than the total leaves for them. Amounts of another currency are each rounded
-- to cents, and what the rounding leaves is goods too.
sold as (

    select
        *,
        case
            when left_over - tax_beside <= rounding then goods_room - tax_beside
            else goods_stated
        end as goods_and_gift_cards
    from placed

),

-- Where the export has no shipping, what the total leaves is taken for it.
parted as (

    select
        *,
        least(gift_cards_stated, greatest(goods_and_gift_cards, 0)) as gift_cards,
        goods_and_gift_cards
        - least(gift_cards_stated, greatest(goods_and_gift_cards, 0)) as goods_charged,
        coalesce(shipping_amount, goods_room - tax_beside - goods_and_gift_cards, 0)
            as shipping_charged,
        case
            when shipping_amount is null then 0
            else goods_room - tax_beside - goods_and_gift_cards
        end as other_charges
    from sold

),

fitted as (

    select
        *,
        {{ fits_a_tax_rate('tax', '(goods_charged - tax_within)', 'taxed_amounts') }}
            as is_tax_on_goods,
        {{
            fits_a_tax_rate(
                'tax', '(goods_charged + shipping_charged - tax_within)', 'taxed_amounts'
            )
        }} as is_tax_on_goods_and_shipping
    from parted

),

-- Where the figures fit both or neither, the tax is shared by amount, as if it covered both.
judged as (

    select
        *,
        case
            when tax = 0 or shipping_charged = 0 then null
            when is_tax_on_goods_and_shipping and not is_tax_on_goods then true
            when is_tax_on_goods and not is_tax_on_goods_and_shipping then false
        end as is_shipping_taxed
    from fitted

),

charged as (

    select
        order_id,

        total_amount as charged_amount,
        discount,
        tax,
        cast(
            case
                when is_tax_included and coalesce(is_shipping_taxed, true)
                    then coalesce(
                        {{
                            share_of_amount(
                                'shipping_charged',
                                '(goods_charged + shipping_charged - tax)',
                                '(goods_charged + shipping_charged)'
                            )
                        }},
                        shipping_charged
                    )
                else shipping_charged
            end as decimal(18, 2)
        ) as shipping,
        duties,
        tips,
        cast(other_charges as decimal(18, 2)) as other_charges,
        cast(gift_cards as decimal(18, 2)) as gift_cards,
        cast(goods_charged as decimal(18, 2)) as goods_charged,
        cast(shipping_charged as decimal(18, 2)) as shipping_charged,
        coalesce(items, 0) as items,
        coalesce(lines, 0) as lines,

        total_amount is not null as is_amount_known,
        is_tax_included,
        is_shipping_taxed
    from judged

)

select * from charged
