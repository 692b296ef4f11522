-- One row per campaign that was sent: the counts.
select * exclude (_row) from brevo_campaign_reports
order by _row
