with

source as (

    {{ protected_source('store', 'order') }}

),

phones as (

    {{ phone_numbers('source', 'phone') }}

),

versions as (

    select
        source.id as order_id,
        source.customer_id,
        source.loyalty_card as loyalty_card_id,
        {{ email_hash('source.email') }} as email_hash,
        {{ salted_hash('phones.e164') }} as phone_hash,
        source.created_at
    from source
    left join phones
        on source.phone = phones.typed

),

order_identities as (

    select
        {{
            surrogate_key([
                'order_id',
                'customer_id',
                'loyalty_card_id',
                'email_hash',
                'phone_hash',
            ])
        }} as order_identity_id,

        order_id,
        customer_id,
        loyalty_card_id,

        email_hash,
        phone_hash,

        min(created_at) as first_at,
        max(created_at) as last_at
    from versions
    group by
        order_id,
        customer_id,
        loyalty_card_id,
        email_hash,
        phone_hash

)

select * from order_identities
