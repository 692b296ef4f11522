-- What came of each judged contact: whether the person ordered within follow_up_days. Beside it
-- stands what contacts are matched on: the persona known before, whether the person had ordered,
-- and how many contacts of the journey had come before. Contacts too young to have been followed
-- are left out.
with

contacts as (

    select * from {{ ref('int_contacts__judged') }}

),

journeys as (

    select
        journey_id,
        person_id,
        started_at,
        last_touched_at
    from {{ ref('int_journeys__cut') }}

),

path_entries as (

    select
        journey_id,
        touched_at
    from {{ ref('int_path_entries__selected') }}

),

orders as (

    select
        person_id,
        order_id,
        net_revenue,
        ordered_at
    from {{ ref('int_orders__converted') }}

),

personas as (

    select
        person_id,
        persona,
        valid_from,
        valid_to
    from {{ ref('int_person_personas__dated') }}

),

last_day as (

    select max(last_touched_at) as last_touched_at
    from journeys

),

followed_long_enough as (

    select
        contacts.*,
        cast(date_trunc('month', {{ local_date('contacts.touched_at') }}) as date) as month
    from contacts
    inner join last_day
        on
            {{ seconds_between('contacts.touched_at', 'last_day.last_touched_at') }}
            >= contacts.follow_up_days * 86400

),

-- How many contacts came before in the same journey: 0, 1, 2, 3 or 4, 5 to 8, more.
placed as (

    select
        contacts.judged_contact_id,
        count(path_entries.touched_at) as earlier_contacts
    from followed_long_enough as contacts
    inner join journeys
        on
            contacts.person_id = journeys.person_id
            and contacts.touched_at >= journeys.started_at
            and contacts.touched_at <= journeys.last_touched_at
    left join path_entries
        on
            journeys.journey_id = path_entries.journey_id
            and contacts.touched_at > path_entries.touched_at
    group by contacts.judged_contact_id

),

ordered as (

    select
        contacts.judged_contact_id,
        count(case when orders.ordered_at < contacts.touched_at then 1 end) as orders_before,
        count(
            case
                when
                    orders.ordered_at >= contacts.touched_at
                    and {{ seconds_between('contacts.touched_at', 'orders.ordered_at') }}
                    <= contacts.follow_up_days * 86400
                    then 1
            end
        ) as orders_after
    from followed_long_enough as contacts
    inner join orders
        on contacts.person_id = orders.person_id
    group by contacts.judged_contact_id

),

followed as (

    select
        contacts.judged_contact_id,

        contacts.person_id,

        contacts.touchpoint_type,
        contacts.channel,
        contacts.stage,
        coalesce(personas.persona, 'unknown') as persona,
        coalesce(ordered.orders_before, 0) > 0 as is_customer,
        case
            when coalesce(placed.earlier_contacts, 0) < 3
                then cast(coalesce(placed.earlier_contacts, 0) as integer)
            when placed.earlier_contacts < 5 then 3
            when placed.earlier_contacts < 9 then 5
            else 9
        end as earlier_contacts_from,
        contacts.quality,
        contacts.signal,
        coalesce(ordered.orders_after, 0) > 0 as is_followed_by_order,

        contacts.month
    from followed_long_enough as contacts
    left join placed
        on contacts.judged_contact_id = placed.judged_contact_id
    left join ordered
        on contacts.judged_contact_id = ordered.judged_contact_id
    left join personas
        on
            contacts.person_id = personas.person_id
            and {{ is_persona_before_month('personas', 'contacts.month') }}

)

select * from followed
