-- The shop system's tables, each row with the day whose file it is exported in.
create or replace view out_store__location as
select id, name, city, province, country_code, opened_at, 0 as export_day from location;

create or replace view out_store__product as
select
    id, title, category as product_type, vendor, price::decimal(18, 4) as price, cost,
    -- A new collection every hundred days.
    as_timestamp(getvariable('start_t') - 86400 * (30 + 100 * floor(8 * u('listed', product_id)))::bigint) as created_at,
    0 as export_day
from product;

-- Shops write phone numbers as they are typed.
create or replace macro typed_phone(phone, id) as case (u('typed', id) * 6)::int
    when 0 then phone
    when 1 then '0039 ' || substr(phone, 4, 3) || ' ' || substr(phone, 7)
    when 2 then substr(phone, 4, 3) || '-' || substr(phone, 7)
    when 3 then '+39 ' || substr(phone, 4, 3) || ' ' || substr(phone, 7, 3) || ' ' || substr(phone, 10)
    when 4 then substr(phone, 4, 3) || ' ' || substr(phone, 7)
    else substr(phone, 4)
end;

create or replace view out_store__customer as
select
    person.customer_id as id,
    pasted_email(email_at(emails, created_t), person.person_id) as email,
    or_empty(
        if(u('phone given', person.person_id) < 0.7, typed_phone(phone, person.person_id), null),
        empty_phones(), person.person_id
    ) as phone,
    first_name,
    last_name,
    as_timestamp(created_t) as created_at,
    coalesce(subscribed_t <= created_t, false) as accepts_marketing,
    or_empty(
        if(enrolled_t < created_t and u('card in account', person.person_id) < 0.8, loyalty_card.card, null),
        empty_keys(), person.person_id
    ) as loyalty_card,
    export_day(created_t) as export_day,
    person.person_id
from account
inner join person using (person_id)
left join subscription using (person_id)
left join loyalty_card using (person_id)
union all
select
    standing_customer_id(), 'noemail@noemail.com', null, 'Cliente', 'Banco', as_timestamp(getvariable('start_t') - 86400 * 900),
    false, null, 0, null
where getvariable('standing_customer') > 0
union all
select distinct
    company_customer_id(company), company_email(company), null, 'Ufficio', 'Acquisti',
    as_timestamp(getvariable('start_t') - 86400 * 500), false, null, 0, null
from person
where company is not null;

-- Versions of an order: placed, then cancelled or refunded.
create or replace table refund_sum as
with valued as (
    select
        need_id,
        line,
        returned_t,
        (price * quantity - discount)::decimal(18, 2) as subtotal
    from returned_line
)

select need_id, any_value(returned_t) as returned_t, sum(subtotal)::decimal(18, 2) as refunded
from valued
group by need_id;

-- The shop says sorry for a late parcel; one that is sent back, too, is paid back as a return.
create or replace table shipping_refund as
select need_id, order_id, delivered_t + 3600 as paid_back_t, shipping, currency, payment_method
from delivery
where is_late and shipping > 0 and u('says sorry', need_id) < getvariable('shipping_refunds')
    and need_id not in (select need_id from refund_sum);

create or replace table order_version as
select need_id, 1 as version, ordered_t as version_t, if(payment_method in ('bank_transfer', 'cash_on_delivery'), 'pending', 'paid') as financial_status
from shop_order
union all
select need_id, 2, ordered_t + 7200, 'voided' from shop_order where is_cancelled
union all
select need_id, 2, delivered_t + 60, 'paid' from delivery where payment_method in ('bank_transfer', 'cash_on_delivery')
union all
select need_id, 3, returned_t, if(refunded >= subtotal, 'refunded', 'partially_refunded')
from refund_sum
inner join shop_order using (need_id)
union all
select need_id, 3, paid_back_t, 'partially_refunded' from shipping_refund
union all
-- Exported again the next day, unchanged.
select need_id, 1, ordered_t, 'stale' from shop_order where u('stale', need_id) < getvariable('stale_rows');

