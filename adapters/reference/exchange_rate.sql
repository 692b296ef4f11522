-- target: reference.exchange_rate
-- Rates for a trial, NOT for accounting: every day of a year has that year's AVERAGE of the European
-- Central Bank's reference rates (units of the currency for one euro, annual averages as published).
-- The warehouse converts at the day's own rate, so for real figures replace this with daily rates.
-- They begin with the first day of the retail file; days and currencies that are not listed
-- have no rate on purpose: the warehouse then says which currency and day it misses, and never takes
-- 1.0.
with yearly_averages (year, currency, units_per_euro) as (
    values
    (2010, 'GBP', 0.85784),
    (2011, 'GBP', 0.86788),
    (2020, 'GBP', 0.88970),
    (2021, 'GBP', 0.85960),
    (2010, 'USD', 1.3257),
    (2011, 'USD', 1.3920),
    (2020, 'USD', 1.1422),
    (2021, 'USD', 1.1827)
),

days as (
    select unnest(range(date '2010-12-01', date '2022-01-01', interval 1 day))::date as date
)

select
    strftime(days.date, '%Y-%m-%d') as date,
    yearly_averages.currency,
    round(1 / yearly_averages.units_per_euro, 8)::decimal(18, 8) as rate_to_eur,
    'average of the year ' || yearly_averages.year as basis,
from days
inner join yearly_averages on year(days.date) = yearly_averages.year
order by days.date, yearly_averages.currency
