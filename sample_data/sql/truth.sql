-- What is true of the world up to the last day written. Every `truth_*` view becomes a file.
set variable truth_end_t = (select start_t from day where day = getvariable('last_day') + 1);

create or replace view truth_person as
select person_id as person, company, persona, language, city, currency, refuses_consent, is_couple, mailbox in ('apple', 'proxy') as has_machine_opens
from person;

create or replace view truth_identifier as
with seen as (
    select 'user_pseudo_id' as identifier_type, pseudo_id as identifier, person_id as person,
        case when is_bot then 'bot' when is_internal then 'employee' when company is not null then 'company' else 'person' end as owner,
        min(t) as first_t, company
    from web_visit
    where not is_refused and t < getvariable('truth_end_t')
    group by all
    union all
    select 'user_id', customer_id, person_id, if(company is null, 'person', 'company'), min(t), company
    from web_visit
    where login_position is not null and t < getvariable('truth_end_t')
    group by all
    union all
    select 'customer_id', customer_id, person_id, 'person', created_t, null from account inner join person using (person_id)
    union all
    select 'contact_id', contact_id::varchar, person_id, 'person', created_t, null from crm_contact
    union all
    select 'contact_id', double_id::varchar, person_id, 'person', created_t, null from contact_double
    union all
    select 'loyalty_card', card, person_id, 'person', enrolled_t, null from loyalty_card
    union all
    select 'email', email, person_id, 'person', getvariable('start_t'), null from person
    union all
    select 'email', second_email, person_id, 'person', getvariable('start_t'), null from person where second_email is not null
    union all
    select 'email', emails.before, person_id, 'person', getvariable('start_t'), null from person where emails.before is not null
    union all
    select 'customer_id', standing_customer_id(), person_id, 'till', ordered_t, null from shop_order where has_standing_customer
    union all
    select 'email', referred_email, null, 'stranger', shared_t, null from referral where referred_person_id is null
    union all
    select 'email', 'prova@casalume.example', null, 'employee', getvariable('start_t'), null
    union all
    select 'phone', phone, person_id, 'person', getvariable('start_t'), null from person
    union all
    -- A company's own, and who has used them so far.
    select identifier_type, identifier, person_id, 'company', t, company
    from (
        select distinct company, null as person_id, getvariable('start_t') as t from person
        union all
        select company, person_id, ordered_t from shop_order
    )
    cross join lateral (values
        ('customer_id', company_customer_id(company)), ('contact_id', company_contact_id(company)),
        ('email', company_email(company))
    ) as names(identifier_type, identifier)
    where company is not null
    union all
    select distinct 'phone', '+390255500100', person_id, 'call centre', ordered_t, null from shop_order where has_call_centre_phone
    union all
    select 'handle', 'instagram:' || instagram, person_id, 'person', getvariable('start_t'), null from person where instagram is not null
    union all
    select 'handle', 'facebook:' || facebook, person_id, 'person', getvariable('start_t'), null from person where facebook is not null
    union all
    select 'handle', 'x:' || twitter, person_id, 'person', getvariable('start_t'), null from person where twitter is not null
    union all
    select 'order_id', order_id, person_id, if(company is null, 'person', 'company'), ordered_t, company from shop_order
    union all
    select 'order_id', order_id, null, 'employee', ordered_t, null from test_order
)

select
    identifier_type, identifier, person, owner, company, as_timestamp(min(first_t)) as first_at,
    count(distinct person) over (partition by identifier_type, identifier) > 1 as is_shared
from seen
where first_t < getvariable('truth_end_t')
group by identifier_type, identifier, person, owner, company;

create or replace view web_event_row as
select * from read_parquet(getvariable('web_event_files'));

create or replace table session_truth as
with events as (
    select session_key, min(event_timestamp) as first_us, max(event_timestamp) as last_us, count(*) as events
    from (
        select distinct session_key, event_key, event_timestamp
        from web_event_row
        where row_kind = 'event'
    )
    group by session_key
)

select
    v.visit_key as session_key,
    stream_id,
    if(is_refused, null, pseudo_id) as user_pseudo_id,
    if(is_refused, null, t) as ga_session_id,
    v.person_id as person,
    kind,
    make_timestamp(first_us) as started_at,
    make_timestamp(last_us) as ended_at,
    events,
    channel as cause,
    channel_group as channel,
    coalesce(last_click.channel_group, 'Direct') as last_non_direct_channel,
    source,
    medium,
    campaign,
    goal,
    script,
    is_refused,
    is_bot,
    is_internal,
    goal in ('lost', 'lost_search') as is_confused,
    login_position is not null as is_logged_in,
    need_id,
    order_id,
    second_order.order_id as second_order_id
