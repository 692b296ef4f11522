-- target: store.customer
-- One row per CustomerID of the gift shop's file; the countries it is invoiced to are passed along.
-- CustomerID is text like 17850.0 there (a number once, in somebody's spreadsheet) and stays so.
-- The file lacks: everything else about a customer. 24.93 % of its lines name none.
select
    CustomerID as id,
    string_agg(distinct Country, ';' order by Country) as countries,
from online_retail_lines
where CustomerID is not null
group by CustomerID
order by CustomerID
