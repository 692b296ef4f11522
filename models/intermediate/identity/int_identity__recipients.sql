{{ config(materialized='view') }}

with

order_identities as (

    select * from {{ ref('stg_store__order_identities') }}

),

order_emails as (

    select distinct
        order_id,
        email_hash
    from order_identities
    where email_hash is not null

),

order_phones as (

    select distinct
        order_id,
        phone_hash
    from order_identities
    where phone_hash is not null

),

emails_with_phones as (

    select order_emails.email_hash
    from order_emails
    inner join order_phones
        on order_emails.order_id = order_phones.order_id
    group by order_emails.email_hash
    having count(distinct order_phones.phone_hash) > {{ var('identity_phones_of_address') }}

),

recipients as (

    select distinct order_emails.order_id
    from order_emails
    inner join emails_with_phones
        on order_emails.email_hash = emails_with_phones.email_hash

)

select * from recipients
