-- E-mail: campaigns, messages, and what happens to a message.
create or replace table email_campaign as
with regular as (
    select
        day.day,
        row_number() over (order by day.day) as number,
        day.start_t + 32400 as sent_t,
        strftime(day.date, '%G_%V') as week,
        day.date,
        (day.date - date '2000-01-04') // 7 as parity
    from day
    where day.day between 0 and getvariable('days') - 1 and isodow(day.date) = 2
)

select
    40000 + parity as campaign_no,
    (8000000 + parity)::varchar as id,
    'newsletter_' || week as name,
    pick([
        'Le novità della settimana', 'Idee per la tua cucina', 'La tavola di stagione',
        'Luce e colori in casa', 'Piccoli gesti, grandi cene'
    ], u('subject', parity)) as subject,
    'newsletter' as type,
    null as workflow_id,
    null as offer_id,
    false as is_personalised,
    sent_t,
    parity % 2 as segment
from regular
where parity % 4 <> 3

union all

select
    40000 + parity, (8000000 + parity)::varchar, 'promo_' || week,
    pick(['Solo per te: -10%', 'Weekend di sconti', 'Ultimi giorni: 10% su tutto'], u('subject', parity)),
    'promotion', null, 'LUME10', parity % 8 = 3, sent_t, null
from regular
where parity % 4 = 3

union all

select campaign_no, id, name, subject, type, workflow_id, null, is_personalised, getvariable('start_t') - 86400 * 400, null
from (values
    (11, '7000011', 'benvenuto', 'Benvenuto in Casa Lume', 'automation', 'W-01', false),
    (12, '7000012', 'promemoria_navigazione', 'Ti è piaciuto? È ancora qui', 'automation', 'W-02', true),
    (13, '7000013', 'promemoria_carrello', 'Hai dimenticato qualcosa nel carrello', 'automation', 'W-03', true),
    (14, '7000014', 'richiesta_recensione', 'Com''è andata? Raccontacelo', 'automation', 'W-04', true),
    (21, '7000021', 'conferma_ordine', 'Grazie per il tuo ordine', 'transactional', null, true),
    (22, '7000022', 'ordine_spedito', 'Il tuo ordine è in viaggio', 'transactional', null, true)
) as standing(campaign_no, id, name, subject, type, workflow_id, is_personalised);

create or replace type campaign_text as enum (
    select name from email_campaign
    union
    select unnest([campaign_name, '(' || medium || ')', '(not set)', '(direct)']) from source
    order by name
);
create or replace type campaign_id_text as enum (
    select id from email_campaign union select campaign_id from source order by id
);

create or replace table message as
with newsletters as (
    select
        campaign_no,
        person_id,
        sent_t + (1800 * u('batch', person_id * 100000 + campaign_no))::bigint as sent_t,
        null::bigint as contact_key,
        null::bigint as need_id,
        sent_t > unsubscribed_t as is_last
    from email_campaign
    inner join subscription on subscribed_t < sent_t
    inner join person using (person_id)
    where type in ('newsletter', 'promotion') and (segment is null or segment = person_id % 2)
    -- Unsubscribing takes one last message; a dead mailbox gets no second one.
    qualify (sent_t <= unsubscribed_t or row_number() over (
        partition by person_id, sent_t > unsubscribed_t order by sent_t
    ) = 1)
    and (not is_bouncing or row_number() over (partition by person_id order by sent_t) = 1)
),

welcome as (
    select 11, person_id, subscribed_t + 300, null::bigint, null::bigint, false
    from subscription
    inner join person using (person_id)
    where contact_key is not null and not is_bouncing
),

reminders as (
    select
        if(number > 2, 13, 12), person_id, t - (600 + 6000 * u('reminder', contact_key))::bigint, contact_key, need_id, false
    from touch
    where channel = 'Email'
),

transactional as (
    select 21, person_id, ordered_t + 20, null::bigint, need_id, false
    from shop_order
    where source_name <> 'pos'
    union all
    select 22, person_id, ready_t + 60, null::bigint, need_id, false
    from delivery
    where not is_collected
    union all
    select 14, person_id, received_t + 86400 * 6, null::bigint, need_id, false
    from order_end
    inner join shop_order using (need_id)
    inner join subscription using (person_id)
    where received_t + 86400 * 6 between subscribed_t and unsubscribed_t
),

sent as (
    select * from newsletters
    union all select * from welcome
    union all select * from reminders
    union all select * from transactional
),

keyed as (
    select
        *,
        coalesce(need_id, 0) * 1000000 + person_id * 100 + campaign_no * 7 + coalesce(contact_key, 0) % 16 as draw_key
    from sent
),

behaved as (
    select
        keyed.*,
        case
            when shop_order.company is not null and type = 'transactional' then company_email(shop_order.company)
            when shop_order.uses_second_email then second_email
            else email_at(emails, keyed.sent_t)
        end as recipient,
        mailbox,
        is_bouncing,
        type::message_text as type,
        id::campaign_id_text as campaign_id,
        name::campaign_text as campaign_name,
        language,
        keyed.sent_t + (1 + 4 * u('delivery', draw_key))::bigint as delivered_t,
        contact_key is not null or u('open', draw_key) < case type
            when 'transactional' then 0.6 when 'automation' then 0.5 else open_share
        end as is_opened,
        contact_key is null and not is_last and type <> 'transactional' and u('click', draw_key) < 0.08 as is_click_drawn
    from keyed
    inner join person using (person_id)
    inner join email_campaign using (campaign_no)
    left join shop_order using (need_id)
)