from web_visit as v
inner join events on events.session_key = v.visit_key;

create or replace view truth_session as from session_truth;

create or replace view truth_order as
with research as (
    select visit_key, person_id, t, is_refused from web_visit where has_research and person_id is not null
),

trials as (select visit_id, person_id, entered_t, source from store_visit where has_demo),

online as (
    select
        need_id,
        max_by(visit_key, t) as session_key,
        bool_or(not is_refused) as is_observable
    from shop_order
    inner join research on research.person_id = shop_order.person_id and t between ordered_t - 30 * 86400 and ordered_t - 1
    where source_name = 'pos'
    group by need_id
),

tried as (
    select need_id, max_by(visit_id, entered_t) as visit_id
    from shop_order
    inner join trials on trials.person_id = shop_order.person_id and entered_t between ordered_t - 30 * 86400 and ordered_t - 1
    where source_name <> 'pos'
    group by need_id
)

select
    o.order_id,
    o.person_id as person,
    as_timestamp(o.ordered_t) as ordered_at,
    source_name,
    case
        when is_collected then 'click_and_collect'
        when source_name in ('web', 'app', 'facebook', 'instagram') and tried.visit_id is not null then 'try_and_buy'
        when source_name = 'pos' and online.session_key is not null then 'ropo'
        when source_name = 'pos' then 'in_store'
        else 'online'
    end as purchase_mode,
    tried.visit_id as trial_visit_id,
    online.session_key as research_session_key,
    coalesce(online.is_observable, true) as is_observable,
    touches.is_quick and touches.contacts <= 3 and not is_second as is_impulse,
    orders_before = 0 as is_first_order,
    is_late,
    is_defective,
    is_cancelled,
    failed_t is not null as had_payment_failure,
    if(is_second, null, needs.probability) as probability,
    if(is_second, null, o.need_id) as need_id,
    is_second,
    company,
    false as is_test
from shop_order as o
inner join (select need_id as visit_need_id, probability from outcome) as needs using (visit_need_id)
inner join (
    select need_id as visit_need_id, any_value(is_quick) as is_quick, any_value(contacts) as contacts from touch group by need_id
) as touches using (visit_need_id)
left join online using (need_id)
left join tried using (need_id)
where o.ordered_t < getvariable('truth_end_t')
union all
select order_id, null, as_timestamp(ordered_t), 'web', null, null, null, null, false, false, false, false, false, false, null, null, false, null, true
from test_order
where ordered_t < getvariable('truth_end_t');

-- Needs that were over by then: what cause and effect are measured on.
create or replace view decided_need as
select *, u('order', need_id) as draw
from outcome
where last_t < getvariable('truth_end_t');

create or replace view truth_need as
select
    need_id, person_id as person, k as number, persona, category, as_timestamp(last_t) as decided_at, odds as log_odds,
    probability, draw, is_ordered, orders_before, after_bad, after_smooth
from decided_need;

-- Each channel with and without its effect, everything else (the draws too) staying as it was.
create or replace view truth_channel_effect as
with cases as (
    select
        channel, effect, probability, draw, is_ordered, total,
        1 / (1 + exp(-(odds - effect))) as probability_without
    from need_channel
    inner join decided_need using (need_id)
    left join (
        select need_id, (subtotal - gift_cards) * case currency when 'CHF' then 1.05 when 'GBP' then 1.18 when 'USD' then 0.92 else 1 end as total
        from shop_order
    ) as value using (need_id)
)

select
    channel,
    any_value(effect) as effect_log_odds,
    count(*) as needs,
    sum(is_ordered::int) as conversions,
    sum(probability::decimal(18, 9))::double as expected_conversions,
    sum(probability_without::decimal(18, 9))::double as expected_conversions_without,
    sum((probability - probability_without)::decimal(18, 9))::double as expected_incremental_conversions,
    sum((draw < probability_without)::int) as conversions_without,
    sum(is_ordered::int) - sum((draw < probability_without)::int) as incremental_conversions,
    coalesce(sum(total) filter (where is_ordered and draw >= probability_without), 0)::double as incremental_revenue
from cases
group by channel;

create or replace view truth_planted_effect as
with met as (
    select effect_id, need_id from need_effect
    union all
    select 'late_delivery', need_id from outcome where after_bad
    union all
    select 'smooth_pickup', need_id from outcome where after_smooth
),

cases as (
    select effect_id, is_ordered, probability, 1 / (1 + exp(-(odds - planted_effect.effect))) as probability_without
    from met
    inner join decided_need using (need_id)
    inner join planted_effect using (effect_id)
)

