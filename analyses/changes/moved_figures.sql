-- By how much did each headline figure move, and how much of it has which cause?
-- Grain: one row per figure, and one per figure, month and channel that moved (month null: all).
-- Read: the causes add up to the difference; residual, which is zero, is what they leave over. A
-- row that changed its month or channel leaves one and enters another, by the same cause.

with

counted as (

    select
        figure,
        date_trunc('month', day) as month,
        channel,
        amount as value_before,
        0 as value_after,
        0 as change,
        null as cause
    from earlier_rows
    where is_counted

    union all

    select
        figure,
        date_trunc('month', day) as month,
        channel,
        0 as value_before,
        amount as value_after,
        0 as change,
        null as cause
    from later_rows
    where is_counted

    union all

    select
        figure,
        date_trunc('month', day_before) as month,
        channel_before as channel,
        0 as value_before,
        0 as value_after,
        -value_before as change,
        cause
    from changed_rows
    where value_before <> 0

    union all

    select
        figure,
        date_trunc('month', day_after) as month,
        channel_after as channel,
        0 as value_before,
        0 as value_after,
        value_after as change,
        cause
    from changed_rows
    where value_after <> 0

),

grains as (

    select unnest([true, false]) as is_total

),

-- Each twice: for the figure in all, and for its month and channel.
in_grains as (

    select
        counted.figure,
        grains.is_total,
        case when not grains.is_total then cast(counted.month as date) end as month,
        case when not grains.is_total then counted.channel end as channel,
        counted.value_before,
        counted.value_after,
        counted.change,
        counted.cause
    from counted
    cross join grains

),

summed as (

    select
        figure,
        is_total,
        month,
        channel,
        sum(value_before) as value_before,
        sum(value_after) as value_after,
        coalesce(sum(change) filter (where cause = 'new'), 0) as new_rows,
        coalesce(sum(change) filter (where cause = 'late'), 0) as late_rows,
        coalesce(sum(change) filter (where cause = 'corrected'), 0) as corrected_rows,
        coalesce(sum(change) filter (where cause = 'withdrawn'), 0) as withdrawn_rows,
        coalesce(sum(change) filter (where cause = 'identity'), 0) as identity_changes,
        coalesce(sum(change) filter (where cause = 'rules_or_code'), 0) as rules_or_code
    from in_grains
    group by figure, is_total, month, channel

),

moved_figures as (

    select
        is_total,
        figure,
        month,
        channel,
        value_before,
        value_after,
        new_rows,
        late_rows,
        corrected_rows,
        withdrawn_rows,
        identity_changes,
        rules_or_code,
        value_after - value_before
        - new_rows - late_rows - corrected_rows - withdrawn_rows - identity_changes - rules_or_code
            as residual
    from summed

)

select * from moved_figures
where
    is_total
    or residual <> 0
    or new_rows <> 0
    or late_rows <> 0
    or corrected_rows <> 0
    or withdrawn_rows <> 0
    or identity_changes <> 0
    or rules_or_code <> 0
order by is_total desc, figure asc, month asc, channel asc
