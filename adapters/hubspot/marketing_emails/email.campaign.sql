-- One row per marketing e-mail. This id is the e-mail's; HubSpot's e-mail events carry that of the
-- e-mail's campaign, so that only the API's answer joins with them.
select * exclude (_row) from hubspot_marketing_emails
order by _row
