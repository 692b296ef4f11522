-- One row per case.
select * exclude (_row) from salesforce_cases
order by _row