select
    * exclude (is_click_drawn),
    'm' || format('{:x}', hash(getvariable('seed'), 'message', person_id, campaign_no, need_id, contact_key)) as message_id,
    is_opened and not is_bouncing and (contact_key is not null or is_click_drawn) as is_clicked,
    case
        when contact_key is not null then (select t from touch where touch.contact_key = behaved.contact_key) - 5
        else delivered_t + (60 + 14400 * exponential('click after', draw_key))::bigint
    end as clicked_t,
    1000000000000000 * 2 + person_id * 100000 + campaign_no as visit_key
from behaved;

create or replace table email_event as
with browser as (
    select unnest([
        'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148',
        'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/122.0 Mobile Safari/537.36',
        'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/123.0 Safari/537.36',
        'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Thunderbird/115.9'
    ]) as user_agent
),

agents as (select list(user_agent order by user_agent) as agents from browser),

human as (
    select
        message.*, pick(agents, u('mail agent', person_id)) as agent, '203.0.113.' || (person_id % 250 + 1) as ip
    from message
    cross join agents
),

events as (
    select *, 'SENT' as kind, 's' as code, sent_t * 1000 as at_ms, null as url, null as user_agent, null as address, false as is_machine
    from human
    union all
    select *, if(is_bouncing, 'BOUNCE', 'DELIVERED'), 'd', delivered_t * 1000, null, null, null, false
    from human
    union all
    -- Machines fetch the images: Apple's for every message, at once or within the hour. Of two servers
    -- with two clocks, the one may note the open before the other notes the delivery.
    select *, 'OPEN', 'm',
        delivered_t * 1000 + case
            when u('clock', draw_key) < getvariable('clock_differences') then -1500
            when u('prefetch', draw_key) < 0.7 then 200 + 1700 * u('prefetch after', draw_key)
            else 60000 + 2400000 * u('prefetch after', draw_key)
        end::bigint,
        null,
        if(mailbox = 'apple', 'Mozilla/5.0', pick([
            'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
            'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html'
        ], u('proxy', person_id))),
        '198.51.100.' || (person_id % 250 + 1), true
    from human
    where mailbox in ('apple', 'proxy') and not is_bouncing
    union all
    select *, 'OPEN', 'o', least(clicked_t - 15, delivered_t + (30 + 12000 * exponential('open after', draw_key))::bigint) * 1000,
        null, agent, ip, false
    from human
    where is_opened and not is_bouncing and mailbox in ('plain', 'scanner')
    union all
    select *, 'CLICK', 'c', clicked_t * 1000,
        'https://www.casalume.example/offerte?utm_source=newsletter&utm_medium=email&utm_campaign=' || campaign_name,
        agent, ip, false
    from human
    where is_clicked
    union all
    -- A scanner follows every link of the message within two seconds.
    select human.*, 'CLICK', 'x' || link, (delivered_t + 4) * 1000 + link * 350,
        'https://www.casalume.example/' || ['offerte', 'negozi', 'newsletter/disiscrizione', 'blog'][link + 1]
            || '?utm_source=newsletter&utm_medium=email&utm_campaign=' || campaign_name,
        if(person_id % 2 = 0, 'Mozilla/5.0 (compatible; MailLinkScanner/2.1)', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/109.0 Safari/537.36'),
        '198.51.100.' || (person_id % 250 + 1), true
    from human
    cross join range(4) as links(link)
    where mailbox = 'scanner' and not is_bouncing and type <> 'transactional'
    union all
    select *, 'UNSUBSCRIBE', 'u', (delivered_t + 400 + (20000 * u('leave', draw_key))::bigint) * 1000, null, agent, ip, false
    from human
    where is_last and not is_bouncing
    union all
    select *, 'SPAMREPORT', 'p', (delivered_t + 900) * 1000, null, agent, ip, false
    from human
    where type in ('newsletter', 'promotion') and not is_bouncing and u('spam', draw_key) < 0.0004
    union all
    select *, 'FORWARD', 'f', (delivered_t + 30000) * 1000, null, agent, ip, false
    from human
    where is_opened and not is_bouncing and type = 'promotion' and u('forward', draw_key) < 0.006
    union all
    select *, 'REPLY', 'r', (delivered_t + 20000) * 1000, null, agent, ip, false
    from human
    where is_opened and not is_bouncing and type = 'automation' and u('reply', draw_key) < 0.006
)

select
    message_id || '-' || code as id,
    kind::email_event_text as type,
    make_timestamp(at_ms * 1000) as created,
    campaign_id,
    recipient,
    if(kind = 'SENT', null, message_id || '-s') as sent_by_id,
    url,
    user_agent::user_agent_text as user_agent,
    address as ip_address,
    is_machine and kind = 'CLICK' and person_id % 2 = 0 as filtered_event,
    person_id,
    need_id,
    is_machine,
    at_ms // 1000 as t,
    local_day(at_ms // 1000) as export_day
from events
where at_ms // 1000 between getvariable('start_t') and getvariable('end_t') - 1
    -- Some campaigns are sent by a tool that exports no deliveries.
    and (kind <> 'DELIVERED' or u('unconfirmed', campaign_no) >= getvariable('unconfirmed'));
