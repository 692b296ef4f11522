-- One row per event of a transactional message.
select * exclude (_row) from brevo_messages
order by _row
