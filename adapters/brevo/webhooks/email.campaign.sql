-- One row per tag or template of transactional messages.
select * from brevo_message_campaigns
order by id
