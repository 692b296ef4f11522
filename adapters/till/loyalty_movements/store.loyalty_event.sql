-- One row per movement. Where the file has no id, the card, the time, the kind and the points
-- make one, with a number where they repeat. Times are in the shop's zone. Points taken are
-- negative, however the file writes them. A kind that is not listed here passes unchanged.
with kinds as (
    select
        *,
        case
            when lower(kind) in (
                'iscrizione', 'attivazione', 'attivazione tessera', 'nuova tessera', 'enrolment',
                'enrollment', 'sign-up', 'enrol'
            ) then 'enrol'
            when lower(kind) in (
                'carico', 'carico punti', 'accumulo', 'accredito', 'acquisto', 'earn', 'earned',
                'purchase'
            ) then 'earn'
            when lower(kind) in (
                'scarico', 'scarico punti', 'riscatto', 'utilizzo', 'premio', 'redeem', 'redeemed',
                'redemption'
            ) then 'redeem'
            when lower(kind) in (
                'cambio livello', 'cambio fascia', 'tier change', 'tier_change', 'level change'
            ) then 'tier_change'
            else kind
        end as contract_kind
    from export
),

signed as (
    select
        *,
        case
            when contract_kind = 'redeem' and points not like '-%' and points <> '0'
                then '-' || points
            else points
        end as signed_points
    from kinds
),

numbered as (
    select
        *,
        row_number() over (
            partition by card, occurred_at, contract_kind, signed_points order by _row
        ) as number
    from signed
)

select
    coalesce(
        id,
        concat_ws('-', card, occurred_at, contract_kind, signed_points, nullif(number, 1))
    ) as id,
    card as loyalty_card,
    occurred_at,
    contract_kind as kind,
    signed_points as points,
    tier,
    order_id
from numbered
order by _row
