-- file: fedelta/movimenti.csv
-- Movements of loyalty cards.
select
    loyalty_card as "N. tessera",
    strftime(shop_clock(occurred_at), '%d/%m/%Y') as "Data",
    strftime(shop_clock(occurred_at), '%H:%M:%S') as "Ora",
    case kind
        when 'enrol' then 'Iscrizione'
        when 'earn' then 'Carico'
        when 'redeem' then 'Riscatto'
        else 'Cambio livello'
    end as "Causale",
    coalesce(points, 0) as "Punti",
    tier as "Livello",
    order_id as "ID scontrino"
from store_loyalty_event
order by occurred_at, id
