-- Months with orders or spend, oldest first.

select distinct month
from marts.mart_channel_attribution
order by month
