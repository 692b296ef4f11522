{%- set steps = [
    {'name': 'awareness', 'when': "stage = 'awareness'"},
    {'name': 'evaluation', 'when': "stage = 'evaluation'"},
    {'name': 'conversion', 'when': "stage = 'conversion'"},
    {'name': 'loyalty', 'when': "stage = 'loyalty'"},
    {'name': 'advocacy', 'when': "stage = 'advocacy'"},
] -%}

with

stage_entries as (

    select
        stage_entry_id,
        person_id,
        stage,
        entry_number,
        entered_at
    from {{ ref('fct_stage_entries') }}

),

closed as (

    {{
        funnel(
            steps, mode='closed', relation='stage_entries', time='entered_at',
            tie_breaks=['entry_number', 'stage_entry_id']
        )
    }}

),

opened as (

    {{
        funnel(
            steps, mode='open', relation='stage_entries', time='entered_at',
            tie_breaks=['entry_number', 'stage_entry_id']
        )
    }}

),

followed as (

    select
        'closed' as mode,
        closed.*
    from closed
    union all
    select
        'open' as mode,
        opened.*
    from opened

),

-- What each person brought in from the moment the stage was reached.
revenue_since as (

    select
        followed.mode,
        followed.person_id,
        followed.step_number,
        sum(orders.net_revenue) as net_revenue
    from followed
    inner join {{ ref('fct_orders') }} as orders
        on
            followed.person_id = orders.person_id
            and followed.reached_at <= orders.ordered_at
    where orders.is_conversion
    group by followed.mode, followed.person_id, followed.step_number

),

sliced as (

    select
        followed.*,
        coalesce(persons.persona, 'unknown') as persona,
        coalesce(persons.first_channel, '(none)') as first_channel,
        {{ month_of(local_date('followed.entered_at')) }} as month,
        coalesce(revenue_since.net_revenue, 0) as net_revenue_since
    from followed
    inner join {{ ref('dim_persons') }} as persons
        on followed.person_id = persons.person_id
    left join revenue_since
        on
            followed.mode = revenue_since.mode
            and followed.person_id = revenue_since.person_id
            and followed.step_number = revenue_since.step_number

),

summed as (

    {{ funnel_summary('sliced', steps, by=['month', 'persona', 'first_channel', 'mode']) }}

),

-- How much more revenue persons bring who go on than those who do not.
worth as (

    select
        mode,
        step_number,
        sum(case when has_continued then net_revenue_since else 0 end) as net_revenue_of_continued,
        count(*) filter (where has_continued) as continued,
        sum(case when has_continued then 0 else net_revenue_since end) as net_revenue_of_leaked,
        sum(case when has_continued then 0 else 1 end) as leaked
    from sliced
    group by mode, step_number

),

worth_each as (

    select
        mode,
        step_number,
        case
            when continued > 0 and leaked > 0
                then greatest(
                    cast(net_revenue_of_continued as double) / continued
                    - cast(net_revenue_of_leaked as double) / leaked,
                    0
                )
        end as revenue_per_leak
    from worth

),

leaks as (

    select
        summed.*,
        -- The last stage has no later one to leave for.
        case
            when summed.step_number = {{ steps | length }} then null
            when summed.entered = summed.continued then cast(0 as decimal(18, 2))
            else
                cast(
                    cast(floor(
                        (summed.entered - summed.continued) * worth_each.revenue_per_leak * 100
                        + 0.5
                    ) as bigint) * cast(0.01 as decimal(3, 2))
                    as decimal(18, 2)
                )
        end as leaked_revenue
    from summed
    left join worth_each
        on
            summed.mode = worth_each.mode
            and summed.step_number = worth_each.step_number

),

mart_stage_funnel as (

    select
        {{ surrogate_key(['month', 'persona', 'first_channel', 'mode', 'step_name']) }}
            as stage_funnel_id,

        month,
        persona,
        first_channel,
        step_name as stage,
        mode,

        step_number as stage_order,
        entered,
        entered_here,
        continued,
        entered - continued as leaked,
        rate_of_start,
        rate_of_previous,
        round(median_seconds_since_previous / cast(3600 as double), 4) as median_hours,
        leaked_revenue,
        case
            when leaked_revenue is not null
                then cast(row_number() over (
                    partition by month, mode
                    order by
                        case when leaked_revenue is null then 1 else 0 end asc,
                        leaked_revenue desc, step_number asc, persona asc, first_channel asc
                ) as bigint)
        end as leak_rank
    from leaks

)

select * from mart_stage_funnel
