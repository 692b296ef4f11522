-- The CRM: contacts with their versions and merges, and everything that is said and written.
create or replace table crm_contact as
with first_orders as (
    select person_id, min(ordered_t) as t from shop_order where source_name <> 'pos' and company is null group by person_id
),

spoken as (
    select person_id, min(t) as t from touch where kind in ('phone', 'chat', 'fax', 'event', 'social') group by person_id
),

forms as (
    select person_id, subscribed_t, if(contact_key is null, null, contact_key) as form_contact_key from subscription
)

select
    person_id,
    contact_id,
    least(old_account_t, old_card_t, forms.subscribed_t, first_orders.t, spoken.t) as created_t,
    forms.subscribed_t,
    form_contact_key,
    first_orders.t as first_order_t
from person
left join first_orders using (person_id)
left join spoken using (person_id)
left join forms using (person_id)
where coalesce(old_account_t, old_card_t, forms.subscribed_t, first_orders.t, spoken.t) is not null;

-- Doubles of a contact: a second record made later, and for some a third, merged one into the other.
create or replace table contact_double as
select
    person_id,
    contact_id,
    contact_id + i as double_id,
    if(i = 2, contact_id + 1, contact_id) as merged_into,
    double_t + (i - 1) * 86400 * 3 as created_t,
    double_t + 86400 * if(i = 2, 10, 20) as merged_t,
    i
from (
    select *, greatest(created_t, getvariable('start_t')) + (86400 * (2 + 40 * u('double', person_id)))::bigint as double_t
    from crm_contact
)
cross join lateral range(1, 2 + (u('chain', person_id) < 0.3)::int) as numbers(i)
where u('has double', person_id) < getvariable('contact_merges');

create or replace table erasure as
select person_id, contact_id, greatest(created_t, getvariable('start_t')) + (86400 * (5 + 200 * u('erased after', person_id)))::bigint as requested_t
from crm_contact
where u('erasure', person_id) < getvariable('erasures');

create or replace table contact_version as
with changes as (
    select contact_id as id, person_id, created_t as t from crm_contact
    union
    select contact_id, person_id, first_order_t from crm_contact where first_order_t > created_t
    union
    select contact_id, person_id, enrolled_t + 60 from crm_contact inner join loyalty_card using (person_id) where enrolled_t > created_t
    union
    select contact_id, person_id, subscribed_t from crm_contact where subscribed_t > created_t
    union
    select contact_id, person_id, unsubscribed_t from crm_contact inner join subscription using (person_id)
    where unsubscribed_t > created_t and unsubscribed_t < getvariable('end_t')
    union
    select merged_into, person_id, merged_t from contact_double
    union
    select double_id, person_id, created_t from contact_double
    union
    select double_id, person_id, merged_t from contact_double
    union
    select contact_id, person_id, emails.changed_t from crm_contact inner join person using (person_id, contact_id)
    where emails.before is not null and emails.changed_t > created_t and emails.changed_t < getvariable('end_t')
    union
    select contact_id, person_id, requested_t + 86400 * 7 from erasure
)

select id, person_id, t, local_day(t) as version_day, false as is_stale from changes
union all
select id, person_id, t, local_day(t) + 1, true from changes where u('stale contact', id) < getvariable('stale_rows')
    and t > getvariable('start_t');

