-- One row per marketing e-mail, by the id that e-mail events carry, where the answer has it.
select * exclude (_row) from hubspot_marketing_emails
order by _row
