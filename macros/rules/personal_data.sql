{#- Query of a raw table as staging may read it: each column treated as its `pii` in the contract asks
    (docs/architecture.md says what each kind means). What must stay in raw is left out, and so are
    columns the contract does not know. Texts that are part of the business key come as they are, since
    rows must stay apart: the model masks them where it names them. -#}
{% macro protected_source(source_name, table_name) -%}
    {%- set relation = source(source_name, table_name) -%}
    {#- dbt hands no sources to its unit tests, whose rows are made up. -#}
    {%- if not execute or 'sources' not in graph -%}
        select * from {{ relation }}
    {%- else -%}
        {%- set table = graph.sources['source.viaggio.' ~ source_name ~ '.' ~ table_name] -%}
        select
            {%- for column in table.columns.values() if column.config.meta.pii not in ('name', 'ip', 'note') %}
            {{ protected_column(column, table.config.meta.business_key) }},
            {%- endfor %}
            _source_file,
            _loaded_at,
            _row_hash,
            event_day
        from {{ relation }}
    {%- endif -%}
{%- endmacro %}


{#- A column of the contract as staging may read it. E-mails, phones and handles come as they are, to be
    hashed by the model; a column without a `pii` is masked too, as anything can be typed anywhere. -#}
{% macro protected_column(column, business_key) -%}
    {%- set meta = column.config.meta -%}
    {%- if column.data_type != 'varchar' or meta.accepted_values or meta.pii in ('email', 'phone', 'handle') -%}
        {{ column.name }}
    {%- elif meta.pii == 'identifier' or modules.re.search('(^|_)ids?$', column.name) -%}
        {{ pseudonym(column.name) }} as {{ column.name }}
    {%- elif column.name in business_key -%}
        {{ column.name }}
    {%- else -%}
        {{ masked(column.name) }} as {{ column.name }}
    {%- endif -%}
{%- endmacro %}


{#- A text with [email] and [phone] in place of the e-mail addresses and phone numbers in it. One cheap
    search finds the few texts that may hold any; only these are read by the patterns. -#}
{% macro masked(text) -%}
    case
        when {{ may_be_personal(text) }}
            then {{
                without_phones(
                    replace_pattern(text, var('personal_data_shapes').email, '[email]')
                )
            }}
        else {{ text }}
    end
{%- endmacro %}


{#- Condition that a text shows a sign of an e-mail address or a phone number: one cheap pattern. -#}
{% macro may_be_personal(text) -%}
    {{ matches(text, "'" ~ var('personal_data_shapes').signs ~ "'") }}
{%- endmacro %}


{#- Condition that a text holds an e-mail address or a phone number. -#}
{% macro is_personal(text) -%}
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


{#- A text with [phone] in place of the phone numbers in it. Each pattern is tried twice, as two numbers
    may share the sign between them. -#}
{% macro without_phones(text) -%}
    {%- set shapes = var('personal_data_shapes') -%}
    {%- set rest = namespace(text=text) -%}
    {%- for before, phones in [
        (shapes.before_international, shapes.international_phones),
        (shapes.before_national, shapes.national_phones),
    ] * 2 -%}
        {%- set pattern = phones | join('|') | replace('~', shapes.phone_separator) -%}
        {%- set rest.text = replace_between(
            rest.text, before, pattern, shapes.after_both, '[phone]'
        ) -%}
    {%- endfor -%}
    {{ rest.text }}
{%- endmacro %}


{#- A key with its e-mail addresses, and phone numbers with a plus, masked. Other numbers stay: a key is
    often as long as a phone number. -#}
{% macro masked_key(key) -%}
    {%- set shapes = var('personal_data_shapes') -%}
    case
        when instr({{ key }}, '@') > 0 or instr({{ key }}, '%') > 0 or instr({{ key }}, '+') > 0
            then {{
                replace_between(
                    replace_pattern(key, shapes.email, '[email]'),
                    shapes.before_international,
                    shapes.international_phones | join('|') | replace('~', shapes.phone_separator),
                    shapes.after_both,
                    '[phone]'
                )
            }}
        else {{ key }}
    end
{%- endmacro %}


{#- An identifier that rows are joined by: as it is, but an e-mail address or a phone number with a plus
    becomes its salted hash, so that it joins what is known by that address or number. -#}
{% macro pseudonym(identifier) -%}
    {%- set plain -%}
        replace(replace(replace({{ identifier }}, '%40', '@'), '%2B', '+'), '%2b', '+')
    {%- endset -%}
    {%- set normal -%}
        case
            when {{ plain }} like '%@%' then lower(trim({{ plain }}))
            else {{ normal_phone(plain) }}
        end
    {%- endset -%}
    case
        when
            instr({{ identifier }}, '@') > 0
            or instr({{ identifier }}, '%40') > 0
            or substr(trim({{ identifier }}), 1, 1) in ('+', '%')
            then coalesce({{ salted_hash(normal) }}, {{ identifier }})
        else {{ identifier }}
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
    {%- set signs = ["element.coupon is not null"] -%}
    {%- for field in ['item_id', 'item_name', 'item_brand', 'item_variant', 'item_category', 'promotion_id'] -%}
        {%- do signs.append('element.' ~ field ~ " like '%@%'") -%}
        {%- do signs.append('instr(element.' ~ field ~ ", '%') > 0") -%}
    {%- endfor -%}
    coalesce({{ list_holds(list_transform(items, signs | join(' or ')), 'true') }}, false)
{%- endmacro %}


{#- The products of a GA4 event with their texts masked. -#}
{% macro masked_items(items) -%}
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
{%- endmacro %}
