-- One row per interval of a store or of one of its doors. The store's name or code is its key, as
-- with tills. Times are in the shop's zone; where the hour stands apart as a number or an interval,
-- the interval begins with it.
-- The export lacks: the length of the interval, unless it has a column of minutes.
select
    store as location_id,
    counter as counter_id,
    started_at,
    minutes as interval_minutes,
    entries,
    exits
from export
order by _row
