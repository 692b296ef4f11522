with

source as (

    {{ protected_source('store', 'referral') }}

),

newest_versions as (

    select
        *,
        {{ version_count('store', 'referral') }} as _raw_rows
    from source
    qualify {{ version_number('store', 'referral') }} = 1

),

referrals as (

    select
        id as referral_id,

        referrer_customer_id,
        order_id,

        code as referral_code,
        {{ email_hash('referred_email') }} as referred_email_hash,
        channel as share_channel,
        {{ local_date('shared_at') }} as shared_date,

        redeemed_at is not null as is_redeemed,

        shared_at,
        redeemed_at,

        _source_file,
        _loaded_at,
        _row_hash,
        _raw_rows
    from newest_versions

)

select * from referrals
