-- Where does each persona leave the way, and what is it worth?
-- Grain: one row per persona and stage, the last stage left out.
-- Read: the row with rank 1 of a persona is where to help it first. leaked_revenue is an upper
-- bound, and leaks of several stages overlap; newest months are not over and leak most.

with

funnel as (

    select
        persona,
        stage,
        stage_order,
        sum(entered) as entered,
        sum(continued) as continued,
        sum(leaked) as leaked,
        sum(leaked_revenue) as leaked_revenue
    from {{ ref('mart_stage_funnel') }}
    where mode = 'open' and stage_order < 5
    group by persona, stage, stage_order

),

leaks_by_persona as (

    select
        persona,
        stage,
        stage_order,
        entered,
        {{ ratio('continued', 'entered') }} as continued_share,
        leaked,
        leaked_revenue,
        row_number() over (
            partition by persona
            order by leaked_revenue desc, stage_order asc
        ) as rank
    from funnel

)

select * from leaks_by_persona
order by persona asc, stage_order asc