create or replace view out_crm__contact as
select
    v.id::varchar as id,
    or_empty(pasted_email(case
        when d.i = 1 then coalesce(second_email, email_at(emails, v.t))
        when d.i = 2 then null
        when u('capitals', p.person_id) < 0.08 then upper(email_at(emails, v.t)[1]) || substr(email_at(emails, v.t), 2) || ' '
        else email_at(emails, v.t)
    end, p.person_id), empty_emails(), v.id) as property_email,
    or_empty(case
        when d.i = 2 or (d.i is null and u('crm phone', p.person_id) < 0.6) then typed_phone(phone, p.person_id + 1)
        when d.i = 1 then phone
    end, empty_phones(), v.id) as property_phone,
    first_name as property_firstname,
    last_name as property_lastname,
    as_timestamp(coalesce(d.created_t, c.created_t)) as property_createdate,
    case
        when c.first_order_t <= v.t then 'customer'
        when c.subscribed_t <= v.t then 'subscriber'
        else 'lead'
    end as property_lifecyclestage,
    if(c.first_order_t <= v.t, 'CONNECTED', pick(['NEW', 'OPEN', 'IN_PROGRESS'], u('lead', p.person_id))) as property_hs_lead_status,
    pick(['ORGANIC_SEARCH', 'PAID_SEARCH', 'SOCIAL_MEDIA', 'PAID_SOCIAL', 'EMAIL_MARKETING', 'DIRECT_TRAFFIC', 'OFFLINE'], u('hs source', p.person_id))
        as property_hs_analytics_source,
    if(u('answers', p.person_id) < 0.45, pick([
        'un amico', 'Google', 'Instagram', 'spot in TV', 'radio', 'volantino', 'passando davanti al negozio', 'fiera', 'affissione in metro'
    ], u('heard', p.person_id)), null) as property_how_did_you_hear,
    or_empty(if(l.enrolled_t <= v.t and d.i is null, l.card, null), empty_keys(), v.id) as property_loyalty_card,
    or_empty(
        if(c.form_contact_key is not null and c.subscribed_t <= v.t and not p.refuses_consent and d.i is null, w.pseudo_id, null),
        empty_keys(), v.id + 1
    ) as property_ga_client_id,
    or_empty(if(u('knows instagram', p.person_id) < 0.5 and d.i is null, instagram, null), empty_keys(), v.id + 2)
        as property_instagram,
    or_empty(if(u('knows facebook', p.person_id) < 0.5 and d.i is null, facebook, null), empty_keys(), v.id + 3)
        as property_facebook,
    or_empty(if(u('knows x', p.person_id) < 0.5 and d.i is null, twitter, null), empty_keys(), v.id + 4)
        as property_twitter,
    coalesce(s.unsubscribed_t <= v.t, false) as property_hs_email_optout,
    if(s.subscribed_t <= v.t, as_timestamp(s.subscribed_t), null) as property_marketing_consent_at,
    (
        select string_agg(double_id::varchar, ';' order by double_id)
        from contact_double as m
        where m.person_id = v.person_id and m.merged_t <= v.t
            and (m.merged_into = v.id or (v.id = m.contact_id and (select merged_t from contact_double as n where n.person_id = m.person_id and n.i = 1) <= v.t))
    ) as property_hs_merged_object_ids,
    as_timestamp(v.t) as property_lastmodifieddate,
    coalesce(d.merged_t <= v.t, false) or coalesce(e.requested_t + 86400 * 7 <= v.t, false) as is_deleted,
    greatest(0, v.version_day) as export_day,
    v.person_id
from contact_version as v
inner join person as p using (person_id)
inner join crm_contact as c on c.person_id = v.person_id
left join contact_double as d on d.double_id = v.id
left join loyalty_card as l on l.person_id = v.person_id
left join subscription as s on s.person_id = v.person_id
left join erasure as e on e.person_id = v.person_id
left join web_visit as w on w.visit_key = c.form_contact_key
union all by name
select distinct
    company_contact_id(company) as id,
    company_email(company) as property_email,
    'Ufficio' as property_firstname,
    'Acquisti' as property_lastname,
    as_timestamp(getvariable('start_t') - 86400 * 500) as property_createdate,
    'customer' as property_lifecyclestage,
    'CONNECTED' as property_hs_lead_status,
    false as property_hs_email_optout,
    as_timestamp(getvariable('start_t') - 86400 * 500) as property_lastmodifieddate,
    false as is_deleted,
    0 as export_day
from person
where company is not null;