select
    e.effect_id, e.kind, e.touchpoint_type, e.stage, e.persona, e.acts_on, e.description, e.effect as effect_log_odds,
    count(cases.effect_id) as needs,
    coalesce(sum(is_ordered::int), 0) as conversions,
    coalesce(sum(probability::decimal(18, 9))::double, 0) as expected_conversions,
    coalesce(sum(probability_without::decimal(18, 9))::double, 0) as expected_conversions_without
from planted_effect as e
left join cases using (effect_id)
group by all;

create or replace view truth_review as
select
    id, platform, person_id as person, order_id, as_timestamp(t) as created_at, language, sentiment::double as sentiment,
    case label when 1 then 'positive' when -1 then 'negative' else 'neutral' end as sentiment_label,
    stars, null::varchar as brand
from review
where t < getvariable('truth_end_t')
union all
select
    id, platform, null, null, as_timestamp(t), language, sentiment,
    case label when 1 then 'positive' when -1 then 'negative' else 'neutral' end, stars, brand
from competitor_review
where t < getvariable('truth_end_t');

create or replace view truth_review_aspect as
select 'RV' || need_id as id, aspect, polarity as sentiment, text
from review_aspect
where t < getvariable('truth_end_t') and need_id in (select need_id from review where not is_unread)
union all
select competitor_review.id, aspect, polarity, text
from competitor_review
inner join review_aspect using (need_id)
where competitor_review.t < getvariable('truth_end_t') and need_id in (select need_id from review where not is_unread);

create or replace view truth_email_event as
select id, type, person_id as person, is_machine from email_event where t < getvariable('truth_end_t');

-- Why the newest report of a campaign differs from what persons did until now: messages that machines
-- alone opened or clicked, and those that persons did only after the report.
create or replace view truth_email_report as
with newest as (
    select campaign_id, reported_t, counts_machines
    from email_report
    where reported_t < getvariable('truth_end_t')
    qualify reported_t = max(reported_t) over (partition by campaign_id)
),

reported_message as (
    select
        newest.campaign_id, reported_t, counts_machines,
        coalesce(bool_or(t < reported_t and (counts_machines or not is_machine)), false) as is_reported_opened,
        bool_or(not is_machine) as is_opened,
        coalesce(bool_or(type = 'CLICK' and t < reported_t and (counts_machines or not is_machine)), false) as is_reported_clicked,
        bool_or(type = 'CLICK' and not is_machine) as is_clicked
    from newest
    inner join email_event on newest.campaign_id = email_event.campaign_id::varchar
    where type in ('OPEN', 'CLICK') and t < getvariable('truth_end_t')
    group by newest.campaign_id, reported_t, counts_machines, coalesce(sent_by_id, id)
)

select
    campaign_id, as_timestamp(reported_t) as reported_at, counts_machines,
    count_if(is_reported_opened and not is_opened)::bigint as machine_opens,
    count_if(is_opened and not is_reported_opened)::bigint as later_opens,
    count_if(is_reported_clicked and not is_clicked)::bigint as machine_clicks,
    count_if(is_clicked and not is_reported_clicked)::bigint as later_clicks
from reported_message
group by campaign_id, reported_t, counts_machines;

-- The stage of every contact, by the default rules of the docs (docs/sample_world.md).
create or replace view truth_touchpoint as
with key_interactions as (
    select
        -- As numbers: texts would be held in memory whatever its limit.
        min_by(event_key::bigint, event_timestamp)::varchar as source_key, session_key, event_name, person, min(event_timestamp) // 1000000 as t
    from web_event_row
    where row_kind = 'event' and not is_bot and not is_internal and event_name in (
        'view_item', 'compare_products', 'view_search_results', 'read_review', 'view_store_locator', 'add_to_cart',
        'begin_checkout', 'add_shipping_info', 'add_payment_info', 'payment_error', 'purchase', 'share', 'sign_up',
        'generate_lead', 'video_start'
    )
    group by session_key, event_name, person
),

