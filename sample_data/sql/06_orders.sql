-- Carts and orders. A need that reaches a cart has one, ordered or not. A payment that would fail is met by
-- those only who come to pay: who would have ordered without the failure, and who gives up there anyway.
create or replace table web_goal as
with met as (
    select
        touch.*,
        is_ordered,
        u('order', need_id) < 1 / (1 + exp(planted('payment_failure') - odds)) as would_order,
        pick([
            'research', 'research', 'research', 'browse', 'bounce', 'store_research', 'cart', 'cart',
            'checkout_contact', 'checkout_shipping', 'checkout_shipping', 'checkout_payment'
        ], u('goal', contact_key)) as last_goal
    from touch
    inner join outcome using (need_id)
    where is_web
)

select
    contact_key,
    need_id,
    case
        when is_subscribing then 'lead'
        when is_last and is_ordered and has_payment_failure then 'purchase_retry'
        when is_last and is_ordered and u('buys again', need_id) < getvariable('second_orders') then 'purchase_twice'
        when is_last and is_ordered and persona = 'impulse' then 'purchase_impulse'
        when is_last and is_ordered then 'purchase'
        when has_payment_failure and (would_order or last_goal = 'checkout_payment') then 'payment_failed'
        when has_empty_search then 'lost_search'
        when is_last then last_goal
        when number = 1 then pick([
            'bounce', 'bounce', 'bounce', 'browse', 'browse', 'browse', 'browse', 'research', 'research',
            'research', 'signup', 'lost'
        ], u('goal', contact_key))
        else pick([
            'research', 'research', 'research', 'research', 'research', 'browse', 'browse', 'bounce',
            'store_research', 'cart', 'share', 'lost'
        ], u('goal', contact_key))
    end::goal_text as goal
from met;

create or replace table contact_script as
select
    contact_key, need_id, drawn.goal, script, last_position, thanks_position, last_thanks_position, error_position,
    has_research, has_cart
from (select *, script_for(goal, u('script', contact_key)) as script from web_goal) as drawn
inner join script using (script);

-- How fast a visitor goes, and when page `page_number` of a visit begins, in microseconds.
create or replace macro pace(visit) as exp(1.1 * (u('pace', visit) + u('pace too', visit) - 1.0));
create or replace macro page_us(visit, t, page_number, pace) as
    t * 1000000 + (35000000 * pace
        * (page_number + if(page_number = 0, 0, 0.45 * u('page', visit * 64 + page_number))))::bigint;

-- What is bought or put into a cart: needs, and what somebody buys once more before leaving. The second
-- order is of no need: nothing of it acts on the next one.
create or replace table buying as
select *, need_id as visit_need_id, false as is_second
from outcome
union all by name
select
    outcome.* replace (
        second_need_id(need_id) as need_id,
        pick(products, u('slot 2', last_contact_key)) as product_id,
        orders_before + 1 as orders_before,
        false as is_late,
        false as is_defective,
        false as is_smooth
    ),
    need_id as visit_need_id,
    true as is_second
from outcome
inner join category_product using (category)
where last_contact_key in (select contact_key from contact_script where goal = 'purchase_twice');

-- What is in the cart of a need: the product looked for, and now and then something with it.
create or replace table cart_line as
with lines as (
    select
        need_id,
        person_id,
        line,
        if(line = 1, product_id, 1 + floor(u('more', need_id * 8 + line) * 64)::bigint) as product_id,
        if(u('quantity', need_id * 8 + line) < 0.12, 2, 1) as quantity,
        source_name <> 'pos' and u('coupon', need_id) < promo_share as has_coupon,
        currency
    from buying
    inner join person using (person_id)
    cross join lateral range(1, 2 + (u('lines', need_id) < 0.38)::int + (u('lines', need_id) < 0.13)::int
        + (u('lines', need_id) < 0.04)::int) as numbers(line)
),

