{#- A query with one row per distinct source, medium, campaign, ad_network_channel and visit_date of
    the relation `visits`, and the channel they mean (definitions: default channel group), after the
    seeds channel_rules, traffic_patterns and traffic_sources as they stood on the visit's day.
    Patterns are tried on the few distinct texts of each column, not on the visits. -#}
{% macro channels_of(visits) -%}
    {%- if var('channel_rules_date') -%}
        {%- set day = "date '" ~ var('channel_rules_date') ~ "'" -%}
    {%- else -%}
        {%- set day = 'visits.visit_date' -%}
    {%- endif -%}
    with

    channel_rules as (

        select * from {{ ref('channel_rules') }}

    ),

    traffic_patterns as (

        select * from {{ ref('traffic_patterns') }}

    ),

    traffic_sources as (

        select * from {{ ref('traffic_sources') }}

    ),

    -- Between two days of change the rules stay the same. All this follows from the seeds alone
    -- and is cheap; the visits are read in one place.
    days_of_change as (

        select valid_from from channel_rules
        union
        select valid_from from traffic_patterns
        union
        select valid_from from traffic_sources

    ),

    periods as (

        select
            valid_from as rules_date,
            coalesce(
                lead(valid_from) over (order by valid_from), date '9999-12-31'
            ) as next_rules_date
        from days_of_change

    ),

    -- Rules and patterns change as a whole: the rows of one day are the whole set.
    rules_in_force as (

        select
            periods.rules_date,
            channel_rules.*
        from periods
        inner join channel_rules
            on channel_rules.valid_from <= periods.rules_date
        qualify
            dense_rank() over (
                partition by periods.rules_date
                order by channel_rules.valid_from desc
            ) = 1

    ),

    patterns_in_force as (

        select
            periods.rules_date,
            traffic_patterns.*
        from periods
        inner join traffic_patterns
            on traffic_patterns.valid_from <= periods.rules_date
        qualify
            dense_rank() over (
                partition by periods.rules_date
                order by traffic_patterns.valid_from desc
            ) = 1

    ),

    -- Sources come and go one by one: the last row of a source counts.
    sources_in_force as (

        select
            periods.rules_date,
            traffic_sources.*
        from periods
        inner join traffic_sources
            on traffic_sources.valid_from <= periods.rules_date
        qualify
            row_number() over (
                partition by periods.rules_date, traffic_sources.source
                order by traffic_sources.valid_from desc
            ) = 1

    ),

    combinations as (

        select distinct
            visits.source,
            visits.medium,
            visits.campaign,
            visits.ad_network_channel,
            visits.visit_date,
            periods.rules_date,
            {{ traffic_source_name('visits.source') }} as source_name,
            lower(trim(coalesce(visits.medium, ''))) as medium_text,
            lower(trim(coalesce(visits.campaign, ''))) as campaign_text,
            lower(trim(coalesce(visits.ad_network_channel, ''))) as ad_network_text
        from {{ visits }} as visits
        inner join periods
            on
                {{ day }} >= periods.rules_date
                and {{ day }} < periods.next_rules_date
        where visits.visit_date is not null

    ),

    -- Some names say that somebody pays (facebook-ads): the rest is the source, if it is a known one.
    source_names as (

        select
            rules_date,
            source_name,
            source_name as known_name,
            cast(null as string) as kind
        from combinations
        union
        select
            combinations.rules_date,
            combinations.source_name,
            regexp_replace(combinations.source_name, patterns_in_force.pattern, '') as known_name,
            patterns_in_force.kind
        from combinations
        inner join patterns_in_force
            on
                combinations.rules_date = patterns_in_force.rules_date
                and patterns_in_force.field = 'source'
                and {{ matches('combinations.source_name', 'patterns_in_force.pattern') }}

    ),

    matchings as (

        select 'exact' as matching, 'as written' as form
        union all
        select 'exact' as matching, 'with blanks' as form
        union all
        select 'brand' as matching, 'as written' as form
        union all
        select 'site' as matching, 'as written' as form
        union all
        select 'domain' as matching, 'as written' as form

    ),

    -- What a source could be listed as, in each way of matching.
    listings as (

        select
            source_names.*,
            matchings.matching,
            case
                when matchings.form = 'with blanks'
                    then translate(source_names.known_name, '_-', '  ')
                when matchings.matching = 'brand'
                    then {{ remove_pattern(site_of_source('source_names.known_name'), '^[a-z][a-z][.]') }}
                when matchings.matching = 'site'
                    then {{ site_of_source('source_names.known_name') }}
                else source_names.known_name
            end as listed_name
        from source_names
        cross join matchings

    ),

    -- The longest name in the list that fits a source tells its kind: shopping.google.com is a
    -- shopping site, google.com a search engine. Sites and domains stand for all below them.
    source_kinds as (

        select
            listings.rules_date,
            listings.source_name,
            listings.kind as medium_kind,
            sources_in_force.source_kind
        from listings
        inner join sources_in_force
            on
                listings.rules_date = sources_in_force.rules_date
                and listings.matching = sources_in_force.matching
                and regexp_extract(listings.listed_name, '[^.]*$', 0)
                = regexp_extract(sources_in_force.source, '[^.]*$', 0)
                and right('.' || listings.listed_name, length(sources_in_force.source) + 1)
                = '.' || sources_in_force.source
                and (
                    listings.matching in ('site', 'domain')
                    or listings.listed_name = sources_in_force.source
                )
        qualify
            row_number() over (
                partition by listings.rules_date, listings.source_name
                order by
                    length(sources_in_force.source) desc,
                    sources_in_force.source,
                    length(listings.known_name) desc
            ) = 1

    ),

    fields as (

        select distinct field from traffic_patterns
        where field <> 'source'

    ),

    texts as (

        select distinct
            fields.field,
            case fields.field
                when 'medium' then combinations.medium_text
                when 'campaign' then combinations.campaign_text
                when 'ad_network_channel' then combinations.ad_network_text
            end as text_value
        from combinations
        cross join fields

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
            source_kinds.medium_kind as medium_kind_of_source,
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
    visits_with_channels as (

        select
            kinds.source,
            kinds.medium,
            kinds.campaign,
            kinds.ad_network_channel,
            kinds.visit_date,
            min_by(rules_in_force.channel, rules_in_force.rule_number) as channel
        from kinds_of_combinations as kinds
        inner join rules_in_force
            on
                kinds.rules_date = rules_in_force.rules_date
                and rules_in_force.source_kind in ('any', kinds.source_kind)
                and rules_in_force.medium_kind
                in ('any', kinds.medium_kind, kinds.medium_kind_of_source)
                and rules_in_force.campaign_kind in ('any', kinds.campaign_kind)
                and rules_in_force.ad_network_kind in ('any', kinds.ad_network_kind)
        group by
            kinds.source,
            kinds.medium,
            kinds.campaign,
            kinds.ad_network_channel,
            kinds.visit_date

    )

    select * from visits_with_channels
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


{#- A source without the ending of its domain: mail.google of mail.google.co.uk. A name without dots
    stays as it is. -#}
{% macro site_of_source(source) -%}
    {{
        remove_pattern(
            source, '[.](((co|com|org|net|ne|or|gov|edu|ac|gob|go)[.])?[a-z][a-z]|[a-z0-9-][a-z0-9-]+)$'
        )
    }}
{%- endmacro %}


{#- Whether a campaign addresses earlier visitors: its name says so, in full or by a usual
    abbreviation (rtg, rmk, rmkt, rlsa). -#}
{% macro is_retargeting(campaign) -%}
    coalesce(
        {{
            matches(
                'lower(' ~ campaign ~ ')',
                "'retarget|remarket|ricontatt|(^|[^a-z])(rtg|rmk|rmkt|rlsa)([^a-z]|$)'"
            )
        }},
        false
    )
{%- endmacro %}
