{#- Invisible characters at the ends of a value: blanks of all kinds, line ends, marks of the
    writing direction, the byte order mark. SQL of a text. -#}
{% macro blank_characters() -%}
    {%- set blanks =
        " \u00a0\u00ad\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
        ~ "\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068"
        ~ "\u2069\u3000\ufeff"
    -%}
    (chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || '{{ blanks }}')
{%- endmacro %}


{#- A text without blank characters at its ends. Most texts have none, which a pattern finds out in
    a fraction of the time. (In Java, `$` also matches before a last line end.) -#}
{% macro trimmed(text) -%}
    case
        when {{ matches(text, "'[^ -~]|^ | $'") }}
            then trim(both {{ blank_characters() }} from {{ text }})
        else {{ text }}
    end
{%- endmacro %}


{#- A text without invisible characters anywhere; blanks between words stay. -#}
{% macro visible_text(text) -%}
    {{
        remove_pattern(
            text,
            "[\u0001-\u001f\u007f\u00a0\u00ad\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]"
        )
    }}
{%- endmacro %}


{#- Query of one row with the values that say nothing (seed empty_values), as lists: empty_texts,
    empty_keys, empty_emails and empty_email_names. A query that drops such values is joined with it. -#}
{% macro empty_values() -%}
    {#- A seed cannot hold these two: dbt reads them as cells without a value. -#}
    {%- set always = list_of(["''", "'null'"]) -%}
    (
        select
            {{ list_append(sorted_list('value', "kind = 'text'"), always) }} as empty_texts,
            {{ list_append(sorted_list('value', "kind in ('text', 'key')"), always) }}
                as empty_keys,
            {{ sorted_list('value', "kind = 'email'") }} as empty_emails,
            {{ sorted_list('value', "kind = 'email_name'") }} as empty_email_names
        from {{ ref('empty_values') }}
    )
{%- endmacro %}


{#- Condition that a text is one of the values that say nothing. Reads empty_texts. -#}
{% macro is_empty_text(text) -%}
    coalesce({{ list_holds('empty_texts', 'lower(' ~ trimmed(text) ~ ')') }}, false)
{%- endmacro %}


{#- Condition that a trimmed key names nothing. Reads empty_keys. -#}
{% macro is_empty_key(key) -%}
    coalesce({{ list_holds('empty_keys', 'lower(' ~ key ~ ')') }}, false)
{%- endmacro %}


{#- An address that clean_email wrote, or null where it is an empty value. Reads empty_emails and
    empty_email_names. -#}
{% macro said_email(email) -%}
    case
        when
            not {{ list_holds('empty_emails', email) }}
            and not {{ list_holds('empty_email_names', "split_part(" ~ email ~ ", '@', 1)") }}
            then {{ email }}
    end
{%- endmacro %}


{#- A trimmed key as the system that gave it writes it: without the `.0` of a spreadsheet, the
    `gid://shopify/Order/` of an interface or the `GA1.1.` of a cookie; UUIDs and digests in lower
    case. -#}
{% macro clean_key(key) -%}
    case
        when {{ key }} like '%.0' and {{ matches(key, "'^[0-9]+[.]0$'") }}
            then split_part({{ key }}, '.', 1)
        when {{ key }} like 'gid://%'
            then regexp_extract({{ key }}, '([^/?]+)([?].*)?$', 1)
        when {{ key }} like 'GA1.%' then regexp_extract({{ key }}, '^GA1[.][0-9-]+[.](.+)$', 1)
        when
            length({{ key }}) in (32, 36, 40, 64)
            and {{ matches(key, "'^[0-9A-Fa-f]{8}-?([0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12,44}$'") }}
            then lower({{ key }})
        else {{ key }}
    end
{%- endmacro %}


{#- A trimmed e-mail address in lower case, without quotes, `<...>` and the name before it,
    `mailto:` and invisible characters around it. Null where it is no address. -#}
{% macro clean_email(email) -%}
    case
        when {{ matches('lower(' ~ email ~ ')', "'^[0-9a-z_.+-]+@[0-9a-z.-]*[0-9a-z]$'") }}
            then lower({{ email }})
        else nullif(
            regexp_extract(
                replace(lower({{ visible_text(email) }}), '%40', '@'),
                '^(?:[^<@]*<)?[ ''"]*(?:mailto:)?[ ]*([^ <>(),;:"@]+@[^ <>(),;:"''@?&/]*[^ <>(),;:"''@?&/.])'
                || '[.]?(?:[?][^@]*)?[ ''"]*>?[ ;,.]*$',
                1
            ),
            ''
        )
    end
{%- endmacro %}


{#- A social handle in lower case, without outer blanks or a leading @; null where nothing is
    left. -#}
{% macro normal_handle(handle) -%}
    nullif(lower({{ remove_pattern(handle, '^[ ]*@|[ ]+$|^[ ]+') }}), '')
{%- endmacro %}


{#- Condition that a text is the placeholder of an e-mail address, a phone number or a handle in an
    expired raw day: its hash in the form of an address, `hashed_<64 digits>@hashed.invalid`. No
    address looks so, since at most 64 characters stand before its @. -#}
{% macro is_placeholder(text) -%}
    ({{ text }} like 'hashed%' and {{ matches(text, "'^hashed_[0-9a-f]{64}@'") }})
{%- endmacro %}


{#- Query of the phone numbers of a column, each as typed once (`typed`), with its form in E.164
    (`e164`: + and all digits), null where it cannot be a number. A number without a country is read
    as the shop's country dials it (`default_country_code`). Repeated and counted digits are empty
    values, and a placeholder of an expired day stays as it is. The rules are libphonenumber's; seed
    phone_countries holds its figures. -#}
{% macro phone_numbers(relation, column) -%}
    with

    written as (

        select distinct
            {{ column }} as typed,
            {{ remove_pattern(
                'lower(' ~ visible_text("translate(" ~ column ~ ", '０１２３４５６７８９＋', '0123456789+')") ~ ')',
                "^ *tel:|(;ext=| *(ext|int|interno|extn|x|#)[.:]?) *[0-9]{1,6} *$"
            ) }} as written
        from {{ relation }}
        where {{ column }} is not null

    ),

    dialled as (

        select
            typed,
            {{ remove_pattern('written', '[^0-9]') }} as digits,
            {{ matches('written', "'^[^0-9]*[+]'") }} as has_plus
        from written
        where not {{ matches('written', "'[a-z@]'") }}

    ),

    complete as (

        select
            typed,
            has_plus or digits like '00%' as is_international,
            case when not has_plus and digits like '00%' then substr(digits, 3) else digits end
                as digits
        from dialled

    ),

    -- A number may be typed with the country's own code, but without the plus.
    placed as (

        select
            complete.typed,
            complete.digits,
            countries.calling_code,
            coalesce(countries.trunk_prefix, '') as trunk_prefix,
            '^(?:' || countries.pattern || ')$' as pattern,
            substr(complete.digits, length(countries.calling_code) + 1) as digits_after_code,
            complete.is_international
        from complete
        inner join {{ ref('phone_countries') }} as countries
            on
                case
                    when complete.is_international
                        then substr(complete.digits, 1, length(countries.calling_code))
                    else '{{ var("default_country_code") }}'
                end = countries.calling_code

    ),

    national as (

        select
            *,
            case
                when is_international then digits_after_code
                when
                    digits like calling_code || '%'
                    and not {{ matches('digits', 'pattern') }}
                    and (
                        {{ matches('digits_after_code', 'pattern') }}
                        or {{ matches('substr(digits_after_code, length(trunk_prefix) + 1)', 'pattern') }}
                    )
                    then digits_after_code
                else digits
            end as dialled_number
        from placed

    ),

    without_trunk as (

        select
            *,
            case
                when
                    trunk_prefix <> ''
                    and dialled_number like trunk_prefix || '%'
                    and (
                        not {{ matches('dialled_number', 'pattern') }}
                        or {{ matches('substr(dialled_number, length(trunk_prefix) + 1)', 'pattern') }}
                    )
                    then substr(dialled_number, length(trunk_prefix) + 1)
                else dialled_number
            end as national_number
        from national

    )

    select
        typed,
        '+' || calling_code || national_number as e164
    from without_trunk
    where
        {{ matches('national_number', 'pattern') }}
        and replace(national_number, substr(national_number, 1, 1), '') <> ''
        and instr('012345678901234567890', national_number) = 0
        and instr('098765432109876543210', national_number) = 0
    union
    select
        {{ column }} as typed,
        {{ column }} as e164
    from {{ relation }}
    where {{ is_placeholder(column) }}
{%- endmacro %}
