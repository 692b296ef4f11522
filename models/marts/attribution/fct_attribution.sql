with

orders as (

    select
        order_id,
        person_id,
        order_date,
        ordered_at,
        cast(abs(net_revenue) * 100 as bigint) as cents,
        case when net_revenue < 0 then -1 else 1 end as sign
    from {{ ref('fct_orders') }}
    where is_conversion

),

entries as (

    select * from {{ ref('int_order_touchpoints__weighted') }}

),

models as (

    select model from {{ ref('attribution_models') }}

),

markov_effects as (

    select
        channel,
        cast(round(removal_effect * 10000000000) as bigint) as effect
    from {{ ref('mart_markov_removal_effects') }}

),

-- A channel that does harm gets nothing.
shapley_effects as (

    select
        channel,
        cast(round(greatest(shapley_value, 0) * 10000000000) as bigint) as effect
    from {{ ref('mart_shapley_values') }}

),

-- A channel without a value of its own plays as Other, with all such channels of its path.
entries_with_effects as (

    select
        entries.*,
        coalesce(players.channel, 'Other') as player,
        coalesce(markov_effects.effect, 0) as markov_effect,
        coalesce(players.effect, others.effect, 0) as shapley_effect
    from entries
    left join markov_effects
        on entries.channel = markov_effects.channel
    left join shapley_effects as players
        on entries.channel = players.channel
    left join shapley_effects as others
        on others.channel = 'Other'

),

-- A channel's weight is shared equally by its entries; where no channel has any, all have the same.
entries_with_shares as (

    select
        *,
        sum(markov_effect) over entries_of_order as markov_effects,
        count(*) over (partition by order_id, channel) as entries_of_channel,
        sum(shapley_effect) over entries_of_order as shapley_effects,
        count(*) over (partition by order_id, player) as entries_of_player
    from entries_with_effects
    window entries_of_order as (partition by order_id)

),

entries_with_weights as (

    select
        *,
        {{
            whole_share(
                '1000000',
                'case when markov_effects > 0 then markov_effect else 1 end',
                'entries_of_channel'
            )
        }} as markov_weight,
        {{
            whole_share(
                '1000000',
                'case when shapley_effects > 0 then shapley_effect else 1 end',
                'entries_of_player'
            )
        }} as shapley_weight
    from entries_with_shares

),

-- From here to the end only numbers are carried along.
weighed as (

    select
        entries_with_weights.order_id,
        entries_with_weights.position,
        models.model,
        cast(
            case models.model
                when 'time_decay' then entries_with_weights.decay_weight
                when 'markov' then entries_with_weights.markov_weight
                when 'shapley' then entries_with_weights.shapley_weight
                else {{
                    place_weight(
                        'models.model',
                        'entries_with_weights.position',
                        'entries_with_weights.path_length',
                        'entries_with_weights.last_non_direct_position'
                    )
                }}
            end as bigint
        ) as weight
    from entries_with_weights
    cross join models

),

-- An order without any touchpoint is one credit, Unattributed.
credited as (

    select
        orders.order_id,
        models.model,
        orders.cents,
        coalesce(weighed.position, 1) as position,
        coalesce(weighed.weight, 1) as weight,
        coalesce(
            sum(weighed.weight) over (partition by orders.order_id, models.model), 1
        ) as weights
    from orders
    cross join models
    left join weighed
        on
            orders.order_id = weighed.order_id
            and models.model = weighed.model
            and weighed.weight > 0

),

-- An order is a hundred million parts of a conversion. Each touchpoint gets the whole parts and
-- cents of its share; what is left over goes to the largest remainders, one each.
shared as (

    select
        *,
        {{ whole_share('100000000', 'weight', 'weights') }} as parts_floor,
        {{ whole_share_remainder('100000000', 'weight', 'weights') }} as parts_remainder,
        {{ whole_share('cents', 'weight', 'weights') }} as cents_floor,
        {{ whole_share_remainder('cents', 'weight', 'weights') }} as cents_remainder
    from credited
    where weight < weights

),

ranked as (

    select
        *,
        row_number() over (
            partition by order_id, model
            order by parts_remainder desc, position asc
        ) as parts_rank,
        100000000 - sum(parts_floor) over (partition by order_id, model) as parts_left,
        row_number() over (
            partition by order_id, model
            order by cents_remainder desc, position asc
        ) as cents_rank,
        cents - sum(cents_floor) over (partition by order_id, model) as cents_left
    from shared

),

apportioned as (

    select
        order_id,
        model,
        position,
        parts_floor + case when parts_rank <= parts_left then 1 else 0 end as parts,
        cents_floor + case when cents_rank <= cents_left then 1 else 0 end as credited_cents
    from ranked

    union all

    -- A touchpoint with all of the weight gets all.
    select
        order_id,
        model,
        position,
        100000000 as parts,
        cents as credited_cents
    from credited
    where weight = weights

),

attribution as (

    select
        {{ surrogate_key(['apportioned.order_id', 'entries.touchpoint_id', 'apportioned.model']) }}
            as attribution_id,

        apportioned.order_id,
        entries.touchpoint_id,
        orders.person_id,
        entries.campaign_id,

        apportioned.model,
        coalesce(entries.channel, 'Unattributed') as channel,
        orders.order_date,

        cast(cast(apportioned.parts as decimal(18, 0)) * 0.00000001 as decimal(9, 8))
            as conversion_share,
        cast(orders.sign * {{ cents_to_amount('apportioned.credited_cents') }} as decimal(18, 2))
            as revenue,

        orders.ordered_at,
        entries.touched_at
    from apportioned
    inner join orders
        on apportioned.order_id = orders.order_id
    left join entries
        on
            apportioned.order_id = entries.order_id
            and apportioned.position = entries.position
    where apportioned.parts > 0 or apportioned.credited_cents > 0

)

select * from attribution
