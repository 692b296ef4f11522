-- Reviews: each aspect of an order was good, middling or bad, and the words say so.
create or replace table review_plan as
with written as (
    select
        o.need_id,
        o.person_id,
        o.persona,
        o.order_id,
        o.is_late,
        o.is_defective,
        o.failed_t is not null as had_payment_error,
        o.source_name,
        o.is_collected,
        o.is_smooth,
        order_end.wants_return,
        product.id as product_id,
        person.language,
        received_t + (86400 * (1 + 14 * u('review after', need_id)))::bigint as t
    from order_end
    inner join shop_order as o using (need_id)
    inner join person using (person_id)
    inner join product on product.product_id = o.product_id
    where u('review', o.need_id) < getvariable('reviews') * review_share
        * case when o.is_late or o.is_defective then 2.2 when wants_return then 1.6 else 1 end
),

aspects as (
    select written.*, aspect, need_id * 16 + number as aspect_key
    from written
    cross join (values
        ('product', 1, 0.85), ('delivery', 2, 0.45), ('service', 3, 0.45), ('price', 4, 0.40),
        ('site', 5, 0.22), ('closeness', 6, 0.22), ('personalisation', 7, 0.18)
    ) as kinds(aspect, number, mentioned)
    where u('mentions', need_id * 16 + number) < mentioned
        + if((aspect = 'delivery' and is_late) or (aspect = 'product' and is_defective)
            or (aspect = 'site' and had_payment_error), 0.5, 0)
),

judged as (
    select
        *,
        case
            when aspect = 'delivery' and source_name = 'pos' then null
            when aspect = 'site' and source_name not in ('web', 'app') then null
            when aspect = 'product' and is_defective then -1
            when aspect = 'delivery' and is_late then -1
            when aspect = 'site' and had_payment_error then -1
            when u('judges', aspect_key) < case aspect
                when 'price' then if(persona = 'bargain', 0.45, 0.62)
                when 'service' then if(is_late or is_defective, 0.35, 0.85)
                when 'product' then if(wants_return, 0.35, 0.88)
                when 'closeness' then if(is_late or is_defective, 0.3, 0.85)
                else 0.82
            end then 1
            when u('judges', aspect_key) > 0.93 then 0
            else -1
        end as polarity
    from aspects
)

select * from judged where polarity is not null;

create or replace table phrase as
select
    language, aspect, polarity, text,
    row_number() over (partition by language, aspect, polarity order by text) - 1 as number,
    count(*) over (partition by language, aspect, polarity) as phrases
from reference_phrases;

create or replace table review_aspect as
with worded as (
    select plan.*, phrase.text
    from review_plan as plan
    inner join phrase
        on phrase.language = plan.language
        and phrase.aspect = plan.aspect
        and phrase.polarity = plan.polarity
        and phrase.number = floor(u('phrase', aspect_key) * phrases)::bigint
)

-- Good things first or bad things first, at most four.
select *, row_number() over (
    partition by need_id order by if(u('first says', need_id) < 0.5, polarity, -polarity), aspect_key
) as place
from worded
qualify place <= 4;

create or replace table review as
with joined as (
    select
        need_id,
        any_value(columns(* exclude (need_id, aspect, aspect_key, polarity, text, place))),
        avg(polarity) as sentiment,
        list(struct_pack(polarity := polarity, text := text) order by place) as clauses
    from review_aspect
    group by need_id
),

spoken as (
    select
        *,
        if(sentiment > 0.2, 1, if(sentiment < -0.2, -1, 0)) as label,
        list_reduce(
            list_transform(clauses, lambda c, i: if(i = 1, upper(c.text[1]) || substr(c.text, 2), c.text)),
            lambda said, next, i: said || case
                -- A turn from good to bad, or back, is said with "but".
                when clauses[i].polarity * clauses[i - 1].polarity < 0 then if(
                    language = 'it',
                    pick([', ma ', ', però ', '. Però ', ' ma '], u('but', need_id * 8 + i)),
                    pick([', but ', '. However, ', ' but ', ', although '], u('but', need_id * 8 + i))
                )
                else if(
                    language = 'it',
                    pick(['. Inoltre ', ' e ', '. Poi ', ', '], u('and', need_id * 8 + i)),
                    pick(['. Also, ', ' and ', ', '], u('and', need_id * 8 + i))
                )
            end || next
        ) as said
    from joined
),

