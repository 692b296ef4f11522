-- target: reference.exchange_rate
-- Rates for a trial, NOT for accounting: every day of a year has that year's AVERAGE of the European
-- Central Bank's reference rates (units of the currency for one euro, annual averages as published;
-- that of 2025 is rounded to two decimals). The warehouse converts at the day's own rate, so for real
-- figures replace this with daily rates.
-- Only what the exports need is here. Any other currency and day has no rate on purpose: the warehouse
-- then says which it misses, and never takes 1.0.
with yearly_averages (first_day, last_day, currency, units_per_euro) as (
    values
    (date '2010-12-01', date '2010-12-31', 'GBP', 0.85784),
    (date '2011-01-01', date '2011-12-31', 'GBP', 0.86788),
    (date '2020-01-01', date '2020-12-31', 'GBP', 0.88970),
    (date '2020-01-01', date '2020-12-31', 'USD', 1.1422),
    (date '2021-01-01', date '2021-12-31', 'USD', 1.1827),
    (date '2025-05-01', date '2025-05-31', 'USD', 1.13)
),

days as (
    select
        currency,
        units_per_euro,
        unnest(generate_series(first_day, last_day, interval 1 day))::date as date,
    from yearly_averages
)

select
    date,
    currency,
    round(1 / units_per_euro, 8)::decimal(18, 8) as rate_to_eur,
    'average of the year ' || year(date) as basis,
from days
order by date, currency
