{#- Query of texts as tokens are cut from them, as `text` beside a key: HTML entities decoded, accents one
    with their letters, one kind of apostrophe, no signs that cannot be seen, and the accents of the Italian
    "ne ... ne". What few texts need is done to those only. -#}
{% macro readable_texts(relation, key, text) -%}
    select
        {{ key }},
        case
            when {{ matches('text', "'(^| )[nN][eèéEÈÉ].? .+ [nN][eèéEÈÉ].? '") }}
                then {{ accented_neither('text') }}
            else text
        end as text
    from (
        select
            {{ key }},
            {{ plain_signs('text') }} as text
        from (
            select
                {{ key }},
                case
                    when {{ matches('text', "'[̀-ͯ]'") }} then {{ composed_accents('text') }}
                    else text
                end as text
            from (
                select
                    {{ key }},
                    case
                        when instr({{ text }}, '&') > 0 then {{ decoded_entities(text) }}
                        else {{ text }}
                    end as text
                from {{ relation }}
            ) as decoded
        ) as composed
    ) as plain
{%- endmacro %}


{#- A text with one kind of apostrophe, and without signs that cannot be seen: the variant of an emoji,
    the soft hyphen, blanks of no width. -#}
{% macro plain_signs(text) -%}
    case
        when bit_length({{ text }}) > 8 * length({{ text }}) or instr({{ text }}, '`') > 0
            then translate({{ text }}, '’‘´`️­​‌‍﻿', '''''''''')
        else {{ text }}
    end
{%- endmacro %}


{#- A text with each accent that follows its letter as a sign of its own made one with it. -#}
{% macro composed_accents(text) -%}
    {%- if target.name == 'lint' -%} {{ text }}
    {%- else -%}
    {%- set composed = namespace(sql=text) -%}
    {%- for accent, letters in {
        '̀': 'aàeèiìoòuùAÀEÈIÌOÒUÙ', '́': 'aáeéiíoóuúAÁEÉIÍOÓUÚ',
        '̂': 'aâeêiîoôuû', '̈': 'aäeëiïoöuüAÄOÖUÜ', '̃': 'nñaãoõ', '̧': 'cç'
    }.items() -%}
        {%- for place in range(0, letters | length, 2) -%}
            {%- set composed.sql = "replace(" ~ composed.sql ~ ", '" ~ letters[place] ~ accent ~ "', '"
                ~ letters[place + 1] ~ "')" -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ remove_pattern(composed.sql, '[̀-ͯ]') }}
    {%- endif -%}
{%- endmacro %}


{#- A text with the entities of HTML decoded: the named ones that European texts hold, and all numbers. -#}
{% macro decoded_entities(text) -%}
    {%- if target.name == 'lint' -%} {{ text }}
    {%- else -%}
    {%- set named = {
        'amp': '&', 'quot': '"', 'apos': "''", 'nbsp': ' ', 'lt': '<', 'gt': '>', 'euro': '€',
        'hellip': '…', 'rsquo': "''", 'lsquo': "''", 'ldquo': '"', 'rdquo': '"', 'laquo': '«',
        'raquo': '»', 'ndash': '–', 'mdash': '—', 'agrave': 'à', 'egrave': 'è', 'eacute': 'é',
        'igrave': 'ì', 'ograve': 'ò', 'ugrave': 'ù', 'Agrave': 'À', 'Egrave': 'È', 'Eacute': 'É',
        'aacute': 'á', 'iacute': 'í', 'oacute': 'ó', 'uacute': 'ú', 'ntilde': 'ñ', 'ccedil': 'ç',
        'acirc': 'â', 'ecirc': 'ê', 'icirc': 'î', 'ocirc': 'ô', 'ucirc': 'û', 'auml': 'ä',
        'ouml': 'ö', 'uuml': 'ü', 'szlig': 'ß'
    } -%}
    {%- set decoded = namespace(sql=text) -%}
    {%- for name, sign in named.items() -%}
        {%- set decoded.sql = "replace(" ~ decoded.sql ~ ", '&" ~ name ~ ";', '" ~ sign ~ "')" -%}
    {%- endfor -%}
    {{ join_list(list_transform(split_text(decoded.sql, '&#'), decoded_number('element')), '') }}
    {%- endif -%}
{%- endmacro %}


{#- A part of a text that followed the sign of a numbered entity, with that entity decoded; the part
    itself where it begins with none. -#}
{% macro decoded_number(part) -%}
    case
        when {{ matches(part, "'^[0-9]{2,6};'") }}
            then {{ character("cast(split_part(" ~ part ~ ", ';', 1) as integer)") }}
                || substr({{ part }}, instr({{ part }}, ';') + 1)
        when {{ matches(part, "'^[xX][0-9a-fA-F]{2,5};'") }}
            then {{ character(from_hex("substr(split_part(" ~ part ~ ", ';', 1), 2)")) }}
                || substr({{ part }}, instr({{ part }}, ';') + 1)
        else {{ part }}
    end
{%- endmacro %}


{#- The own words of a review's author: without what platforms write around them ("Recensito in Italia
    il ...", "[Tradotto da Google]"), and without the reply of the shop, which ends the text. Of a
    translated text that brings its original the original counts. -#}
{% macro own_words(text) -%}
    {%- set reply = '(?is)(?:risposta (?:del|dal|della|dalla|di|da) (?:proprietari[oa]|venditore|gestore|titolare|struttura|negozio|direzione|esercente)|(?:response|reply) from (?:the )?(?:owner|seller|merchant|management|store|property|shop)|(?:owner|seller|merchant|management)(?:.s)? (?:response|reply))[^:]{0,60}:.*' -%}
    {%- set translated = '(?is)^.*[(](?:originale|original)[)]' -%}
    {%- set furniture = '(?i)recensito (?:in|negli|nel|nella) [^0-9]{2,40} il [0-9]{1,2} [^ ]+ [0-9]{4}|reviewed in [^0-9]{2,40} on (?:[0-9]{1,2} [a-z]+|[a-z]+ [0-9]{1,2},?) [0-9]{4}|.?(?:tradotto da google|translated by google|tradott[oa] automaticamente|traduzione automatica).?|acquisto verificato|recensione verificata|verified purchase|verified review|[0-9]+ persone (?:hanno trovato|l.hanno trovat[oa]) (?:questa recensione )?utile|[0-9]+ people found this (?:review )?helpful' -%}
    case
        when {{ matches(text, "'(?i)risposta d|response|reply|recensi|reviewed in|tradott[oa] |translated by|traduzione a|[(]original|verified|verificato|trovat[oa]|found this'") }}
            then {{ replace_pattern(replace_pattern(replace_pattern(text, reply, ' . '), translated, ' . '), furniture, ' . ') }}
        else {{ text }}
    end
{%- endmacro %}


{#- A token as dictionaries know it: in lower case, without accents unless it is one or two letters
    long, where they tell words apart (è and e, né and ne), and with the point of a decimal. -#}
{% macro folded(token) -%}
    case
        when length({{ token }}) <= 2 then lower({{ token }})
        when bit_length({{ token }}) = 8 * length({{ token }})
            then replace(lower({{ token }}), ',', '.')
        else {{ unaccented('lower(' ~ token ~ ')') }}
    end
{%- endmacro %}


{#- A text in lower case without its accents. -#}
{% macro unaccented(text) -%}
    translate(
        {{ text }}, 'àáâãäåèéêëìíîïòóôõöøùúûüçñ', 'aaaaaaeeeeiiiioooooouuuucn'
    )
{%- endmacro %}


{#- A word with each row of equal letters written once: "bellissimo", "bellissssimo" and "belissimo" come
    to the same. Whole rows of up to eight. -#}
{% macro squeezed(word) -%}
    {%- if target.name == 'lint' -%} {{ word }}
    {%- else -%}
    {%- set squeezed = namespace(sql=word) -%}
    {%- for letter in 'abcdefghijklmnopqrstuvwxyz' -%}
        {%- set squeezed.sql = replace_pattern(squeezed.sql, letter ~ letter ~ '+', letter) -%}
    {%- endfor -%}
    case
        when {{ matches(word, "'" ~ doubled_letters() ~ "'") }} then {{ squeezed.sql }}
        else {{ word }}
    end
    {%- endif -%}
{%- endmacro %}


{#- A word with vowels that are drawn out, three or more, written once. -#}
{% macro shortened_vowels(word) -%}
    {%- set shortened = namespace(sql=word) -%}
    {%- for vowel in 'aeiou' -%}
        {%- set shortened.sql = replace_pattern(shortened.sql, vowel * 3 ~ '+', vowel) -%}
    {%- endfor -%}
    {{ shortened.sql }}
{%- endmacro %}


{#- Pattern of a letter that is followed by itself, so many times in all. -#}
{% macro doubled_letters(times=2) -%}
    {%- for letter in 'abcdefghijklmnopqrstuvwxyz' -%}
        {{ letter * times }}{{ '|' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{#- A sentiment in [-1, 1] from points for and against: what speaks for less what speaks against, as
    a share of all that speaks and of `ground` points that speak for nothing, so that a single mild
    word decides little. 0 where nothing speaks. -#}
{% macro sentiment_of_points(positive, negative, ground) -%}
    cast(round(
        cast({{ positive }} - {{ negative }} as double)
        / cast({{ positive }} + {{ negative }} + {{ ground }} as double),
        4
    ) as decimal(5, 4))
{%- endmacro %}


{#- A part of a whole, or a sum by its count, to four decimals; null where there is none. -#}
{% macro share_of(part, whole) -%}
    case
        when {{ whole }} > 0
            then cast(
                round(cast({{ part }} as double) / cast({{ whole }} as double), 4)
                as decimal(9, 4)
            )
    end
{%- endmacro %}


{#- Key of a review's text, a number: its title, its body and the language its platform names. Reviews that
    say the same in the same words have one, and are read once. -#}
{% macro review_text_id() -%}
    {{ fingerprint(['title', 'body', 'language'], digits=15) }}
{%- endmacro %}


{#- The aspect of a term of the lists: what was paid, and the price as a yardstick, is about the price. -#}
{% macro published_aspect(aspect) -%}
    case when {{ aspect }} in ('payment', 'yardstick') then 'price' else {{ aspect }} end
{%- endmacro %}
