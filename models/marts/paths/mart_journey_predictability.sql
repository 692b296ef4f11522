with

regressions as (

    select
        journey_id,
        count(*) as regressions
    from {{ ref('fct_stage_entries') }}
    where is_regression
    group by journey_id

),

journeys as (

    select
        journeys.journey_id,
        {{ journey_month('journeys.last_touched_at') }} as month,
        coalesce(persons.persona, 'unknown') as persona,
        journeys.person_id,
        journeys.outcome,
        journeys.exposure_path,
        journeys.path_length,
        journeys.channel_count,
        case
            when journeys.path_length > 0
                then {{ list_length(list_without_repeats('cut.path_channels')) }}
        end as exposures,
        coalesce(regressions.regressions, 0) as regressions,
        orders.is_impulse
    from {{ ref('fct_journeys') }} as journeys
    inner join {{ ref('int_journeys__segmented') }} as cut
        on journeys.journey_id = cut.journey_id
    inner join {{ ref('dim_persons') }} as persons
        on journeys.person_id = persons.person_id
    left join regressions
        on journeys.journey_id = regressions.journey_id
    left join {{ ref('fct_orders') }} as orders
        on journeys.order_id = orders.order_id
    where not journeys.is_excluded

),

cells as (

    select
        month,
        persona,
        count(*) as journeys,
        count(distinct person_id) as persons,
        count(*) filter (where outcome = 'converted') as conversions,
        count(*) filter (where outcome = 'open') as open_journeys,
        count(*) filter (where path_length > 0) as journeys_with_path,
        sum(path_length) as path_touchpoints,
        cast(median(case when path_length > 0 then path_length end) as double)
            as median_path_length,
        count(*) filter (where exposures > channel_count) as journeys_with_loops,
        count(*) filter (where regressions > 0) as journeys_with_regressions,
        cast(sum(regressions) as bigint) as stage_regressions,
        count(*) filter (where path_length > 0 and exposures = channel_count and regressions = 0)
            as straight_journeys,
        count(*) filter (where is_impulse) as impulse_conversions
    from journeys
    group by month, persona

),

paths as (

    select
        month,
        persona,
        exposure_path,
        count(*) as journeys,
        row_number() over (
            partition by month, persona
            order by count(*) desc, exposure_path asc
        ) as path_rank,
        sum(count(*)) over (partition by month, persona) as all_journeys
    from journeys
    where exposure_path is not null
    group by month, persona, exposure_path

),

path_figures as (

    select
        month,
        persona,
        count(*) as different_paths,
        max(case when path_rank = 1 then exposure_path end) as modal_path,
        max(case when path_rank = 1 then journeys end) as modal_path_journeys,
        {{ entropy_bits('journeys', 'all_journeys') }} as path_entropy_bits
    from paths
    group by month, persona

),

-- What came after each entry: the next one or the journey's end. What has not come yet is unknown.
entries as (

    select
        journey_id,
        channel,
        lead(channel) over (partition by journey_id order by position) as next_channel
    from {{ ref('int_path_touchpoints__selected') }}

),

steps as (

    select
        journeys.month,
        journeys.persona,
        entries.channel,
        coalesce(entries.next_channel, journeys.outcome) as next_step,
        count(*) as steps
    from entries
    inner join journeys
        on entries.journey_id = journeys.journey_id
    where entries.next_channel is not null or journeys.outcome <> 'open'
    group by
        journeys.month,
        journeys.persona,
        entries.channel,
        coalesce(entries.next_channel, journeys.outcome)

),

steps_of_cells as (

    select
        month,
        persona,
        steps,
        sum(steps) over (partition by month, persona, channel) as steps_of_channel,
        sum(steps) over (partition by month, persona) as steps_of_cell
    from steps

),

step_figures as (

    select
        month,
        persona,
        sum(steps) as steps,
        {{ entropy_bits('steps', 'steps_of_channel', 'steps_of_cell') }} as step_entropy_bits
    from steps_of_cells
    group by month, persona

),

-- The most the entropy could be; one for all cells, so that they can be compared.
next_steps as (

    select count(distinct next_step) as different_next_steps
    from steps

),

mart_journey_predictability as (

    select
        cells.month,
        cells.persona,

        path_figures.modal_path,

        cells.journeys,
        cells.persons,
        cells.conversions,
        cells.open_journeys,
        cells.journeys_with_path,
        coalesce(path_figures.different_paths, 0) as different_paths,
        cast(coalesce(step_figures.steps, 0) as bigint) as steps,
        cells.journeys_with_loops,
        cells.journeys_with_regressions,
        cells.stage_regressions,
        cells.straight_journeys,
        cells.impulse_conversions,

        {{ ratio('cells.path_touchpoints', 'cells.journeys_with_path') }} as average_path_length,
        cells.median_path_length,
        round(step_figures.step_entropy_bits, 4) as step_entropy_bits,
        round(path_figures.path_entropy_bits, 4) as path_entropy_bits,
        round(
            step_figures.step_entropy_bits
            / nullif(log2(nullif(cast(next_steps.different_next_steps as double), 0)), 0),
            4
        ) as normalised_entropy,
        {{ ratio('path_figures.modal_path_journeys', 'cells.journeys_with_path') }}
            as modal_path_share,
        {{ ratio('cells.journeys_with_loops', 'cells.journeys_with_path') }} as loop_share,
        {{ ratio('cells.journeys_with_regressions', 'cells.journeys') }} as regression_share,
        {{ ratio('cells.straight_journeys', 'cells.journeys_with_path') }} as straight_share,
        {{ ratio('cells.impulse_conversions', 'cells.conversions') }} as impulse_share
    from cells
    cross join next_steps
    left join path_figures
        on
            cells.month = path_figures.month
            and cells.persona = path_figures.persona
    left join step_figures
        on
            cells.month = step_figures.month
            and cells.persona = step_figures.persona

)

select * from mart_journey_predictability