create or replace view out_store__order as
select
    order_id as id,
    '#CL' || order_number % 1000000000000 as name,
    or_empty(pasted_email(case
        when source_name = 'pos' and (loyalty_card.card is null or u('receipt by mail', o.need_id) < 0.7) then null
        when source_name in ('facebook', 'instagram') and u('mail by chat', o.need_id) < 0.3 then null
        when o.company is not null then company_email(o.company)
        when uses_second_email then second_email
        else email_at(emails, ordered_t)
    end, o.need_id), empty_emails(), o.need_id) as email,
    or_empty(case
        when has_call_centre_phone then '+39 02 5550 0100'
        when source_name = 'phone' or o.company is not null
            or (source_name = 'web' and u('phone typed', o.need_id) < 0.5) then typed_phone(phone, o.need_id)
    end, empty_phones(), o.need_id) as phone,
    or_empty(case
        when has_account then spelled_key(customer_id, o.need_id)
        when o.company is not null then spelled_key(company_customer_id(o.company), o.need_id)
        when has_standing_customer then standing_customer_id()
    end, empty_keys(), o.need_id) as customer_id,
    as_timestamp(ordered_t) as created_at,
    as_timestamp(version_t) as updated_at,
    if(is_cancelled and version = 2, as_timestamp(ordered_t + 7200), null) as cancelled_at,
    o.currency,
    subtotal::decimal(18, 4) as subtotal_price,
    discounts::decimal(18, 4) as total_discounts,
    tax::decimal(18, 4) as total_tax,
    shipping::decimal(18, 4) as total_shipping,
    null::boolean as taxes_included,
    if(duties > 0, duties::decimal(18, 4), null) as total_duties,
    if(tip > 0, tip::decimal(18, 4), null) as total_tip,
    total::decimal(18, 4) as total_price,
    source_name,
    if(source_name = 'pos' or is_collected, o.store_id, null) as location_id,
    or_empty(if(
        enrolled_t <= ordered_t
        and u('shows card', o.need_id) < if(source_name = 'pos', 0.92, if(has_account, 0.5, 0)),
        loyalty_card.card, null
    ), empty_keys(), o.need_id) as loyalty_card,
    if(source_name = 'pos', o.store_id || '-S' || (1 + o.need_id % 6), if(source_name = 'phone', 'CC-S' || (1 + o.need_id % 4), null)) as staff_id,
    if(has_coupon, 'LUME10', null) as discount_codes,
    if(source_name in ('web', 'app'), '/' || coalesce(v.query_string, ''), null) as landing_site,
    v.referrer as referring_site,
    payment_method,
    if(financial_status = 'stale', if(payment_method in ('bank_transfer', 'cash_on_delivery'), 'pending', 'paid'), financial_status) as financial_status,
    false as test,
    local_day(version_t) + (financial_status = 'stale')::int as export_day,
    o.person_id
from order_version
inner join shop_order as o using (need_id)
inner join person using (person_id)
left join loyalty_card using (person_id)
left join (select need_id, query_string, referrer from web_visit where is_order) as v using (need_id)

union all

select
    order_id, '#TEST' || order_number % 1000000, 'prova@casalume.example', null, null, as_timestamp(ordered_t),
    as_timestamp(ordered_t), null, 'EUR', price::decimal(18, 4), 0, round(price * 0.22 / 1.22, 2)::decimal(18, 4), 0,
    null, null, null, price::decimal(18, 4), 'web', null, null, null, null, '/', null, 'card', 'paid', true, local_day(ordered_t), null
from test_order;

create or replace view out_store__order_line as
select
    order_id || '-' || line as id,
    order_id,
    item_id as product_id,
    title,
    quantity::bigint as quantity,
    price::decimal(18, 4) as price,
    discount::decimal(18, 4) as total_discount,
    is_gift_card as gift_card,
    local_day(ordered_t) as export_day
from cart_line
inner join shop_order using (need_id)
union all
select order_id || '-1', order_id, id, title, 1, price::decimal(18, 4), 0, false, local_day(ordered_t) from test_order;

create or replace view out_store__fulfillment as
select
    'F' || order_id as id,
    order_id,
    as_timestamp(ordered_t + 900) as created_at,
    if(is_collected, store_id, 'L90') as location_id,
    if(is_collected, 'PICK_UP', 'SHIPPING') as method,
    'success' as status,
    as_timestamp(ready_t) as ready_at,
    as_timestamp(delivered_t) as delivered_at,
    as_timestamp(promised_t) as promised_at,
    -- Exported once, when done.
    local_day(delivered_t) as export_day
from delivery;

create or replace view out_store__refund_line as
select
    'R' || order_id || '-' || line as id,
    'R' || order_id as refund_id,
    spelled_key(order_id, need_id) as order_id,
    order_id || '-' || line as order_line_id,
    quantity::bigint as quantity,
    (price * quantity - discount)::decimal(18, 4) as subtotal,
    as_timestamp(returned_t) as created_at,
    reason,
    if(is_to_store, store_id, null) as location_id,
    local_day(returned_t) as export_day,
    person_id
