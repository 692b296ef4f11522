{#- A query with one row per distinct source, medium, campaign, ad_network_channel and visit_date of
    the relation `visits`, and the channel they mean (definitions: default channel group), after the
    seeds channel_rules, traffic_patterns and traffic_sources as they stood on the visit's day.
    Patterns are tried on the few distinct texts of each column, not on the visits. -#}
{% macro channels_of(visits) -%}
    {%- if var('channel_rules_date') -%}
        {%- set day = "date '" ~ var('channel_rules_date') ~ "'" -%}
    {%- else -%}
        {%- set day = 'visit_dates.visit_date' -%}
    {%- endif -%}
    with

    visits as (

        select distinct
            source,
            medium,
            campaign,
            ad_network_channel,
            visit_date
        from {{ visits }}

    ),

    channel_rules as (

        select * from {{ ref('channel_rules') }}

    ),

    traffic_patterns as (

        select * from {{ ref('traffic_patterns') }}

    ),

    traffic_sources as (

        select * from {{ ref('traffic_sources') }}

    ),

    -- The rules of a day are those of the last change up to it.
    days_of_change as (

        select valid_from from channel_rules
        union
        select valid_from from traffic_patterns
        union
        select valid_from from traffic_sources

    ),

    visit_dates as (

        select distinct visit_date from visits

    ),

    rules_of_dates as (

        select
            visit_dates.visit_date,
            max(days_of_change.valid_from) as rules_date
        from visit_dates
        inner join days_of_change
            on days_of_change.valid_from <= {{ day }}
        group by visit_dates.visit_date

    ),

    rules_dates as (

        select distinct rules_date from rules_of_dates

    ),

    -- Rules and patterns change as a whole: the rows of one day are the whole set.
    rules_in_force as (

        select
            rules_dates.rules_date,
            channel_rules.*
        from rules_dates
        inner join channel_rules
            on channel_rules.valid_from <= rules_dates.rules_date
        qualify
            dense_rank() over (
                partition by rules_dates.rules_date
                order by channel_rules.valid_from desc
            ) = 1

    ),

    patterns_in_force as (

        select
            rules_dates.rules_date,
            traffic_patterns.*
        from rules_dates
        inner join traffic_patterns
            on traffic_patterns.valid_from <= rules_dates.rules_date
        qualify
            dense_rank() over (
                partition by rules_dates.rules_date
                order by traffic_patterns.valid_from desc
            ) = 1

    ),

    -- Sources come and go one by one: the last row of a source counts.
    sources_in_force as (

        select
            rules_dates.rules_date,
            traffic_sources.*
        from rules_dates
        inner join traffic_sources
            on traffic_sources.valid_from <= rules_dates.rules_date
        qualify
            row_number() over (
                partition by rules_dates.rules_date, traffic_sources.source
                order by traffic_sources.valid_from desc
            ) = 1

    ),

    combinations as (

        select distinct
            visits.source,
            visits.medium,
            visits.campaign,
            visits.ad_network_channel,
            rules_of_dates.rules_date,
            {{ traffic_source_name('visits.source') }} as source_name,
            lower(trim(coalesce(visits.medium, ''))) as medium_text,
            lower(trim(coalesce(visits.campaign, ''))) as campaign_text,
            lower(trim(coalesce(visits.ad_network_channel, ''))) as ad_network_text
        from visits
        inner join rules_of_dates
            on visits.visit_date = rules_of_dates.visit_date

    ),

    source_names as (

        select distinct
            source_name,
            {{ brand_of_domain('source_name') }} as brand
        from combinations

    ),

    -- The longest name in the list that fits a source tells its kind: shopping.google.com is a
    -- shopping site, google.com a search engine.
    source_kinds as (

        select
            sources_in_force.rules_date,
            source_names.source_name,
            sources_in_force.source_kind
        from source_names
        inner join sources_in_force
            on
                source_names.source_name = sources_in_force.source
                or (
                    sources_in_force.matching = 'brand'
                    and source_names.brand = sources_in_force.source
                )
                or (
                    sources_in_force.matching = 'domain'
                    and right(source_names.source_name, length(sources_in_force.source) + 1)
                    = '.' || sources_in_force.source
                )
        qualify
            row_number() over (
                partition by sources_in_force.rules_date, source_names.source_name
                order by length(sources_in_force.source) desc, sources_in_force.source
            ) = 1

    ),

    texts as (

        select
            'medium' as field,
            medium_text as text_value
        from combinations
        union
        select
            'campaign' as field,
            campaign_text as text_value
        from combinations
        union
        select
            'ad_network_channel' as field,
            ad_network_text as text_value
        from combinations

    ),

    -- A text may be of several kinds: cpm is both paid and display.
    text_kinds as (

        select distinct
            patterns_in_force.rules_date,
            texts.field,
            texts.text_value,
            patterns_in_force.kind
        from texts
        inner join patterns_in_force
            on
                texts.field = patterns_in_force.field
                and {{ matches('texts.text_value', 'patterns_in_force.pattern') }}

    ),

    kinds_of_combinations as (

        select
            combinations.*,
            source_kinds.source_kind,
            medium_kinds.kind as medium_kind,
            campaign_kinds.kind as campaign_kind,
            ad_network_kinds.kind as ad_network_kind
        from combinations
        left join source_kinds
            on
                combinations.rules_date = source_kinds.rules_date
                and combinations.source_name = source_kinds.source_name
        left join text_kinds as medium_kinds
            on
                combinations.rules_date = medium_kinds.rules_date
                and combinations.medium_text = medium_kinds.text_value
                and medium_kinds.field = 'medium'
        left join text_kinds as campaign_kinds
            on
                combinations.rules_date = campaign_kinds.rules_date
                and combinations.campaign_text = campaign_kinds.text_value
                and campaign_kinds.field = 'campaign'
        left join text_kinds as ad_network_kinds
            on
                combinations.rules_date = ad_network_kinds.rules_date
                and combinations.ad_network_text = ad_network_kinds.text_value
                and ad_network_kinds.field = 'ad_network_channel'

    ),

    -- A rule fits where each kind it names is there; the first that fits wins.
    channels_of_combinations as (

        select
            kinds.source,
            kinds.medium,
            kinds.campaign,
            kinds.ad_network_channel,
            kinds.rules_date,
            min_by(rules_in_force.channel, rules_in_force.rule_number) as channel
        from kinds_of_combinations as kinds
        inner join rules_in_force
            on
                kinds.rules_date = rules_in_force.rules_date
                and rules_in_force.source_kind in ('any', kinds.source_kind)
                and rules_in_force.medium_kind in ('any', kinds.medium_kind)
                and rules_in_force.campaign_kind in ('any', kinds.campaign_kind)
                and rules_in_force.ad_network_kind in ('any', kinds.ad_network_kind)
        group by
            kinds.source,
            kinds.medium,
            kinds.campaign,
            kinds.ad_network_channel,
            kinds.rules_date

    )

    select
        visits.source,
        visits.medium,
        visits.campaign,
        visits.ad_network_channel,
        visits.visit_date,
        channels_of_combinations.channel
    from visits
    inner join rules_of_dates
        on visits.visit_date = rules_of_dates.visit_date
    inner join channels_of_combinations
        on
            rules_of_dates.rules_date = channels_of_combinations.rules_date
            and {{ same_traffic('visits', 'channels_of_combinations') }}
{%- endmacro %}


{#- Condition that two relations speak of the same source, medium, campaign and ad_network_channel,
    none of a thing being the same as none. -#}
{% macro same_traffic(left, right) -%}
    {{ left }}.source is not distinct from {{ right }}.source
    and {{ left }}.medium is not distinct from {{ right }}.medium
    and {{ left }}.campaign is not distinct from {{ right }}.campaign
    and {{ left }}.ad_network_channel is not distinct from {{ right }}.ad_network_channel
{%- endmacro %}


{#- A traffic source as the seed traffic_sources writes it: lower case, without scheme, path, port and
    the first label of a mobile or forwarding host (www.google.com, l.instagram.com); (direct) where
    there is none. -#}
{% macro traffic_source_name(source) -%}
    {%- set text = "coalesce(nullif(lower(trim(" ~ source ~ ")), ''), '(direct)')" -%}
    {%- set host = "regexp_extract(" ~ remove_pattern(text, '^[a-z-]+://') ~ ", '^([^/:?#]*)', 1)" -%}
    case
        when {{ matches(host, "'^(www[0-9]*|m|mobile|touch|mbasic|amp|l|lm|out|away)[.][^.]+[.]'") }}
            then substr({{ host }}, instr({{ host }}, '.') + 1)
        else {{ host }}
    end
{%- endmacro %}


{#- The name before the ending of a domain without subdomains: google of google.it and google.co.uk;
    empty for anything else. -#}
{% macro brand_of_domain(domain) -%}
    regexp_extract(
        {{ domain }}, '^([^.]+)[.]((co|com|org|net|ne|or)[.])?[a-z][a-z]+$', 1
    )
{%- endmacro %}
