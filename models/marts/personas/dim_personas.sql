with

personas as (

    select * from {{ ref('personas') }}

),

rules as (

    select
        persona,
        -- Numbers as people write them: 2 and 0.05.
        case
            when at_least = floor(at_least) then cast(cast(at_least as bigint) as string)
            else cast(at_least as string)
        end as at_least,
        case
            when below = floor(below) then cast(cast(below as bigint) as string)
            else cast(below as string)
        end as below,
        measure
    from {{ ref('persona_rules') }}

),

rule_texts as (

    select
        persona,
        case
            when at_least is not null and below is not null
                then measure || ' from ' || at_least || ' to below ' || below
            when at_least is not null then measure || ' at least ' || at_least
            else measure || ' below ' || below
        end as rule_text
    from rules

),

ruled as (

    select
        persona,
        {{ list_text(sorted_list('rule_text', 'rule_text is not null'), '; ') }} as rules
    from rule_texts
    group by persona

),

counted as (

    select
        persona,
        count(*) as persons,
        count(*) filter (where is_customer) as customers,
        cast(sum(orders) as bigint) as orders,
        sum(net_revenue) as net_revenue
    from {{ ref('dim_persons') }}
    group by persona

),

described as (

    select
        personas.persona,
        personas.name_en,
        personas.name_it,
        personas.description,
        personas.precedence,
        coalesce(ruled.rules, 'everybody else') as rules,
        coalesce(counted.persons, 0) as persons,
        coalesce(counted.customers, 0) as customers,
        coalesce(counted.orders, 0) as orders,
        cast(coalesce(counted.net_revenue, 0) as decimal(18, 2)) as net_revenue
    from personas
    left join ruled
        on personas.persona = ruled.persona
    left join counted
        on personas.persona = counted.persona

),

-- Too few customers are no segment, whatever they bring in.
ranked as (

    select
        *,
        case
            when customers >= {{ var('min_cell_size') }}
                then row_number() over (
                    partition by customers >= {{ var('min_cell_size') }}
                    order by net_revenue desc, customers desc, precedence asc
                )
        end as contribution_rank
    from described

),

dim_personas as (

    select
        persona,

        name_en,
        name_it,
        description,
        rules,
        precedence,

        persons,
        customers,
        orders,
        net_revenue,
        {{ ratio('net_revenue', 'customers', 2) }} as revenue_per_customer,
        {{ ratio('persons', 'sum(persons) over ()') }} as share_of_persons,
        {{ ratio('customers', 'sum(customers) over ()') }} as share_of_customers,
        {{ ratio('net_revenue', 'sum(net_revenue) over ()') }} as share_of_revenue,
        cast(contribution_rank as bigint) as {{ adapter.quote('rank') }},

        coalesce(contribution_rank = 1, false) as is_key_segment
    from ranked

)

select * from dim_personas
