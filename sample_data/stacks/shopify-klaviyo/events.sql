-- file: analytics/events_{day}.json
-- GA4's export to BigQuery, a file for each day.
select
    *,
    event_date as day
from ga4_event
order by event_timestamp, event_name, event_bundle_sequence_id, batch_event_index
