-- Whether the publication adds up: rows of all files and where they went, and orders that the
-- attribution model furthest from the orders counts too many or too few. One row.

with

rows_of_tables as (

    select
        sum(rows_in_files)::bigint as rows_in,
        sum(
            rows_staged + rows_duplicate + rows_quarantined + rows_rejected + rows_withdrawn
        )::bigint as rows_out,
        count(*) filter (where not balanced) as tables_off
    from audit.audit_reconciliation
    where run_id = $run_id

),

audited as (

    select max(validated_at) as audited_at
    from audit.audit_expectations

),

orders as (

    select coalesce(sum(orders), 0) as orders
    from marts.mart_purchase_modes

),

credited as (

    select
        model,
        sum(conversions) as conversions
    from marts.mart_channel_attribution
    group by model

),

orders_off as (

    select coalesce(max(abs(round(credited.conversions - orders.orders))), 0)::bigint as orders_off
    from orders
    left join credited on true

)

select
    rows_of_tables.rows_in,
    rows_of_tables.rows_out,
    rows_of_tables.tables_off,
    orders_off.orders_off,
    audited.audited_at
from rows_of_tables
cross join audited
cross join orders_off