contacts as (
    select
        'ga4.session' as source_table, session_key::varchar as source_key, 'session' as touchpoint_type, person,
        epoch(started_at)::bigint as t,
        if(channel in ('Direct', 'Email', 'Mobile Push', 'SMS') or campaign = 'gdn_retargeting', 'evaluation', 'awareness') as stage_before,
        'loyalty' as stage_after
    from session_truth
    where person is not null
    union all
    select
        'ga4.event', source_key, event_name, person, t,
        case
            when event_name in ('add_to_cart', 'begin_checkout', 'add_shipping_info', 'add_payment_info', 'payment_error', 'purchase') then 'conversion'
            when event_name = 'share' then 'advocacy'
            else 'evaluation'
        end,
        case
            when event_name = 'purchase' then 'loyalty'
            when event_name in ('add_to_cart', 'begin_checkout', 'add_shipping_info', 'add_payment_info', 'payment_error') then 'conversion'
            when event_name = 'share' then 'advocacy'
            when event_name in ('sign_up', 'generate_lead') then 'loyalty'
            else 'evaluation'
        end
    from key_interactions
    where person is not null
    union all
    select 'email.event', id, 'email_' || lower(type), person_id, t, 'evaluation', 'loyalty' from email_event
    union all
    select 'crm.engagement', engagement_id, lower(type), person_id, t,
        case when type = 'SMS' then 'awareness' when body = 'Ordine preso al telefono.' then 'conversion' else 'evaluation' end, 'loyalty'
    from engagement
    union all
    select 'crm.ticket', id, 'ticket', person_id, t, if(category = 'payment', 'conversion', 'loyalty'), if(category = 'payment', 'conversion', 'loyalty')
    from ticket
    union all
    select 'crm.feedback_submission', id, lower(survey_type), person_id, t, if(survey_type = 'NPS' and value >= 9, 'advocacy', 'loyalty'),
        if(survey_type = 'NPS' and value >= 9, 'advocacy', 'loyalty')
    from survey
    inner join crm_contact using (person_id)
    union all
    select 'store.visit', visit_id, 'store_visit_' || purpose, person_id, entered_t,
        case when purpose in ('purchase', 'pick-up') then 'conversion' when purpose = 'return' then 'loyalty' else 'evaluation' end,
        case when purpose in ('purchase', 'pick-up') then 'conversion' else 'loyalty' end
    from store_visit
    where person_id is not null
    union all
    select 'store.order', order_id, 'order', person_id, ordered_t, 'conversion', 'loyalty' from shop_order
    union all
    select 'store.refund_line', 'R' || order_id || '-' || line, 'return', person_id, returned_t, 'loyalty', 'loyalty' from returned_line
    union all
    select 'store.loyalty_event', id, 'loyalty_' || kind, person_id, t, 'loyalty', 'loyalty' from loyalty_movement
    union all
    select 'store.referral', id, 'referral_made', referrer_person_id, shared_t, 'advocacy', 'advocacy' from referral
    union all
    select 'reviews.review', id, 'review', person_id, t, if(label = 1, 'advocacy', 'loyalty'), if(label = 1, 'advocacy', 'loyalty') from review
    union all
    select 'social.interaction', id, 'social_' || kind, person_id, t,
        case when kind = 'share' or (kind = 'mention' and sentiment > 0) then 'advocacy' when kind = 'mention' then 'loyalty'
            when kind = 'order' then 'conversion' when kind = 'message' then 'evaluation' else 'awareness' end,
        case when kind = 'share' or (kind = 'mention' and sentiment > 0) then 'advocacy' else 'loyalty' end
    from social
    where person_id is not null
)

select
    source_table, source_key, touchpoint_type, contacts.person, as_timestamp(t) as touched_at,
    if(first_ordered_t < t, stage_after, stage_before) as stage
from contacts
left join ordered_times on ordered_times.person_id = contacts.person
where t between getvariable('start_t') and getvariable('truth_end_t') - 1;

-- Rows that are no plain contact of a person, one by one, so that counts can be reconciled.
create or replace view truth_planted_row as
select 'ga4' as source, 'event' as table_name, file, event_key as row_key, row_kind as kind from web_event_row where row_kind <> 'event'
union all
select 'ga4', 'event', file, event_key, 'bot' from web_event_row where is_bot and row_kind = 'event'
union all
select 'ga4', 'event', file, event_key, 'internal' from web_event_row where is_internal and row_kind = 'event'
union all
select 'ga4', 'event', file, event_key, 'late' from web_event_row where is_late and row_kind = 'event'
union all
select 'ga4', 'event', file, event_key, 'reexport' from web_event_row where file like '%reexport%' and row_kind = 'event'
union all
select 'ga4', 'event', file, event_key, 'intraday' from web_event_row where file like '%intraday%' and row_kind = 'event'
union all
select source, table_name, file, row_key, 'broken' from broken_row
union all
select 'store', 'order', null, order_id, 'test' from test_order where ordered_t < getvariable('truth_end_t')
union all
select 'store', 'order', null, order_id, 'stale' from order_version inner join shop_order using (need_id)
where financial_status = 'stale' and local_day(version_t) + 1 <= getvariable('last_day')
union all
select 'crm', 'contact', null, id::varchar, 'stale' from contact_version where is_stale and version_day + 1 - 1 <= getvariable('last_day')
union all
select 'email', 'event', null, id, 'machine' from email_event where is_machine and t < getvariable('truth_end_t');

create or replace view truth_file as select * from landed_file;
