-- One row per event of a transactional message. ts_event is in UTC.
select * exclude (_row) from brevo_messages
order by _row