create or replace view out_crm__contact_merge_audit as
select merged_into::varchar as canonical_vid, double_id::varchar as vid_to_merge, as_timestamp(merged_t) as timestamp, local_day(merged_t) as export_day
from contact_double;

create or replace view out_privacy__erasure_request as
select
    'ER' || person_id as id, as_timestamp(requested_t) as requested_at, email, if(person_id % 2 = 0, phone, null) as phone,
    null::varchar as customer_id, contact_id::varchar as contact_id, null::varchar as user_pseudo_id,
    local_day(requested_t) as export_day
from erasure
inner join person using (person_id, contact_id);

create or replace view out_crm__contact_form_submission as
select
    contact_id::varchar as contact_id, 'newsletter' as form_id, as_timestamp(subscribed_t) as timestamp,
    'https://www.casalume.example/newsletter' as page_url, 'Iscriviti alla newsletter' as title,
    'CV' || person_id as conversion_id, local_day(subscribed_t) as export_day
from crm_contact
where form_contact_key is not null;

create or replace view out_crm__deal as
select
    'D' || need_id as deal_id,
    contact_id::varchar as contact_id,
    if(is_ordered, o.total, null)::decimal(18, 4) as property_amount,
    as_timestamp(touch.t) as property_createdate,
    as_timestamp(touch.t + if(is_ordered, 3600, 86400 * 7)) as property_closedate,
    if(is_ordered, 'closedwon', 'closedlost') as property_dealstage,
    o.order_id as property_order_id,
    local_day(touch.t + if(is_ordered, 3600, 86400 * 7)) as export_day,
    person_id
from touch
inner join (select need_id, is_ordered from outcome) using (need_id)
inner join crm_contact using (person_id)
left join (select need_id, order_id, total from shop_order) as o using (need_id)
where is_last and kind in ('phone', 'fax');

-- Calls, chats, faxes, meetings and messages.
create or replace table engagement as
with said as (
    select
        contact_key as key, person_id, t, case kind when 'phone' then 'CALL' when 'chat' then 'CHAT' else 'FAX' end as type,
        'INBOUND' as direction,
        case
            when is_unanswered then 'NO_ANSWER' when kind = 'chat' then if(is_quick_answer, 'ANSWERED', 'ANSWERED_LATE')
            else 'CONNECTED'
        end as outcome,
        case
            when kind = 'fax' then 0
            when is_unanswered then 40 + 80 * u('waits', contact_key)
            else 120 + 500 * u('talks', contact_key)
        end as seconds,
        case
            when is_unanswered then 'Chiamata persa: il cliente ha atteso in linea.'
            when kind = 'chat' and is_quick_answer then 'Chiede disponibilità e tempi di consegna. Risposta in 20 secondi.'
            when kind = 'chat' then 'Chiede informazioni sul prodotto. Risposta dopo diversi minuti.'
            when kind = 'fax' then 'Richiesta di preventivo via fax.'
            when is_last and is_ordered then 'Ordine preso al telefono.'
            else pick(['Chiede informazioni su un prodotto.', 'Chiede gli orari del negozio.', 'Chiede un consiglio per un regalo.'], u('asks', contact_key))
        end as body,
        null as campaign_id
    from touch
    inner join (select need_id, is_ordered from outcome) using (need_id)
    where kind in ('phone', 'chat', 'fax')
    union all
    -- Text messages with an offer: those that brought a visit, and those that did not.
    select 9000000000000000 + contact_key, person_id, t - (300 + 3000 * u('sms', contact_key))::bigint, 'SMS', 'OUTBOUND', 'DELIVERED', 0,
        'Casa Lume: -10% con LUME10 fino a domenica.', '90110001'
    from touch
    where channel = 'SMS'
    union all
    select 9100000000000000 + person_id * 1000 + day.day, person_id, start_t + 36000, 'SMS', 'OUTBOUND', 'DELIVERED', 0,
        'Casa Lume: -10% con LUME10 fino a domenica.', '90110001'
    from day
    inner join subscription on subscribed_t < start_t and unsubscribed_t > start_t
        and u('sms list', person_id * 10000 + day.day) < 0.04
    where day.day between 0 and getvariable('days') - 1 and day.day % 28 = 12
    union all
    -- After the sale: the shop calls about late parcels, customers write on WhatsApp and by e-mail.
    select 9200000000000000 + need_id, person_id, promised_t + 20000, 'CALL', 'OUTBOUND', if(u('reached', need_id) < 0.6, 'CONNECTED', 'NO_ANSWER'), 90,
        'Avvisato il cliente del ritardo.', null
    from delivery
    where is_late and u('calls late', need_id) < 0.4
    union all
    select 9300000000000000 + need_id, person_id, delivered_t + 4000, if(u('wa', need_id) < 0.5, 'WHATS_APP', 'INCOMING_EMAIL'), 'INBOUND', 'RECEIVED', 0,
        if(is_late or is_defective, 'Sono molto deluso, il pacco è arrivato in ritardo o rovinato.', 'Grazie mille, tutto perfetto!'), null
    from delivery
    where u('writes', need_id) < if(is_late or is_defective, 0.25, 0.03)
    union all
    select 9400000000000000 + contact_key, touch.person_id, t, 'MEETING', 'INBOUND', 'COMPLETED', 3600, 'Consulenza in negozio su appuntamento.', null
    from touch
    inner join store_visit on store_visit.key = contact_key and store_visit.source = 'appointment'
        and store_visit.person_id = touch.person_id
    where u('noted', contact_key) < 0.6
)

