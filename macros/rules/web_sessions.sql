{#- Key of the part of a GA4 session that lies on one event day. -#}
{% macro ga4_session_part_id(ga_session_id='ga_session_id') -%}
    {{ surrogate_key(['stream_id', 'user_pseudo_id', ga_session_id, 'event_day']) }}
{%- endmacro %}


{#- Whether a web event carries the number of a distinct session. -#}
{% macro has_ga4_session() -%}
    ga_session_id is not null and user_pseudo_id is not null
{%- endmacro %}


{#- A traffic field that says something; GA4 writes (not set) and the like where it does not. -#}
{% macro traffic_text(text) -%}
    case when {{ text }} not like '(%)' and {{ text }} <> '' then {{ text }} end
{%- endmacro %}


{#- Visitor of an event without a session number, within its stream: the device, else the user; null
    for numbered events and for unknown visitors. -#}
{% macro unnumbered_visitor() -%}
    case
        when not ({{ has_ga4_session() }})
            then
                coalesce(stream_id, '')
                || coalesce('|device|' || user_pseudo_id, '|user|' || user_id)
    end
{%- endmacro %}


{#- `session_timeout_minutes` in microseconds. -#}
{% macro session_timeout_microseconds() -%}
    {{ var('session_timeout_minutes') * 60000000 }}
{%- endmacro %}


{#- Whether a click id counts before the tags: always, or, where tags win
    (`manual_tags_override_click_ids`), if they are missing or organic. -#}
{% macro click_decides(source, medium) -%}
    {%- if var('manual_tags_override_click_ids') -%}
        ({{ source }} is null or coalesce({{ medium }}, 'organic') = 'organic')
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}


{#- Whether the Google Ads side of a last click names its source: where GA4 itself names none but a
    campaign of Google Ads, or calls such a click organic. -#}
{% macro google_ads_decide(last_click) -%}
    (
        {{ last_click }}.google_ads_campaign_id is not null
        or {{ last_click }}.google_ads_campaign is not null
    )
    and coalesce({{ traffic_text(last_click ~ '.cross_channel_medium') }}, 'organic') = 'organic'
{%- endmacro %}


{#- Source of the session's last click as GA4 gives it, over all channels or else by tags. -#}
{% macro last_click_source(relation='') -%}
    {%- set prefix = relation ~ '.' if relation else '' -%}
    coalesce({{ prefix }}session_cross_channel_source, {{ prefix }}session_manual_source)
{%- endmacro %}


{#- Medium of the same. -#}
{% macro last_click_medium(relation='') -%}
    {%- set prefix = relation ~ '.' if relation else '' -%}
    coalesce({{ prefix }}session_cross_channel_medium, {{ prefix }}session_manual_medium)
{%- endmacro %}


{#- Condition that a host is another one or below it, www aside; a name without a dot is no host. -#}
{% macro is_host_within(host, other) -%}
    (
        instr({{ other }}, '.') > 0
        and (
            {{ bare_host(host) }} = {{ bare_host(other) }}
            or right({{ bare_host(host) }}, length({{ bare_host(other) }}) + 1)
            = '.' || {{ bare_host(other) }}
        )
    )
{%- endmacro %}


{#- A host name in lower case, without the www before it. -#}
{% macro bare_host(host) -%}
    {{ remove_pattern('lower(' ~ host ~ ')', '^www[.]') }}
{%- endmacro %}
