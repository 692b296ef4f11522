select
    month,
    rows_without_visitor,
    consent_denied_share
from {{ ref('mart_data_coverage') }}
where source_name = 'ga4' and table_name = 'event'
order by month
