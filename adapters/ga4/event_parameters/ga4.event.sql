-- One row per event: its parameters, one on each row, become a list again, as JSON. Rows that
-- differ in nothing but their parameter are the same event.
with events as (
    select
        * exclude (_row, key, string_value, int_value, float_value, double_value),
        to_json(list({
            'key': key,
            'value': {
                'string_value': string_value,
                'int_value': int_value,
                'float_value': float_value,
                'double_value': double_value
            }
        } order by _row) filter (where key is not null)) as event_params,
        min(_row) as first_row
    from ga4_events
    group by all
)

select * exclude (first_row)
from events
order by first_row
