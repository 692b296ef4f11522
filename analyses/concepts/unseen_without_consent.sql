select
    month,
    rows_without_visitor,
    rows_without_consent,
    rows_with_unknown_consent,
    consent_denied_share,
    consent_unknown_share
from {{ ref('mart_data_coverage') }}
where source_name = 'ga4' and table_name = 'event'
order by month
