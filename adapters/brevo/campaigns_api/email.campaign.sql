-- One row per campaign that was sent.
select * exclude (_row) from brevo_campaigns
order by _row
