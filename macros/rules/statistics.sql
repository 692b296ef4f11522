{#- Lower bound of the 95 % interval of a share: see wilson_bound. -#}
{% macro wilson_low(successes, trials) -%}
    {{ wilson_bound(successes, trials, '-') }}
{%- endmacro %}


{#- Upper bound of the 95 % interval of a share: see wilson_bound. -#}
{% macro wilson_high(successes, trials) -%}
    {{ wilson_bound(successes, trials, '+') }}
{%- endmacro %}


{#- Bound of the 95 % interval of the difference of two independent shares, the first less the
    second, after Newcombe (from the two intervals by Wilson), to four decimals; null where either
    has no trials. Counts may be fractions, as effective numbers of weighted samples are. -#}
{% macro newcombe_bound(successes_1, trials_1, successes_0, trials_0, sign) -%}
    {%- set other_sign = '+' if sign == '-' else '-' -%}
    {%- set share_1 = '(cast(' ~ successes_1 ~ ' as double) / cast(' ~ trials_1 ~ ' as double))' -%}
    {%- set share_0 = '(cast(' ~ successes_0 ~ ' as double) / cast(' ~ trials_0 ~ ' as double))' -%}
    {%- set reach_1 = '(' ~ share_1 ~ ' - ' ~ wilson_bound(successes_1, trials_1, sign) ~ ')' -%}
    {%- set reach_0 = '(' ~ share_0 ~ ' - '
        ~ wilson_bound(successes_0, trials_0, other_sign) ~ ')' -%}
    {%- set bound -%}
        ({{ share_1 }} - {{ share_0 }} {{ sign }} sqrt(
            {{ reach_1 }} * {{ reach_1 }} + {{ reach_0 }} * {{ reach_0 }}
        ))
    {%- endset -%}
    case
        when {{ trials_1 }} > 0 and {{ trials_0 }} > 0 then {{ ratio(bound, '1') }}
    end
{%- endmacro %}


{#- Lower bound of the 95 % interval of a difference of shares: see newcombe_bound. -#}
{% macro newcombe_low(successes_1, trials_1, successes_0, trials_0) -%}
    {{ newcombe_bound(successes_1, trials_1, successes_0, trials_0, '-') }}
{%- endmacro %}


{#- Upper bound of the 95 % interval of a difference of shares: see newcombe_bound. -#}
{% macro newcombe_high(successes_1, trials_1, successes_0, trials_0) -%}
    {{ newcombe_bound(successes_1, trials_1, successes_0, trials_0, '+') }}
{%- endmacro %}
