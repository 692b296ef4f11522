-- One row per event of a transactional message. Times are in the account's time zone.
select * exclude (_row) from brevo_messages
order by _row
