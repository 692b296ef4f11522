-- One row per case. Times are in the user's language and time zone.
-- A report ends with lines about itself, which have no number.
select * exclude (_row) from salesforce_cases
where regexp_full_match(id, 'salesforce-\d+')
order by _row
