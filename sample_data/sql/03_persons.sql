-- Persons and the identifiers they use.
-- From here on rows have keys, and tables may be written in any order, which two threads do faster.
set preserve_insertion_order = false;

-- Before the window people signed up on the days of a campaign, every thirty days.
create or replace macro earlier_t(purpose, id, days) as
    getvariable('start_t') - (30 * floor(u(purpose, id) * days / 30)::bigint + 14) * 86400
    + opening_seconds(u('hour of ' || purpose, id));

-- The address that a person uses at a time.
create or replace macro email_at(emails, t) as if(t < emails.changed_t, coalesce(emails.before, emails.now), emails.now);

create or replace table person as
with drawn as (
    select
        range::bigint as person_id,
        (range + 1)::bigint // 2 as couple_id,
        pick(getvariable('personas'), u('persona', range)) as persona,
        pick(getvariable('first_names'), u('first name', range)) as first_name,
        pick(getvariable('last_names'), u('last name', range)) as last_name,
        u('abroad', range) < getvariable('foreign_currency') as is_abroad,
        pick(getvariable('stores'), u('home store', range)) as store_id
    from range(1, getvariable('persons') + 1)
),

named as (
    select
        *,
        case
            when not is_abroad then 'EUR'
            else pick(['CHF', 'CHF', 'CHF', 'GBP', 'GBP', 'USD'], u('currency', person_id))
        end::currency_text as currency,
        case when is_abroad or u('language', person_id) < 0.05 then 'en' else 'it' end::language_text as language,
        regexp_replace(lower(first_name || '.' || last_name), '[^a-z.]', '', 'g') || person_id as mail_name,
        lpad((person_id * 7919 % 100000000)::varchar, 8, '0') as phone_digits
    from drawn
)

select
    named.*,
    mail_name || '@' || pick(
        ['example.com', 'example.org', 'example.net', 'posta.example.com', 'mail.example.org'],
        u('mail host', person_id)
    ) as email,
    if(
        u('second e-mail', person_id) < getvariable('second_emails'),
        'lavoro.' || mail_name || '@ufficio.example.com', null
    ) as second_email,
    {
        'now': email,
        'before': if(
            u('corrected e-mail', person_id) < getvariable('corrected_emails'),
            'prima.' || mail_name || '@posta.example.net', null
        ),
        'changed_t': getvariable('start_t') + (86400 * (10 + 120 * u('corrected when', person_id)))::bigint
    } as emails,
    '+3939' || phone_digits as phone,
    '29' || lpad(person_id::varchar, 10, '0') || (person_id % 9)::varchar as card,
    (7000000000000 + person_id)::varchar as customer_id,
    100000000 + person_id * 10 as contact_id,
    if(u('instagram', person_id) < 0.4, '@' || replace(mail_name, '.', '_'), null) as instagram,
    if(u('facebook', person_id) < 0.3, replace(mail_name, '.', ''), null) as facebook,
    if(u('x', person_id) < 0.1, '@' || replace(mail_name, '.', '') || 'x', null) as twitter,
    (500 * exponential('followers', person_id))::bigint as followers,
    u('consent', person_id) < getvariable('consent_refusals') as refuses_consent,
    u('couple', couple_id) < getvariable('shared_devices')
        and couple_id * 2 <= getvariable('persons') as is_couple,
    if(u('company', company_of(person_id)) < getvariable('company_accounts'), company_of(person_id), null) as company,
    u('loyalty', person_id) < loyalty_share as wants_card,
    u('account', person_id) < account_share as wants_account,
    u('newsletter', person_id) < newsletter_share as wants_newsletter,
    u('app', person_id) < 0.05 as has_app,
    u('bounce', person_id) < getvariable('bounces') as is_bouncing,
    case
        when u('mailbox', person_id) < getvariable('machine_opens')
            then if(u('machine', person_id) < 0.85, 'apple', 'proxy')
        when u('scanner', person_id) < getvariable('scanners') then 'scanner'
        else 'plain'
    end as mailbox,
    0.15 + 0.35 * u('opens', person_id) + if(persona = 'fan', 0.2, 0) as open_share,
    -- Known before the window: an old card, a newsletter, an account.
    if(u('loyalty', person_id) < loyalty_share * 0.5, earlier_t('old card', person_id, 900), null) as old_card_t,
    if(u('newsletter', person_id) < newsletter_share * 0.6, earlier_t('old newsletter', person_id, 800), null)
        as old_newsletter_t,
    if(u('account', person_id) < account_share * 0.35, earlier_t('old account', person_id, 850), null) as old_account_t,
    exponential('unsubscribe', person_id) * 86400 * 700 as unsubscribe_after,
    persona.need_gap_days,
    persona.contacts_mean,
    persona.span_days,
    persona.base_logit,
    persona.review_share,
    persona.mobile_share,
    persona.promo_share,
    place.city,
    place.region
from named
inner join persona using (persona)
inner join location as place on place.id = named.store_id;