select said.* exclude (person_id), said.person_id, 'E' || key as engagement_id, contact_id
from said
inner join crm_contact using (person_id)
where said.t >= crm_contact.created_t;

create or replace view out_crm__engagement as
select
    engagement_id, type, as_timestamp(t) as occurred_at, direction, if(seconds > 0, (seconds * 1000)::bigint, null) as duration_ms,
    outcome, body, if(type = 'SMS', null, 'OW' || (1 + key % 9)) as owner_id, campaign_id, local_day(t) as export_day, person_id
from engagement;

create or replace view out_crm__engagement_contact as
select engagement_id, spelled_key(contact_id::varchar, key) as contact_id, local_day(t) as export_day from engagement;

-- Tickets: what went wrong with an order, and questions before one.
create or replace table ticket as
with opened as (
    select
        'K' || need_id as id, person_id, need_id, order_id,
        promised_t + (40000 + 90000 * u('complains', need_id))::bigint as t, 'delivery' as category,
        'Ordine in ritardo' as subject,
        pick(['Il pacco doveva arrivare giorni fa e non so dove sia.', 'Consegna in ritardo, nessuno mi avvisa.',
            'My parcel is late and nobody answers.'], u('says', need_id)) as content
    from delivery
    where is_late and company is null and u('ticket', need_id) < 0.45
    union all
    select distinct 'K' || need_id || 'r', person_id, need_id, order_id, returned_t - 100000, 'return',
        'Richiesta di reso', if(is_defective, 'Il prodotto è arrivato difettoso, vorrei il rimborso.', 'Vorrei rendere il prodotto.')
    from returned_line
    where u('ticket', need_id) < if(is_defective, 0.7, 0.25)
    union all
    select 'K' || need_id || 'p', person_id, need_id, null, begun_t + 900, 'payment', 'Pagamento rifiutato',
        'Il pagamento viene rifiutato e non riesco a completare l''ordine.'
    from abandoned
    where goal = 'payment_failed' and u('ticket', need_id) < 0.25
    union all
    select 'K' || need_id || 'q', person_id, need_id, order_id, received_t + 200000, 'product', 'Domanda sul prodotto',
        'Come si pulisce? Non trovo le istruzioni.'
    from order_end
    inner join shop_order using (need_id)
    where u('question', need_id) < 0.03
)

