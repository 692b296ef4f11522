-- The newest day of any source that brings touchpoints.

select max(newest_date) as newest
from marts.mart_data_coverage
where touchpoints > 0
