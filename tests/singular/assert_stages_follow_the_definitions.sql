-- The default stage rules give what the definitions say of the five stages, case by case; `any`
-- stands for every value. A change of the rules (seed stage_rules) needs a change of the cases.
with

stages as (

    select * from {{ ref('int_stage_rules__expanded') }}

),

cases (
    touchpoint_type,
    channel,
    is_retargeting,
    direction,
    is_with_order,
    sentiment_band,
    stage_before_order,
    stage_after_order
) as (

    values
    ('session', 'Organic Search', 'false', 'any', 'any', 'any', 'awareness', 'loyalty'),
    ('session', 'Paid Social', 'false', 'any', 'any', 'any', 'awareness', 'loyalty'),
    ('session', 'Referral', 'false', 'any', 'any', 'any', 'awareness', 'loyalty'),
    ('session', 'any', 'true', 'any', 'any', 'any', 'evaluation', 'loyalty'),
    ('session', 'Direct', 'any', 'any', 'any', 'any', 'evaluation', 'loyalty'),
    ('session', 'Email', 'any', 'any', 'any', 'any', 'evaluation', 'loyalty'),
    ('session', 'SMS', 'any', 'any', 'any', 'any', 'evaluation', 'loyalty'),
    ('session', 'Mobile Push', 'any', 'any', 'any', 'any', 'evaluation', 'loyalty'),
    ('product_view', 'any', 'any', 'any', 'any', 'any', 'evaluation', 'evaluation'),
    ('product_comparison', 'any', 'any', 'any', 'any', 'any', 'evaluation', 'evaluation'),
    ('site_search', 'any', 'any', 'any', 'any', 'any', 'evaluation', 'evaluation'),
    ('review_read', 'any', 'any', 'any', 'any', 'any', 'evaluation', 'evaluation'),
    ('store_demo', 'any', 'any', 'any', 'any', 'any', 'evaluation', 'evaluation'),
    ('store_visit', 'any', 'any', 'any', 'false', 'any', 'evaluation', 'loyalty'),
    ('store_visit', 'any', 'any', 'any', 'true', 'any', 'conversion', 'conversion'),
    ('sign_up', 'any', 'any', 'any', 'any', 'any', 'evaluation', 'loyalty'),
    ('call', 'any', 'any', 'inbound', 'any', 'any', 'evaluation', 'loyalty'),
    ('call', 'any', 'any', 'outbound', 'any', 'any', 'conversion', 'loyalty'),
    ('chat', 'any', 'any', 'outbound', 'any', 'any', 'conversion', 'loyalty'),
    ('sms', 'any', 'any', 'outbound', 'any', 'any', 'awareness', 'loyalty'),
    ('sms', 'any', 'any', 'inbound', 'any', 'any', 'evaluation', 'loyalty'),
    ('cart_add', 'any', 'any', 'any', 'any', 'any', 'conversion', 'conversion'),
    ('checkout_payment', 'any', 'any', 'any', 'any', 'any', 'conversion', 'conversion'),
    ('payment_failure', 'any', 'any', 'any', 'any', 'any', 'conversion', 'conversion'),
    ('order', 'any', 'any', 'any', 'any', 'any', 'conversion', 'loyalty'),
    ('web_purchase', 'any', 'any', 'any', 'any', 'any', 'conversion', 'loyalty'),
    ('order_pickup', 'any', 'any', 'any', 'any', 'any', 'conversion', 'conversion'),
    ('email_open', 'any', 'any', 'any', 'any', 'any', 'evaluation', 'loyalty'),
    ('ticket', 'any', 'any', 'any', 'true', 'any', 'loyalty', 'loyalty'),
    ('ticket', 'any', 'any', 'any', 'false', 'any', 'evaluation', 'loyalty'),
    ('return', 'any', 'any', 'any', 'any', 'any', 'loyalty', 'loyalty'),
    ('loyalty_earn', 'any', 'any', 'any', 'any', 'any', 'loyalty', 'loyalty'),
    ('survey_nps', 'any', 'any', 'any', 'any', 'positive', 'advocacy', 'advocacy'),
    ('survey_nps', 'any', 'any', 'any', 'any', 'neutral', 'loyalty', 'loyalty'),
    ('survey_csat', 'any', 'any', 'any', 'any', 'positive', 'loyalty', 'loyalty'),
    ('review', 'any', 'any', 'any', 'any', 'positive', 'advocacy', 'advocacy'),
    ('review', 'any', 'any', 'any', 'any', 'neutral', 'loyalty', 'loyalty'),
    ('review', 'any', 'any', 'any', 'any', 'negative', 'loyalty', 'loyalty'),
    ('review', 'any', 'any', 'any', 'any', 'none', 'loyalty', 'loyalty'),
    ('referral_made', 'any', 'any', 'any', 'any', 'any', 'advocacy', 'advocacy'),
    ('referral_redeemed', 'any', 'any', 'any', 'any', 'any', 'awareness', 'loyalty'),
    ('web_share', 'any', 'any', 'any', 'any', 'any', 'advocacy', 'advocacy'),
    ('email_forward', 'any', 'any', 'any', 'any', 'any', 'advocacy', 'advocacy'),
    ('social_mention', 'any', 'any', 'any', 'any', 'none', 'advocacy', 'advocacy'),
    ('social_mention', 'any', 'any', 'any', 'any', 'negative', 'loyalty', 'loyalty'),
    ('social_like', 'any', 'any', 'any', 'any', 'any', 'awareness', 'loyalty'),
    ('social_message', 'any', 'any', 'any', 'any', 'any', 'evaluation', 'loyalty')

),

compared as (

    select
        cases.touchpoint_type,
        cases.channel,
        cases.is_retargeting,
        cases.direction,
        cases.is_with_order,
        cases.sentiment_band,
        count(stages.touchpoint_type) as combinations,
        sum(
            case
                when
                    stages.stage_before_order = cases.stage_before_order
                    and stages.stage_after_order = cases.stage_after_order
                    then 1
                else 0
            end
        ) as right_ones
    from cases
    left join stages
        on
            cases.touchpoint_type = stages.touchpoint_type
            and cases.channel in (stages.channel, 'any')
            and cases.is_retargeting in (cast(stages.is_retargeting as string), 'any')
            and cases.direction in (stages.direction, 'any')
            and cases.is_with_order in (cast(stages.is_with_order as string), 'any')
            and cases.sentiment_band in (stages.sentiment_band, 'any')
    group by
        cases.touchpoint_type,
        cases.channel,
        cases.is_retargeting,
        cases.direction,
        cases.is_with_order,
        cases.sentiment_band

)

select *
from compared
where
    combinations = 0
    or right_ones <> combinations