from returned_line;

create or replace macro gateway(method) as case method
    when 'paypal' then 'paypal' when 'klarna' then 'klarna' when 'satispay' then 'satispay'
    when 'card' then 'nexo_pay' else 'manual'
end;
create or replace macro failure(id) as
    pick(['card_declined', 'insufficient_funds', 'timeout', '3ds_failed', 'expired_card'], u('error', id));

create or replace view out_store__transaction as
with attempts as (
    select
        'T' || order_id || '-1' as id, order_id, 'C' || need_id as checkout_id, failed_t as t, 'sale' as kind,
        'nexo_pay' as gateway, total as amount, currency, 'failure' as status, failure(last_contact_key) as error_code
    from shop_order
    where failed_t is not null
    union all
    select
        'T' || o.order_id || '-2', o.order_id, if(source_name in ('web', 'app'), 'C' || need_id, null),
        if(o.payment_method in ('bank_transfer', 'cash_on_delivery'), coalesce(delivered_t, o.ordered_t + 86400), o.ordered_t),
        'sale', gateway(o.payment_method), o.total, o.currency, 'success', null
    from shop_order as o
    left join (select need_id, delivered_t from delivery) using (need_id)
    where not is_cancelled or o.payment_method not in ('bank_transfer', 'cash_on_delivery')
    union all
    select 'T' || order_id || '-3', order_id, null, returned_t, 'refund', gateway(payment_method), refunded, currency, 'success', null
    from refund_sum
    inner join shop_order using (need_id)
    union all
    select 'T' || order_id || '-5', order_id, null, paid_back_t, 'refund', gateway(payment_method), shipping, currency, 'success', null
    from shipping_refund
    union all
    select 'T' || order_id || '-4', order_id, null, ordered_t + 7200, 'void', gateway(payment_method), total, currency, 'success', null
    from shop_order
    where is_cancelled
    union all
    -- Refused at the checkout, and given up.
    select 'T' || need_id || '-0', null, 'C' || need_id, page_us(contact_key, t, error_position, pace(contact_key)) // 1000000,
        'sale', 'nexo_pay', subtotal + shipping, currency, 'failure', failure(contact_key)
    from contact_script
    inner join touch using (contact_key, need_id)
    inner join cart using (need_id)
    where goal = 'payment_failed'
    union all
    select 'T' || order_id || '-1', order_id, null, ordered_t, 'sale', 'nexo_pay', price, 'EUR', 'success', null
    from test_order
)

select
    id, spelled_key(order_id, hash(id)) as order_id, checkout_id, as_timestamp(t) as created_at, kind, gateway, amount::decimal(18, 4) as amount,
    currency, status, error_code, local_day(t) as export_day
from attempts;

create or replace table abandoned as
select
    need_id,
    touch.person_id,
    contact_key,
    contact_script.goal,
    page_us(contact_key, t, checkout_position, pace(contact_key)) // 1000000 as begun_t
from contact_script
inner join script using (script)
inner join touch using (contact_key, need_id)
where contact_script.goal in ('checkout_contact', 'checkout_shipping', 'checkout_payment', 'payment_failed')
    and checkout_position is not null;

create or replace view out_store__abandoned_checkout as
select
    'C' || need_id as id,
    or_empty(
        if(a.goal = 'checkout_contact' and u('types mail', need_id) < 0.4, null, pasted_email(email_at(emails, begun_t), need_id)),
        empty_emails(), need_id
    ) as email,
    or_empty(
        if(account.created_t < begun_t, spelled_key(person.customer_id, need_id), null), empty_keys(), need_id
    ) as customer_id,
    as_timestamp(begun_t) as created_at,
    null::timestamp as completed_at,
    cart.currency,
    (subtotal + shipping)::decimal(18, 4) as total_price,
    case a.goal when 'checkout_contact' then 'contact' when 'checkout_shipping' then 'shipping' else 'payment' end as last_step,
    shipping::decimal(18, 4) as shipping_price,
    item_ids as line_product_ids,
    local_day(begun_t + 86400) as export_day,
    a.person_id
from (select abandoned.*, goal from abandoned) as a
inner join cart using (need_id)
inner join person using (person_id)
left join account on account.person_id = a.person_id;