select
    opened.*,
    contact_id,
    t + (1800 + 80000 * exponential('reply', need_id))::bigint as replied_t,
    t + (90000 + 250000 * exponential('close', need_id))::bigint + (80000 * exponential('reply', need_id))::bigint as closed_t,
    u('never closed', need_id) < 0.04 as is_left_open
from opened
inner join crm_contact using (person_id);

create or replace view out_crm__ticket as
select
    id, spelled_key(contact_id::varchar, need_id) as contact_id, as_timestamp(t) as property_createdate,
    if(is_left_open, null, as_timestamp(closed_t)) as property_closed_date,
    as_timestamp(replied_t) as property_first_agent_reply_date,
    category as property_hs_ticket_category,
    case category when 'payment' then 'URGENT' when 'delivery' then 'HIGH' when 'return' then 'MEDIUM' else 'LOW' end as property_hs_ticket_priority,
    subject as property_subject, content as property_content,
    pick(['EMAIL', 'CHAT', 'PHONE', 'FORM', 'SOCIAL', 'STORE'], u('ticket source', need_id)) as property_source_type,
    or_empty(spelled_key(order_id, need_id + 1), empty_keys(), need_id) as order_id,
    local_day(closed_t) as export_day,
    person_id
from ticket;

create or replace table survey as
select
    'NPS' || need_id as id, person_id, 'NPS' as survey_type,
    case
        when is_late or is_defective then floor(6.5 * u('score', need_id))
        when u('score', need_id) < 0.12 then 6 when u('score', need_id) < 0.42 then 7 + floor(2 * u('score too', need_id))
        else 9 + floor(2 * u('score too', need_id))
    end as value,
    received_t + 86400 * 8 + 30000 as t, 'order' as touchpoint_type, order_id, need_id
from order_end
inner join shop_order using (need_id)
where u('nps', need_id) < if(is_late or is_defective, 0.22, 0.13)
union all
select 'CSAT' || id, person_id, 'CSAT', if(closed_t - t > 500000, 1 + floor(3 * u('csat', need_id)), 3 + floor(3 * u('csat', need_id))),
    closed_t + 7200, 'ticket', order_id, need_id
from ticket
where not is_left_open and u('csat answer', need_id) < 0.35
union all
select 'CES' || need_id, person_id, 'CES', if(failed_t is null, 5 + floor(3 * u('ces', need_id)), 1 + floor(3 * u('ces', need_id))),
    ordered_t + 120, 'checkout', order_id, need_id
from shop_order
where source_name in ('web', 'app') and company is null and u('ces answer', need_id) < 0.06;

create or replace view out_crm__feedback_submission as
select
    id, spelled_key(contact_id::varchar, need_id) as contact_id, survey_type, value::double as value,
    case
        when u('comments', need_id) > 0.35 then null
        when survey_type = 'NPS' and value <= 6 then 'Deluso: consegna e assistenza da migliorare.'
        when survey_type = 'NPS' and value >= 9 then 'Tutto perfetto, consigliatissimo.'
        when value <= 2 then 'Troppo complicato.'
        else 'Va bene.'
    end as content,
    as_timestamp(t) as submitted_at, touchpoint_type, order_id, local_day(t) as export_day, person_id
from survey
inner join crm_contact using (person_id);

create or replace view out_crm__event_attendance as
select
    'EV' || store_id || '-' || strftime(as_timestamp(t), '%Y%m%d') as event_id,
    contact_id::varchar as contact_id,
    ['Corso di coltelli', 'Cena dal vivo', 'Prova la planetaria', 'Fiera del design'][1 + local_day(t) % 4] as event_name,
    as_timestamp(t) as attended_at,
    ['workshop', 'workshop', 'try-out', 'fair'][1 + local_day(t) % 4] as kind,
    local_day(t) as export_day,
    person_id
from touch
inner join crm_contact using (person_id)
where touch.kind = 'event'
qualify row_number() over (partition by contact_id, store_id, local_day(t) order by t) = 1;
