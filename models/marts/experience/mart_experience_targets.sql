-- The experience the shop wants and the experience people have: each target, month by month.
with

targets as (

    select * from {{ ref('experience_targets') }}

),

scores as (

    select * from {{ ref('mart_experience_scores') }}

),

returned as (

    select
        month,
        product_category,
        sum(returned_lines) as numerator,
        max(category_sold_lines) as denominator
    from {{ ref('mart_returns') }}
    group by month, product_category

),

figures as (

    select
        goal as figure,
        'all' as segment_kind,
        'all' as segment,
        month,
        numerator,
        denominator
    from {{ ref('mart_stage_goals') }}
    union all
    select
        'nps' as figure,
        'persona' as segment_kind,
        persona as segment,
        month,
        promoters - detractors as numerator,
        nps_answers as denominator
    from scores
    union all
    select
        'csat' as figure,
        'persona' as segment_kind,
        persona as segment,
        month,
        csat_positive as numerator,
        csat_answers as denominator
    from scores
    union all
    select
        'return_rate' as figure,
        'product_category' as segment_kind,
        product_category as segment,
        month,
        numerator,
        denominator
    from returned
    union all
    select
        'return_rate' as figure,
        'all' as segment_kind,
        'all' as segment,
        month,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from returned
    group by month

),

measured as (

    select
        targets.*,
        figures.month,
        cast(figures.numerator as bigint) as numerator,
        cast(figures.denominator as bigint) as denominator,
        {{ ratio('figures.numerator', 'figures.denominator') }} as actual_value
    from targets
    inner join figures
        on
            targets.figure = figures.figure
            and targets.segment_kind = figures.segment_kind
            and targets.segment = figures.segment
            and targets.valid_from <= figures.month

),

mart_experience_targets as (

    select
        target_id,
        month,
        figure,
        segment_kind,
        segment,
        reason,

        numerator,
        denominator,
        actual_value,
        desired_value,
        cast(round(
            case
                when is_at_most then desired_value - actual_value
                else actual_value - desired_value
            end,
            4
        ) as double) as gap,
        is_at_most,
        case
            when is_at_most then actual_value <= desired_value
            else actual_value >= desired_value
        end as is_met,
        denominator < {{ var('min_cell_size') }} as is_small
    from measured

)

select * from mart_experience_targets