framed as (
    select
        spoken.*,
        opening.text as opening,
        closing.text as closing,
        pick(['shop', 'shop', 'shop', 'google', 'trustpilot', 'eshoppingadvisor'], u('platform', need_id)) as platform,
        case
            when u('emoji', need_id) > 0.25 then ''
            when label = 1 then pick([' 😍', ' 👍', ' ❤️', ' 😊', '!!!', ' ⭐⭐⭐⭐⭐'], u('which emoji', need_id))
            when label = -1 then pick([' 😡', ' 👎', ' 😞', '!!!', ' 🤬'], u('which emoji', need_id))
            else pick([' 😐', ' 🤔', '...'], u('which emoji', need_id))
        end as emoji,
        -- Now and then the stars do not say what the words say.
        greatest(1, least(5, round(3 + 2 * if(u('odd stars', need_id) < 0.03, -sentiment, sentiment)
            + 0.9 * (u('stars', need_id) - 0.5)))) as stars
    from spoken
    left join phrase as opening
        on opening.language = spoken.language and opening.aspect = 'opening' and opening.polarity = spoken.label
        and opening.number = floor(u('opening', need_id) * opening.phrases * 2)::bigint
    left join phrase as closing
        on closing.language = spoken.language and closing.aspect = 'closing' and closing.polarity = spoken.label
        and closing.number = floor(u('closing', need_id) * closing.phrases * 2)::bigint
),

-- Some are written in a language that nobody here reads, and some platforms export what their page shows.
written as (
    select
        * exclude (language),
        u('unread language', need_id) < getvariable('unread_languages') as is_unread,
        if(is_unread, 'de', language)::language_text as language,
        case
            when is_unread and label = 1 then 'Alles bestens, schnelle Lieferung und sehr schönes Geschirr.'
            when is_unread and label = -1 then 'Leider sehr enttäuscht, das Paket kam viel zu spät an.'
            when is_unread then 'Das Geschirr ist in Ordnung, die Lieferung hat etwas gedauert.'
            else coalesce(opening || '. ', '') || said || '.' || coalesce(' ' || closing || '.', '') || emoji
        end as body
    from framed
)

select
    'RV' || need_id as id,
    * replace (if(u('encoded', need_id) < getvariable('encoded_texts'), html_text(body), body) as body),
    null as brand
from written;

-- Strangers' reviews of other brands, found on the same platforms.
create or replace table competitor_review as
select
    'RC' || review.need_id as id,
    review.need_id,
    replace(review.body, 'Casa Lume', 'quel negozio') as body,
    review.stars,
    review.sentiment,
    review.label,
    review.language,
    review.t + 50000 as t,
    pick(['Bottega Nord', 'Cucina Facile', 'Arredo Più'], u('brand', review.need_id)) as brand,
    pick(['google', 'trustpilot'], u('other platform', review.need_id)) as platform
from review
where u('competitor', review.need_id) < getvariable('competitor_reviews');

create or replace view out_reviews__review as
select
    id,
    platform,
    as_timestamp(t) as created_at,
    (stars * if(platform = 'eshoppingadvisor', 2, 1))::double as rating,
    if(platform = 'eshoppingadvisor', 10, 5)::double as rating_scale,
    if(u('titled', need_id) < 0.5 or is_unread, null, case label
        when 1 then if(language = 'it', pick(['Ottimo', 'Consigliato', 'Molto soddisfatta', 'Bello'], u('title', need_id)), pick(['Great', 'Recommended', 'Lovely'], u('title', need_id)))
        when -1 then if(language = 'it', pick(['Deluso', 'Pessima esperienza', 'Mai più', 'Da evitare'], u('title', need_id)), pick(['Disappointed', 'Never again', 'Avoid'], u('title', need_id)))
        else if(language = 'it', 'Così così', 'So so')
    end) as title,
    body,
    if(platform in ('google', 'trustpilot'), null, language) as language,
    if(platform = 'shop', product_id, null) as product_id,
    or_empty(
        if(platform in ('shop', 'eshoppingadvisor'), spelled_key(order_id, need_id), null), empty_keys(), need_id
    ) as order_id,
    or_empty(if(platform = 'shop', email_at(emails, t), null), empty_emails(), need_id) as author_email,
    person.first_name || ' ' || person.last_name[1] || '.' as author_name,
    platform in ('shop', 'eshoppingadvisor') as is_verified,
    if(label = -1 and u('reply', need_id) < 0.6, as_timestamp(t + 86400), null) as reply_at,
    floor(4 * exponential('votes', need_id) * if(label = -1, 1.8, 1))::bigint as helpful_votes,
    floor(200 + 3000 * exponential('audience', need_id))::bigint as audience,
    null::varchar as brand,
    local_day(t) + if(label = -1 and u('reply', need_id) < 0.6, 1, 0) as export_day,
    person_id
