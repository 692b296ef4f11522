-- file: casse/vendite_{month}.csv
-- Lines of receipts as an Italian till writes them.
with latest as (
    select *
    from store_order
    where source_name = 'pos'
    qualify row_number() over (partition by id order by updated_at desc) = 1
)

select
    strftime(shop_clock(latest.created_at), '%Y-%m') as month,
    latest.location_id as "Negozio",
    1 as "Cassa",
    strftime(shop_clock(latest.created_at), '%d/%m/%Y') as "Data",
    strftime(shop_clock(latest.created_at), '%H:%M') as "Ora",
    latest.id as "ID scontrino",
    latest.id as "N. scontrino",
    row_number() over (partition by latest.id order by order_line.id) as "Riga",
    order_line.product_id as "Cod. articolo",
    order_line.title as "Descrizione",
    order_line.quantity as "Quantità",
    comma(order_line.price) as "Prezzo",
    comma(coalesce(order_line.total_discount, 0)) as "Sconto",
    comma(order_line.price * order_line.quantity - coalesce(order_line.total_discount, 0))
        as "Totale",
    22 as "Aliquota IVA",
    latest.loyalty_card as "Tessera",
    latest.staff_id as "Operatore",
    latest.payment_method as "Pagamento"
from latest
inner join store_order_line as order_line on latest.id = order_line.order_id
where order_line.quantity > 0
order by latest.created_at, latest.id, "Riga"
