-- What decides an order: the log-odds of a need are the persona's, plus those of every channel met,
-- plus the planted pain points and moments of truth, plus what the last order was like.
create or replace table planted_effect as
select
    *,
    log_odds * if(kind = 'pain', getvariable('pain_strength'), getvariable('moment_strength')) as effect
from reference_planted_effects;

set variable effects = (select map_from_entries(list((effect_id, effect))) from planted_effect);
create or replace macro planted(name) as getvariable('effects')[name];

create or replace table need_channel as
select need_id, channel, any_value(effect) as effect
from touch
group by need_id, channel;

create or replace table need_effect as
select need_id, 'payment_failure' as effect_id from touch where has_payment_failure
union all
select distinct need_id, 'empty_search' from touch where has_empty_search and persona = 'planner'
union all
select distinct need_id, 'unanswered_call' from touch where is_unanswered
union all
select distinct need_id, 'store_demo' from touch where has_demo
union all
select distinct need_id, 'quick_chat' from touch where is_quick_answer
union all
select distinct need_id, 'workshop' from touch where kind = 'event' and persona = 'fan';

create or replace table need_odds as
with channels as (select need_id, sum(effect::decimal(12, 6))::double as effect from need_channel group by need_id),

planted as (select need_id, sum(planted(effect_id)::decimal(12, 6))::double as effect from need_effect group by need_id),

final as (
    select
        need_id, contact_key as last_contact_key, kind as last_kind, device_kind, store_id, t as last_t
    from touch
    where is_last
)

select
    need.need_id,
    need.person_id,
    need.k,
    need.persona,
    need.product_id,
    need.category,
    final.* exclude (need_id),
    base_logit + channels.effect + coalesce(planted.effect, 0) as log_odds,
    case last_kind
        when 'web' then if(device_kind = 'app', 'app', 'web')
        when 'store' then 'pos'
        when 'social' then if(u('social shop', need.need_id) < 0.6 and person.instagram is not null
            or person.facebook is null, 'instagram', 'facebook')
        else 'phone'
    end::order_source_text as source_name,
    last_kind = 'web' and currency = 'EUR'
        and u('collect', need.need_id) < case need.persona when 'store_lover' then 0.45 when 'planner' then 0.2 else 0.1 end
        as is_collected
from need
inner join person using (person_id)
inner join channels using (need_id)
inner join final using (need_id)
left join planted using (need_id);

create or replace table need_fate as
select
    *,
    source_name <> 'pos' and not is_collected and u('late', need_id) < getvariable('late_deliveries') as would_be_late,
    u('defect', need_id) < 0.035 as would_be_defective,
    is_collected and u('smooth', need_id) < 0.6 as would_be_smooth
from need_odds;

-- Needs one after the other: each knows what the last order was like.
create or replace table outcome as
with recursive walk as (
    select
        need_id, person_id, k,
        log_odds as odds,
        u('order', need_id) < 1 / (1 + exp(-log_odds)) as is_ordered,
        0 as orders_before,
        false as after_bad,
        false as after_smooth
    from need_fate
    where k = 1

    union all

    select
        need_id, person_id, k, odds, u('order', need_id) < 1 / (1 + exp(-odds)),
        orders_before, after_bad, after_smooth
    from (
        select
            next.need_id,
            next.person_id,
            next.k,
            next.log_odds
                + if(orders > 0, 0.35, 0)
                + if(bad, planted('late_delivery'), 0)
                + if(smooth, planted('smooth_pickup'), 0) as odds,
            orders as orders_before,
            bad as after_bad,
            smooth as after_smooth
        from (
            select
                walk.person_id,
                walk.k,
                walk.orders_before + walk.is_ordered::int as orders,
                if(is_ordered, would_be_late or would_be_defective, after_bad) as bad,
                if(is_ordered, would_be_smooth, after_smooth) as smooth
            from walk
            inner join need_fate using (need_id)
        ) as state
        inner join need_fate as next on next.person_id = state.person_id and next.k = state.k + 1
    )
)

select
    need_fate.*,
    walk.odds,
    1 / (1 + exp(-walk.odds)) as probability,
    walk.is_ordered,
    walk.orders_before,
    walk.after_bad,
    walk.after_smooth,
    need_fate.would_be_late and walk.is_ordered as is_late,
    need_fate.would_be_defective and walk.is_ordered as is_defective,
    need_fate.would_be_smooth and walk.is_ordered as is_smooth
from walk
inner join need_fate using (need_id);