-- Products are counted from 1; the last one is the gift card, which has no tax and no discount.
distinct_lines as (
    select *, false as is_gift_card from lines
    qualify row_number() over (partition by need_id, product_id order by line) = 1
    union all
    select need_id, person_id, 5, (select max(product_id) from product), 1, false, currency, true
    from buying
    inner join person using (person_id)
    where u('gift card', need_id) < getvariable('gift_cards')
),

priced as (
    select
        distinct_lines.*,
        product.title,
        product.category,
        product.vendor,
        product.id as item_id,
        (price / case currency when 'CHF' then 1.05 when 'GBP' then 1.18 when 'USD' then 0.92 else 1 end)::decimal(18, 2) as price
    from distinct_lines
    inner join product on product.product_id = distinct_lines.product_id
)

select
    *,
    if(has_coupon, round(price * quantity * 0.10, 2), 0)::decimal(18, 2) as discount
from priced;

create or replace table cart as
with sums as (
    select
        need_id,
        bool_or(has_coupon) as has_coupon,
        any_value(currency) as currency,
        sum(quantity) as pieces,
        coalesce(sum(price) filter (where is_gift_card), 0)::decimal(18, 2) as gift_cards,
        sum(price * quantity - discount)::decimal(18, 2) as subtotal,
        sum(discount)::decimal(18, 2) as discounts,
        string_agg(item_id, ',' order by line) as item_ids
    from cart_line
    group by need_id
)

select
    sums.*,
    (case
        when source_name = 'pos' or is_collected or subtotal >= 69 then 0
        else 6.90
    end)::decimal(18, 2) as shipping
from sums
inner join buying using (need_id);

create or replace table shop_order as
with placed as (
    select
        buying.*,
        coalesce(
            page_us(last_contact_key, last_t, if(is_second, last_thanks_position, thanks_position), pace(last_contact_key)) // 1000000,
            last_t + (600 + 1500 * u('till', need_id))::bigint
        ) as ordered_t,
        if(source_name in ('web', 'app') and u('tip', need_id) < getvariable('tips'), 2.00, 0)::decimal(18, 2) as tip,
        page_us(last_contact_key, last_t, error_position, pace(last_contact_key)) // 1000000 as failed_t,
        script
    from buying
    left join (select * exclude (need_id) from contact_script) as web on web.contact_key = last_contact_key
    where is_ordered
)

select
    placed.* exclude (odds, probability, log_odds),
    6000000000000 + placed.need_id as order_number,
    (6000000000000 + placed.need_id)::varchar as order_id,
    cart.* exclude (need_id),
    if(
        cart.currency <> 'EUR' and source_name in ('web', 'app') and u('duties', placed.need_id) < getvariable('duties'),
        round(cart.subtotal * 0.04, 2), 0
    )::decimal(18, 2) as duties,
    cart.subtotal + cart.shipping + tip + duties as total,
    round((cart.subtotal - gift_cards + cart.shipping) * 0.22 / 1.22, 2)::decimal(18, 2) as tax,
    -- Online either an account or a guest; a card at the till if there is one, or one is taken out.
    source_name in ('web', 'app') and (wants_account or source_name = 'app')
        and (person.company is null or source_name = 'app') as has_account,
    if(source_name = 'web', person.company, null) as company,
    source_name = 'phone' and u('call centre', placed.need_id) < getvariable('call_centre_phones') as has_call_centre_phone,
    source_name = 'pos' and u('at the counter', placed.need_id) < getvariable('standing_customer') as has_standing_customer,
    second_email is not null and u('which e-mail', placed.visit_need_id) < 0.4 as uses_second_email,
    case source_name
        when 'pos' then pick(['card', 'card', 'card', 'cash', 'cash', 'satispay'], u('payment', placed.need_id))
        when 'phone' then pick(['bank_transfer', 'cash_on_delivery', 'card'], u('payment', placed.need_id))
        else pick(
            ['card', 'card', 'card', 'card', 'paypal', 'paypal', 'paypal', 'klarna', 'satispay', 'cash_on_delivery'],
            u('payment', placed.visit_need_id)
        )
    end::payment_text as payment_method,
    source_name in ('web', 'app') and u('cancel', placed.need_id) < getvariable('cancellations') as is_cancelled
