{#- Query of a raw table as staging may read it. Keys and e-mail addresses are written in one way, values
    that say nothing are null, and each column is treated as its `pii` in the contract asks
    (docs/architecture.md says what each kind means). What must stay in raw is left out, and so are
    columns the contract does not know. Texts that are part of the business key come as they are, since
    rows must stay apart: the model masks them where it names them. -#}
{% macro protected_source(source_name, table_name) -%}
    {%- set relation = source(source_name, table_name) -%}
    {%- set empty_values_of_shop = empty_values() -%}
    {#- dbt hands no sources to its unit tests, whose rows are made up. -#}
    {%- if not execute or 'sources' not in graph or target.name == 'lint' -%}
        select * from {{ relation }}
    {%- else -%}
        {%- set table = graph.sources['source.viaggio.' ~ source_name ~ '.' ~ table_name] -%}
        {%- set key = table.config.meta.business_key -%}
        {%- set columns = [] -%}
        {%- for column in table.columns.values() if column.config.meta.pii not in ('name', 'ip', 'note') -%}
            {%- do columns.append((column.name, treatment_of(column, key) | trim)) -%}
        {%- endfor -%}
        {%- set load_columns = ['_source_file', '_source_row', '_loaded_at', '_row_hash', 'event_day'] -%}
        {%- set texts = [] -%}
        {%- for name, treatment in columns if treatment == 'text' -%}
            {%- do texts.append(name) -%}
        {%- endfor -%}
        select
            {%- for name, treatment in columns %}
            {{ kept_value(name, treatment, texts, name in key) }} as {{ name }},
            {%- endfor %}
            {{ load_columns | join(', ') }}
        from (
            select
                {%- for name, treatment in columns %}
                {%- if treatment == 'key' %}
                {{ clean_key(name) }} as {{ name }},
                {%- elif treatment == 'email' %}
                {{ clean_email(name) }} as {{ name }},
                {%- else %}
                {{ name }},
                {%- endif %}
                {%- endfor %}
                {%- if texts %}
                case
                    when {{ may_be_personal("concat_ws(' | ', " ~ texts | join(', ') ~ ')') }}
                        then {{ list_transform(list_of(texts), masked('element')) }}
                end as masked_texts,
                {%- endif %}
                {{ load_columns | join(', ') }}
            from (
                select
                    {%- for name, treatment in columns %}
                    {%- if treatment in ('key', 'email', 'handle') %}
                    {{ trimmed(name) }} as {{ name }},
                    {%- else %}
                    {{ name }},
                    {%- endif %}
                    {%- endfor %}
                    {{ load_columns | join(', ') }}
                from {{ relation }}
            ) as trimmed_rows
        ) as clean_rows
        cross join {{ empty_values_of_shop }} as empty_values
    {%- endif -%}
{%- endmacro %}


{#- How staging treats a column of the contract: `key` (names a thing or a person), `email`, `phone` and
    `handle` (as typed, which the model hashes), `plain` (as it is) or `text`, where anything can be
    typed, so that it is masked. -#}
{% macro treatment_of(column, business_key) -%}
    {%- set meta = column.config.meta -%}
    {%- if column.data_type != 'varchar' or meta.accepted_values -%} plain
    {%- elif meta.pii == 'email' -%} email
    {%- elif meta.pii in ('phone', 'handle') -%} {{ meta.pii }}
    {%- elif meta.pii == 'identifier' or modules.re.search('(^|_)ids?$', column.name) -%} key
    {%- elif column.name in business_key -%} plain
    {%- else -%} text
    {%- endif -%}
{%- endmacro %}


{#- A column of clean rows as staging may keep it: null where it says nothing, but a row needs its own
    key, whatever it is. Reads masked_texts, in the order of `texts`, and the lists of empty_values. -#}
{% macro kept_value(name, treatment, texts, is_required) -%}
    {%- if treatment == 'key' and is_required -%}
        {{ pseudonym(name) }}
    {%- elif treatment == 'key' -%}
        case when not {{ is_empty_key(name) }} then {{ pseudonym(name) }} end
    {%- elif treatment == 'handle' -%}
        case when not {{ is_empty_key("trim(leading '@' from " ~ name ~ ")") }} then {{ name }} end
    {%- elif treatment == 'email' -%}
        {{ said_email(name) }}
    {%- elif treatment == 'text' -%}
        case
            when not {{ is_empty_text(name) }}
                then coalesce({{ list_element('masked_texts', texts.index(name) + 1) }}, {{ name }})
        end
    {%- else -%}
        {{ name }}
    {%- endif -%}
{%- endmacro %}


{#- A text with [email] and [phone], or other marks, in place of the e-mail addresses and phone
    numbers in it. One cheap search finds the few texts that may hold any; the patterns read only
    these. -#}
{% macro masked(text, email='[email]', phone='[phone]') -%}
    {%- if target.name == 'lint' -%} {{ text }}
    {%- else -%}
    case
        when {{ may_be_personal(text) }}
            then {{
                without_phones(
                    replace_pattern(text, var('personal_data_shapes').email, email), phone
                )
            }}
        else {{ text }}
    end
    {%- endif -%}
{%- endmacro %}


{#- Condition that a text shows a sign of an e-mail address or a phone number: one cheap pattern. -#}
{% macro may_be_personal(text) -%}
    {{ matches(text, "'" ~ var('personal_data_shapes').signs ~ "'") }}
{%- endmacro %}


{#- Condition that a text holds an e-mail address or a phone number. -#}
{% macro is_personal(text) -%}
    {%- if target.name == 'lint' -%} ({{ text }}) like '%@%'
    {%- else -%}
    {%- set shapes = var('personal_data_shapes') -%}
    {%- set international = shapes.international_phones | join('|') -%}
    {%- set national = shapes.national_phones | join('|') -%}
    {%- set phones -%}
        (?:{{ shapes.before_international }})(?:{{ international }})(?:{{ shapes.after_both }})|
        {#- -#}
        (?:{{ shapes.before_national }})(?:{{ national }})(?:{{ shapes.after_both }})
    {%- endset -%}
    {{
        matches(
            text,
            "'" ~ shapes.email ~ '|' ~ phones | replace('~', shapes.phone_separator) ~ "'"
        )
    }}
    {%- endif -%}
{%- endmacro %}


{#- Condition that a text holds one of some signs, false without a text. -#}
{% macro holds_sign(text, signs) -%}
    coalesce(
        {%- for sign in signs %}
        instr({{ text }}, '{{ sign }}') > 0{{ ' or' if not loop.last }}
        {%- endfor %},
        false
    )
{%- endmacro %}


{#- A text of a GA4 event: the masked one where the event shows personal data. Reads shows_personal_data
    and masked_texts, a list in the order of `texts`. -#}
{% macro kept_text(text, texts) -%}
    case
        when shows_personal_data then {{ list_element('masked_texts', texts.index(text) + 1) }}
        else {{ text }}
    end
{%- endmacro %}


{#- A text with `mark` in place of the phone numbers in it. Each pattern is tried twice, as two numbers
    may share the sign between them. -#}
{% macro without_phones(text, mark) -%}
    {%- set shapes = var('personal_data_shapes') -%}
    {%- set rest = namespace(text=text) -%}
    {%- for before, phones in [
        (shapes.before_international, shapes.international_phones),
        (shapes.before_national, shapes.national_phones),
    ] * 2 -%}
        {%- set pattern = phones | join('|') | replace('~', shapes.phone_separator) -%}
        {%- set rest.text = replace_between(
            rest.text, before, pattern, shapes.after_both, mark
        ) -%}
    {%- endfor -%}
    {{ rest.text }}
{%- endmacro %}


{#- A key with its e-mail addresses, and phone numbers with a plus, masked (see masked). Other numbers
    stay: a key is often as long as a phone number. -#}
{% macro masked_key(key, email='[email]', phone='[phone]') -%}
    {%- if target.name == 'lint' -%} {{ key }}
    {%- else -%}
    {%- set shapes = var('personal_data_shapes') -%}
    case
        when instr({{ key }}, '@') > 0 or instr({{ key }}, '%') > 0 or instr({{ key }}, '+') > 0
            then {{
                replace_between(
                    replace_pattern(key, shapes.email, email),
                    shapes.before_international,
                    shapes.international_phones | join('|') | replace('~', shapes.phone_separator),
                    shapes.after_both,
                    phone
                )
            }}
        else {{ key }}
    end
    {%- endif -%}
{%- endmacro %}


{#- An identifier that joins rows: unchanged, but an e-mail address or a phone number with a plus
    becomes its salted hash, so that it joins rows with that address or number. -#}
{% macro pseudonym(identifier) -%}
    {%- if target.name == 'lint' -%} {{ identifier }}
    {%- else -%}
    case
        when {{ may_be_pseudonym(identifier) }}
            then coalesce({{ salted_hash(personal_value(identifier)) }}, {{ identifier }})
        else {{ identifier }}
    end
    {%- endif -%}
{%- endmacro %}


{#- Condition that an identifier may be an e-mail address or a phone number with a plus: a cheap
    search. -#}
{% macro may_be_pseudonym(identifier) -%}
    (
        instr({{ identifier }}, '@') > 0
        or instr({{ identifier }}, '%40') > 0
        or substr(trim({{ identifier }}), 1, 1) in ('+', '%')
    )
{%- endmacro %}


{#- The e-mail address or phone number that such an identifier is, in its normal form; null where it
    is neither. -#}
{% macro personal_value(identifier) -%}
    {%- set plain -%}
        replace(replace(replace({{ identifier }}, '%40', '@'), '%2B', '+'), '%2b', '+')
    {%- endset -%}
    case
        when {{ plain }} like '%@%' then lower(trim({{ plain }}))
        when length({{ remove_pattern(plain, '[^0-9]') }}) between 8 and 15
            then '+' || {{ remove_pattern(plain, '[^0-9]') }}
    end
{%- endmacro %}


{#- A column of a GA4 event unless its visitor refused analytics; consent that is not given as a word is
    no refusal. Reads has_analytics_consent. -#}
{% macro if_consented(column) -%}
    case when coalesce(has_analytics_consent, true) then {{ column }} end
{%- endmacro %}


{#- An address of a GA4 event, without its query string where the visitor refused analytics, as click and
    user ids stand there. Reads has_analytics_consent. -#}
{% macro consented_address(address) -%}
    case
        when coalesce(has_analytics_consent, true) then {{ address }}
        else split_part(split_part({{ address }}, '?', 1), '#', 1)
    end
{%- endmacro %}


{#- The texts of all products of a GA4 event as one text; null without products. -#}
{% macro item_texts(items) -%}
    {{
        join_list(
            list_transform(
                items,
                "concat_ws(' | ', element.item_id, element.item_name, element.item_brand, "
                ~ "element.item_variant, element.item_category, element.coupon, element.promotion_id)"
            ),
            ' | '
        )
    }}
{%- endmacro %}


{#- Condition that a text of a product of a GA4 event holds a sign of an e-mail address or a phone number. -#}
{% macro do_items_hold_sign(items) -%}
    {%- if target.name == 'lint' -%} {{ items }} is not null
    {%- else -%}
    {%- set signs = ["element.coupon is not null"] -%}
    {%- for field in ['item_id', 'item_name', 'item_brand', 'item_variant', 'item_category', 'promotion_id'] -%}
        {%- do signs.append('element.' ~ field ~ " like '%@%'") -%}
        {%- do signs.append('instr(element.' ~ field ~ ", '%') > 0") -%}
    {%- endfor -%}
    coalesce({{ list_holds(list_transform(items, signs | join(' or ')), 'true') }}, false)
    {%- endif -%}
{%- endmacro %}


{#- The products of a GA4 event with their texts masked. -#}
{% macro masked_items(items) -%}
    {%- if target.name == 'lint' -%} {{ items }}
    {%- else -%}
    {%- set fields = [] -%}
    {%- for field in [
        'item_id', 'item_name', 'item_brand', 'item_variant', 'item_category', 'price', 'quantity',
        'coupon', 'promotion_id',
    ] -%}
        {%- set value = 'element.' ~ field -%}
        {%- if field in ('item_id', 'promotion_id') -%}
            {%- do fields.append((field, masked_key(value))) -%}
        {%- elif field in ('price', 'quantity') -%}
            {%- do fields.append((field, value)) -%}
        {%- else -%}
            {%- do fields.append((field, masked(value))) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ list_transform(items, struct_of(fields)) }}
    {%- endif -%}
{%- endmacro %}
