{{ config(materialized='view') }}

select * from {{ ref('int_touchpoints__email') }}
union all
select * from {{ ref('int_touchpoints__crm') }}
union all
select * from {{ ref('int_touchpoints__store_visits') }}
union all
select * from {{ ref('int_touchpoints__loyalty') }}
union all
select * from {{ ref('int_touchpoints__shop') }}
union all
select * from {{ ref('int_touchpoints__social') }}
union all
select * from {{ ref('int_touchpoints__reviews') }}
union all
select * from {{ ref('int_touchpoints__web') }}