from placed
inner join cart using (need_id)
inner join person using (person_id);

-- Cards: an old one, or one taken out at the first purchase in a store.
create or replace table loyalty_card as
with first_purchase as (
    select person_id, min(ordered_t) as t, min_by(order_id, ordered_t) as order_id
    from shop_order
    where source_name = 'pos'
    group by person_id
)

select person_id, card, coalesce(old_card_t, t - 60) as enrolled_t, store_id
from person
left join first_purchase using (person_id)
where wants_card and (old_card_t is not null or t is not null);

-- Accounts: an old one, one made by the sign-up form, or one made with the first order online.
create or replace table account as
with chances as (
    select person_id, ordered_t as t from shop_order where has_account
    union all
    select touch.person_id, touch.t + 120
    from touch
    inner join contact_script using (contact_key)
    inner join person using (person_id)
    where goal = 'signup' and wants_account
)

select person_id, coalesce(any_value(old_account_t), min(t)) as created_t
from person
left join chances using (person_id)
where old_account_t is not null or t is not null
group by person_id;

-- After the order: when it is promised, sent, delivered or picked up, and what comes back.
create or replace table delivery as
with promised as (
    select
        *,
        case
            when is_collected then ordered_t + 86400
            else ordered_t + 86400 * 5
        end as promised_t
    from shop_order
    where source_name <> 'pos' and not is_cancelled
),

ready as (
    select
        *,
        ordered_t + case
            when is_collected and is_smooth then (7200 + 36000 * u('ready', need_id))::bigint
            when is_collected then (50000 + 60000 * u('ready', need_id))::bigint
            else (20000 + 90000 * u('ready', need_id))::bigint
        end as ready_t
    from promised
)

select
    ready.*,
    case
        when is_collected then day.start_t + opening_seconds(u('picked up', need_id))
        when is_late then promised_t + (86400 * (2 + 5 * u('how late', need_id)))::bigint
        else least(promised_t - 3600, ready_t + (86400 * (0.8 + 2 * u('journey', need_id)))::bigint)
    end as delivered_t
from ready
inner join day on day.day = local_day(ready_t) + 1;

-- What comes back or is talked about afterwards: an order on a company's account is neither.
create or replace table order_end as
select
    shop_order.need_id,
    coalesce(delivered_t, shop_order.ordered_t) as received_t,
    shop_order.is_defective or u('return', shop_order.need_id) < getvariable('returns') as wants_return
from shop_order
left join delivery using (need_id)
where not shop_order.is_cancelled and shop_order.company is null;

create or replace table returned_line as
select
    cart_line.*,
    shop_order.order_id,
    shop_order.order_number,
    shop_order.source_name,
    shop_order.store_id,
    payment_method,
    is_defective,
    received_t + (86400 * (1 + 12 * u('return after', shop_order.need_id)))::bigint as returned_t,
    source_name = 'pos' or is_collected or u('return to store', shop_order.need_id) < 0.3 as is_to_store,
    case
        when is_defective then 'defect'
        when is_late and u('reason', shop_order.need_id) < 0.5 then 'late delivery'
        else pick(['changed mind', 'not as described', 'size', 'wrong item'], u('reason', shop_order.need_id))
    end as reason
from order_end
inner join shop_order using (need_id)
inner join cart_line using (need_id)
where wants_return and getvariable('returns') > 0
    and (line = 1 or u('return line', shop_order.need_id * 8 + line) < 0.4);

-- The cart as GA4 lists it, for those carts that a visit shows.
create or replace table cart_items as
select
    need_id,
    list(ga4_item(item_id, title, vendor, category, price, quantity, if(has_coupon, 'LUME10', null)) order by line)
        as items
from cart_line
where need_id in (select need_id from contact_script where has_cart)
    or need_id in (select need_id from buying where is_second)
group by need_id;
