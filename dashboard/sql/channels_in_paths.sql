-- Channels that some journey went through; no model can credit the others.

select distinct unnest([from_channel, to_channel]) as channel
from marts.mart_path_flows
