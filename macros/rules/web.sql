{#- A parameter of a GA4 event as text, whichever typed field it was sent in; reads the lists
    `parameter_keys` and `parameter_texts`. -#}
{% macro parameter_text(key) -%}
    {{ list_lookup('parameter_texts', 'parameter_keys', key) }}
{%- endmacro %}


{#- The same as an integer, fractions rounded. -#}
{% macro parameter_integer(key) -%}
    {{ parse_integer(parameter_text(key)) }}
{%- endmacro %}


{#- The same as true or false; null where it says neither. -#}
{% macro parameter_boolean(key) -%}
    case lower({{ parameter_text(key) }})
        when '1' then true
        when 'true' then true
        when '0' then false
        when 'false' then false
    end
{%- endmacro %}


{#- A parameter of the page's query string, decoded; null where it is absent or empty. Reads the
    lists `query_keys` and `query_texts`. -#}
{% macro query_parameter(key) -%}
    {{ list_lookup('query_texts', 'query_keys', key) }}
{%- endmacro %}


{#- A consent state as true, false or null: GA4's words, those of consent mode, or a boolean. -#}
{% macro consent(state) -%}
    case
        when lower(trim({{ state }})) in ('no', 'denied', 'false') then false
        when lower(trim({{ state }})) in ('yes', 'granted', 'true') then true
    end
{%- endmacro %}


{#- Query of the event_id of each search on the site that found nothing, as the path of the page it led
    to says (seed empty_search_pages). -#}
{% macro searches_without_results() -%}
    select distinct interactions.event_id
    from {{ ref('int_web_interactions__selected') }} as interactions
    inner join {{ ref('empty_search_pages') }} as pages
        on lower(interactions.page_path) like '%' || pages.pattern || '%'
    where interactions.touchpoint_type = 'site_search'
{%- endmacro %}


{#- A text that GA4 itself writes, or null where it has nothing to say; a few comparisons, since every
    event has dozens of such texts. -#}
{% macro said_by_ga4(text) -%}
    nullif(nullif(nullif({{ text }}, ''), '(not set)'), '(data deleted)')
{%- endmacro %}


{#- A text that the site sends with an event, or null where it says nothing. Reads empty_texts. -#}
{% macro said_parameter(text) -%}
    case
        when not {{ list_holds('empty_values.empty_texts', 'lower(trim(' ~ text ~ '))') }} then {{ text }}
    end
{%- endmacro %}


{#- A key that the site sends with an event, clean, or null where it names nothing. Reads empty_keys. -#}
{% macro said_event_key(key) -%}
    case
        when not {{ list_holds('empty_values.empty_keys', 'lower(' ~ trimmed(key) ~ ')') }}
            then {{ clean_key(trimmed(key)) }}
    end
{%- endmacro %}


{#- Place of an event in the batch it was sent in, as four hexadecimal digits: the batch within the page,
    and the event within the batch. Events of one batch have one time; so their ids order them. Empty
    where the export does not say. -#}
{% macro batch_position(batch_ordering_id, batch_event_index) -%}
    case
        when {{ batch_event_index }} between 0 and 255
            then
                lpad({{ to_hex('least(greatest(coalesce(' ~ batch_ordering_id ~ ', 0), 0), 255)') }}, 2, '0')
                || lpad({{ to_hex(batch_event_index) }}, 2, '0')
        else ''
    end
{%- endmacro %}
