-- Every person that is no bot, colleague or test, and was seen on any day, is won once, with all
-- that person ever brought.
with

persons as (

    select
        count(*) as persons,
        sum(case when is_customer then 1 else 0 end) as customers,
        sum(net_revenue) as net_revenue
    from {{ ref('dim_persons') }}
    where not is_excluded and first_seen_at is not null

),

acquisition as (

    select
        sum(new_persons) as persons,
        sum(customers) as customers,
        sum(lifetime_net_revenue) as net_revenue,
        sum(case when converted_persons > customers then 1 else 0 end) as impossible_rows
    from {{ ref('mart_acquisition') }}

),

wrong as (

    select acquisition.*
    from acquisition
    cross join persons
    where
        acquisition.persons <> persons.persons
        or acquisition.customers <> persons.customers
        or acquisition.net_revenue <> persons.net_revenue
        or acquisition.impossible_rows > 0

)

select * from wrong
