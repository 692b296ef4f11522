{#- Bound of the 95 % confidence interval of a share by Wilson's score, to six decimals; null where there
    was no trial. `sign` is - for the lower bound and + for the upper one; the others are SQL. -#}
{% macro wilson_bound(successes, trials, sign) -%}
    {%- set z = 1.959963984540054 -%}
    {%- set n = 'cast(' ~ trials ~ ' as double)' -%}
    {%- set k = 'cast(' ~ successes ~ ' as double)' -%}
    case
        when {{ trials }} > 0
            then round(
                (
                    {{ k }} + {{ z * z / 2 }}
                    {{ sign }} {{ z }} * sqrt(
                        {{ k }} * ({{ n }} - {{ k }}) / {{ n }} + {{ z * z / 4 }}
                    )
                ) / ({{ n }} + {{ z * z }}),
                6
            ) + 0.0
    end
{%- endmacro %}