from review
inner join (select person_id, emails, first_name, last_name from person) as person using (person_id)
union all
select
    id, platform, as_timestamp(t), stars, 5, null, body, null, null, null, null,
    'Utente ' || need_id % 1000, false, null, floor(2 * exponential('votes', need_id))::bigint,
    floor(500 * exponential('audience', need_id))::bigint, brand, local_day(t), null
from competitor_review;

-- Social networks: the brand's posts, what people do with them, messages, orders and mentions.
create or replace table social as
with posts as (
    select day, start_t + 43200 as t, 'PO' || day as post_id, pick(['instagram', 'instagram', 'facebook', 'tiktok'], u('network', day)) as network,
        u('interest', day) as interest
    from day
    where day between 0 and getvariable('days') - 1 and day % 2 = 0
),

handles as (
    select person_id, 'instagram' as network, instagram as handle, followers from person where instagram is not null
    union all
    select person_id, 'facebook', facebook, followers from person where facebook is not null
    union all
    select person_id, 'x', twitter, followers from person where twitter is not null
),

reactions as (
    select handles.*, posts.t, posts.post_id, posts.day, interest, posts.day::bigint * 1000000000 + person_id as key
    from posts
    inner join handles using (network)
    where u('reacts', posts.day::bigint * 1000000000 + person_id) < 0.001 + 0.006 * interest
)

select
    'S' || post_id as id, network, 'post' as kind, t, '@casalume' as author_handle, post_id,
    pick(['Nuova collezione in negozio', 'Una ricetta, una pentola', 'La tavola della domenica', 'Dietro le quinte'], u('post', day)) as body,
    25000 as followers, 'OUTBOUND' as direction, if(day % 10 = 0, '40110002', null) as campaign_id, null::bigint as person_id, null::bigint as need_id, 0 as sentiment
from posts
union all
select
    'SR' || key, network, pick(['like', 'like', 'like', 'like', 'comment', 'share', 'follow'], u('reaction', key)),
    t + (60 + 90000 * u('reacts when', key))::bigint, handle, post_id,
    if(u('reaction', key) between 4 / 7.0 and 5 / 7.0, pick(['Che bello!', 'Stupendo 😍', 'Quanto costa?', 'Lo voglio', 'Mah, caro'], u('comment', key)), null),
    followers, 'INBOUND', null, person_id, null, 0
from reactions
union all
select
    'SM' || contact_key, h.network, if(is_last and is_ordered, 'order', 'message'), t, h.handle, null,
    if(is_last and is_ordered, 'Vorrei ordinarlo, mi mandate il link?', 'Ciao, è disponibile?'), h.followers, 'INBOUND', null,
    touch.person_id, touch.need_id, 0
from touch
inner join (select need_id, is_ordered, source_name from outcome) as o using (need_id)
inner join (select person_id, instagram from person) as p using (person_id)
inner join handles as h on h.person_id = touch.person_id
    and h.network = if(is_ordered and is_last, source_name, if(instagram is not null, 'instagram', 'facebook'))
where kind = 'social'
union all
select
    'SX' || need_id, h.network, 'mention', received_t + 130000, h.handle, null,
    if(is_late or is_defective, pick(['Casa Lume, pessimo servizio: ordine mai arrivato in tempo', 'Mai più @casalume, deluso'], u('mention', need_id)),
        pick(['Il mio nuovo acquisto da @casalume, lo adoro', 'Grazie @casalume, spedizione velocissima'], u('mention', need_id))),
    h.followers, 'INBOUND', null, h.person_id, need_id, if(is_late or is_defective, -1, 1)
from order_end
inner join shop_order using (need_id)
inner join handles as h using (person_id)
where u('mentions us', need_id) < if(is_late or is_defective, 0.10, 0.03)
qualify row_number() over (partition by need_id order by h.network) = 1;

create or replace view out_social__interaction as
select
    id, network, kind, as_timestamp(t) as occurred_at, author_handle, post_id, body, followers, direction, campaign_id,
    local_day(t) as export_day, person_id
from social;
