{#- The business day, in `reporting_timezone`, of a UTC timestamp. -#}
{% macro local_date(timestamp) -%}
    {{ return(adapter.dispatch('local_date', 'viaggio')(timestamp)) }}
{%- endmacro %}

{% macro duckdb__local_date(timestamp) -%}
    cast(timezone('{{ var("reporting_timezone") }}', timezone('UTC', {{ timestamp }})) as date)
{%- endmacro %}

{% macro spark__local_date(timestamp) -%}
    cast(from_utc_timestamp({{ timestamp }}, '{{ var("reporting_timezone") }}') as date)
{%- endmacro %}


{#- The hour (0 to 23) of a UTC timestamp in `reporting_timezone`. -#}
{% macro local_hour(timestamp) -%}
    {{ return(adapter.dispatch('local_hour', 'viaggio')(timestamp)) }}
{%- endmacro %}

{% macro duckdb__local_hour(timestamp) -%}
    cast(
        hour(timezone('{{ var("reporting_timezone") }}', timezone('UTC', {{ timestamp }})))
        as integer
    )
{%- endmacro %}

{% macro spark__local_hour(timestamp) -%}
    hour(from_utc_timestamp({{ timestamp }}, '{{ var("reporting_timezone") }}'))
{%- endmacro %}


{#- The UTC timestamp of a number of microseconds since 1970-01-01 UTC. -#}
{% macro from_epoch_microseconds(microseconds) -%}
    {{ return(adapter.dispatch('from_epoch_microseconds', 'viaggio')(microseconds)) }}
{%- endmacro %}

{% macro duckdb__from_epoch_microseconds(microseconds) -%}
    make_timestamp({{ microseconds }})
{%- endmacro %}

{% macro spark__from_epoch_microseconds(microseconds) -%}
    timestamp_micros({{ microseconds }})
{%- endmacro %}


{#- Microseconds since 1970-01-01 UTC of a timestamp. -#}
{% macro to_epoch_microseconds(timestamp) -%}
    {{ return(adapter.dispatch('to_epoch_microseconds', 'viaggio')(timestamp)) }}
{%- endmacro %}

{% macro duckdb__to_epoch_microseconds(timestamp) -%}
    epoch_us({{ timestamp }})
{%- endmacro %}

{% macro spark__to_epoch_microseconds(timestamp) -%}
    unix_micros({{ timestamp }})
{%- endmacro %}
