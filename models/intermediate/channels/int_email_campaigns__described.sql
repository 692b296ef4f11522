-- Many tools list their campaigns in no file but the report.
with

listed as (

    select * from {{ ref('stg_email__campaigns') }}

),

reported as (

    select * from {{ ref('int_email_reports__summed') }}

),

described as (

    select
        coalesce(listed.campaign_id, reported.campaign_id) as campaign_id,

        listed.workflow_id,
        listed.offer_id,

        coalesce(listed.campaign_name, reported.campaign_name) as campaign_name,
        coalesce(listed.subject, reported.subject) as subject,
        listed.campaign_type,
        coalesce(listed.sent_date, reported.sent_date) as sent_date,

        listed.is_personalised
    from listed
    full join reported
        on listed.campaign_id = reported.campaign_id

)

select * from described
