-- Each set of channel rules gives a rule one channel, ends with a rule that takes any visit, and
-- names only kinds that a pattern or a source can have; a misspelt kind would silently never fit.
-- No channel is called like a state of the Markov chain or like the rest of the Shapley model.
with

channel_rules as (

    select * from {{ ref('channel_rules') }}

),

channels as (

    select * from {{ ref('channels') }}

),

traffic_patterns as (

    select * from {{ ref('traffic_patterns') }}

),

traffic_sources as (

    select * from {{ ref('traffic_sources') }}

),

kinds_needed as (

    select
        'source' as field,
        source_kind as kind
    from channel_rules
    union
    select
        'medium' as field,
        medium_kind as kind
    from channel_rules
    union
    select
        'campaign' as field,
        campaign_kind as kind
    from channel_rules
    union
    select
        'ad_network_channel' as field,
        ad_network_kind as kind
    from channel_rules

),

kinds_known as (

    select
        case when field = 'source' then 'medium' else field end as field,
        kind
    from traffic_patterns
    union
    select
        'source' as field,
        source_kind as kind
    from traffic_sources

),

faults as (

    select 'kind ' || kinds_needed.kind || ' of ' || kinds_needed.field || ' unknown' as fault
    from kinds_needed
    anti join kinds_known
        on
            kinds_needed.field = kinds_known.field
            and kinds_needed.kind = kinds_known.kind
    where kinds_needed.kind != 'any'
    union all
    select 'rule ' || cast(rule_number as string) || ' has two channels' as fault
    from channel_rules
    group by valid_from, rule_number
    having count(distinct channel) > 1
    union all
    select 'rules from ' || cast(valid_from as string) || ' do not take every visit' as fault
    from channel_rules
    group by valid_from
    having
        max(rule_number) != max(
            case
                when
                    source_kind = 'any'
                    and medium_kind = 'any'
                    and campaign_kind = 'any'
                    and ad_network_kind = 'any'
                    then rule_number
                else 0
            end
        )
    union all
    select 'channel ' || channel || ' has a name that models of attribution use' as fault
    from channels
    where channel like '(%' or channel like '% > %' or channel = 'Other'

)

select * from faults
