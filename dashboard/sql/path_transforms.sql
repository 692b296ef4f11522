-- Ways of writing a path, by name.

select distinct transform
from marts.mart_top_conversion_paths
order by transform
