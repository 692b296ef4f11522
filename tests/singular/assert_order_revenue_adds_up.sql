-- No cent is lost between the orders and their revenue: every order is valued exactly once,
-- its parts add up to what was charged, and a refund never adds to what was sold. Goods below zero
-- (a source charges more tax than the total) have no such refund.
with

staged as (

    select
        order_id,
        total_amount,
        coalesce(discount_amount, 0) as discount_amount,
        coalesce(tax_amount, 0) as tax_amount
    from {{ ref('int_orders__unioned') }}

),

valued as (

    select * from {{ ref('int_orders__valued') }}

),

wrong as (

    select
        coalesce(staged.order_id, valued.order_id) as order_id,
        staged.total_amount,
        valued.net_revenue
    from staged
    full outer join valued
        on staged.order_id = valued.order_id
    where
        staged.order_id is null
        or valued.order_id is null
        or valued.gross_revenue <> staged.total_amount + staged.discount_amount
        or (valued.is_amount_known and valued.tax <> staged.tax_amount)
        or (not valued.is_amount_known and valued.gross_revenue <> 0)
        or valued.gross_revenue - valued.discount - valued.tax - valued.shipping
        - valued.duties - valued.tips - valued.other_charges - valued.gift_cards
        - valued.refunded <> valued.net_revenue
        or (
            (
                valued.is_cancelled
                or valued.financial_status in ('voided', 'expired', 'refunded')
            )
            and valued.net_revenue <> 0
        )
        or (valued.net_revenue < 0 and valued.refunded > 0)
        or (
            valued.paid_back_amount >= 0
            and valued.net_revenue + valued.refunded >= 0
            and valued.refunded < 0
        )

)

select * from wrong
