-- One row per marketing e-mail: the counts.
select * exclude (_row) from hubspot_marketing_email_reports
order by _row
