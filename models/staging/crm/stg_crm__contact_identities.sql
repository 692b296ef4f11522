with

source as (

    {{ protected_source('crm', 'contact') }}

),

phones as (

    {{ phone_numbers('source', 'property_phone') }}

),

versions as (

    select
        source.id as contact_id,
        source.property_ga_client_id as user_pseudo_id,
        source.property_loyalty_card as loyalty_card_id,
        {{ email_hash('source.property_email') }} as email_hash,
        {{ salted_hash('phones.e164') }} as phone_hash,
        {{ handle_hash('source.property_instagram') }} as instagram_handle_hash,
        {{ handle_hash('source.property_facebook') }} as facebook_handle_hash,
        {{ handle_hash('source.property_twitter') }} as twitter_handle_hash,
        coalesce(source.property_hs_email_optout, false) as has_opted_out_of_email,
        source.property_createdate as created_at,
        coalesce(source.property_lastmodifieddate, source.property_createdate) as updated_at
    from source
    left join phones
        on source.property_phone = phones.typed

),

-- The first version holds since the contact was created, a later one since it was written.
dated_versions as (

    select
        *,
        case
            when updated_at = min(updated_at) over (partition by contact_id) then created_at
            else updated_at
        end as holds_since
    from versions

),

contact_identities as (

    select
        {{
            surrogate_key([
                'contact_id',
                'user_pseudo_id',
                'loyalty_card_id',
                'email_hash',
                'phone_hash',
                'instagram_handle_hash',
                'facebook_handle_hash',
                'twitter_handle_hash',
            ])
        }} as contact_identity_id,

        contact_id,
        user_pseudo_id,
        loyalty_card_id,

        email_hash,
        phone_hash,
        instagram_handle_hash,
        facebook_handle_hash,
        twitter_handle_hash,

        max(case when has_opted_out_of_email then updated_at end) as opted_out_of_email_at,
        min(holds_since) as first_at,
        max(updated_at) as last_at
    from dated_versions
    group by
        contact_id,
        user_pseudo_id,
        loyalty_card_id,
        email_hash,
        phone_hash,
        instagram_handle_hash,
        facebook_handle_hash,
        twitter_handle_hash

)

select * from contact_identities