-- Cards: taken out, points for each order, a reward now and then, and tiers.
create or replace table loyalty_movement as
with earned as (
    select
        card, person_id, need_id, order_id, ordered_t + 5 as t, floor(total)::bigint as points,
        sum(floor(total)::bigint) over (partition by person_id order by ordered_t, need_id) as so_far
    from shop_order
    inner join loyalty_card using (person_id)
    where enrolled_t <= ordered_t and not is_cancelled
        and u('shows card', need_id) < if(source_name = 'pos', 0.92, if(has_account, 0.5, 0))
)

select card || '-0' as id, card, enrolled_t as t, 'enrol' as kind, 0 as points, 'base' as tier, null as order_id, person_id
from loyalty_card
union all
select card || '-e' || need_id, card, t, 'earn', points, if(so_far >= 800, 'oro', if(so_far >= 300, 'argento', 'base')), order_id, person_id
from earned
union all
select card || '-r' || need_id, card, t + 2, 'redeem', -100, if(so_far >= 800, 'oro', if(so_far >= 300, 'argento', 'base')), order_id, person_id
from earned
where so_far >= 200 and u('redeem', need_id) < 0.2
union all
select card || '-t' || need_id, card, t + 3, 'tier_change', 0, if(so_far >= 800, 'oro', 'argento'), null, person_id
from earned
where (so_far >= 300 and so_far - points < 300) or (so_far >= 800 and so_far - points < 800);

create or replace view out_store__loyalty_event as
select
    id, card as loyalty_card, as_timestamp(t) as occurred_at, kind, points, tier, order_id, export_day(t) as export_day,
    person_id
from loyalty_movement;

-- A friend's advice that became an order is somebody's referral: that of an earlier customer.
create or replace table referral as
with numbered as (
    select person_id, customer_id, ordered_t, row_number() over (order by ordered_t, need_id) as number
    from shop_order
    inner join (select person_id, customer_id from person) using (person_id)
    where has_account and not is_cancelled
),

advised as (
    select distinct need_id
    from touch
    where channel = 'Word of Mouth'
),

redeemed as (
    select
        o.need_id, o.person_id, o.order_id, o.ordered_t,
        (select count(*) from numbered where numbered.ordered_t < o.ordered_t - 86400) as earlier
    from shop_order as o
    inner join advised using (need_id)
    where orders_before = 0 and source_name in ('web', 'app') and company is null and not is_cancelled and u('redeems', o.need_id) < 0.7
)

select
    'RF' || redeemed.need_id as id,
    'LUME-' || upper(format('{:x}', hash('code', numbered.person_id) % 1000000000)) as code,
    numbered.customer_id as referrer_customer_id,
    numbered.person_id as referrer_person_id,
    redeemed.person_id as referred_person_id,
    if(person.uses_second_email, person.second_email, person.email) as referred_email,
    greatest(numbered.ordered_t + 3600, redeemed.ordered_t - (86400 * 5 * u('shared', redeemed.need_id))::bigint) as shared_t,
    redeemed.ordered_t as redeemed_t,
    redeemed.order_id,
    pick(['whatsapp', 'whatsapp', 'email', 'link', 'in person'], u('referral channel', redeemed.need_id)) as channel
from redeemed
inner join numbered on numbered.number = 1 + floor(u('referrer', redeemed.need_id) * earlier)::bigint
    and numbered.person_id <> redeemed.person_id
inner join (
    select shop_order.need_id, email_at(emails, ordered_t) as email, person.second_email, uses_second_email
    from shop_order
    inner join person using (person_id)
) as person on person.need_id = redeemed.need_id
where earlier > 0

union all

-- Invitations nobody used: the friend stays a stranger.
select
    'RS' || need_id, 'LUME-' || upper(format('{:x}', hash('code', o.person_id) % 1000000000)), customer_id, o.person_id, null,
    'amico.' || need_id || '@example.org', delivered_t + 90000, null, null,
    pick(['whatsapp', 'email', 'link'], u('referral channel', need_id))
from delivery as o
inner join person using (person_id)
where has_account and not is_late and not is_defective
    and u('invites', need_id) < if(o.persona = 'fan', 0.20, 0.05);

create or replace view out_store__referral as
select
    id, code, referrer_customer_id, referred_email, as_timestamp(shared_t) as shared_at,
    as_timestamp(redeemed_t) as redeemed_at, order_id, channel,
    local_day(coalesce(redeemed_t, shared_t)) as export_day
from referral;
