{#- Standard errors on either side of an estimate that make its 95 % interval. -#}
{% macro interval_width() -%}
    {{ return(1.959963984540054) }}
{%- endmacro %}


{#- Bound of the 95 % confidence interval of a share by Wilson's score, to six decimals; null where
    there was no trial, or more successes than trials, as of counts that sources make up. `sign` is - for the lower bound and + for the upper one; the others are SQL. -#}
{% macro wilson_bound(successes, trials, sign) -%}
    {%- set z = interval_width() -%}
    {%- set n = 'cast(' ~ trials ~ ' as double)' -%}
    {%- set k = 'cast(' ~ successes ~ ' as double)' -%}
    case
        when {{ trials }} > 0 and {{ successes }} between 0 and {{ trials }}
            then round(
                (
                    {{ k }} + {{ z * z / 2 }}
                    {{ sign }} {{ z }} * sqrt(greatest(
                        {{ k }} * ({{ n }} - {{ k }}) / {{ n }} + {{ z * z / 4 }}, 0
                    ))
                ) / ({{ n }} + {{ z * z }}),
                6
            ) + 0.0
    end
{%- endmacro %}


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


{#- Probability that chance alone takes a standard normal figure as far from 0 as `z`, either way.
    By a rational polynomial for the complementary error function, right to 1.2e-7 of its value. -#}
{% macro two_sided_p_value(z) -%}
    {%- set x = "(abs(" ~ z ~ ") * 0.7071067811865476)" -%}
    {%- set t = "(1.0e0 / (1.0e0 + 0.5e0 * " ~ x ~ "))" -%}
    {%- set coefficients = [
        "-1.26551223e0", "1.00002368e0", "0.37409196e0", "0.09678418e0", "-0.18628806e0",
        "0.27886807e0", "-1.13520398e0", "1.48851587e0", "-0.82215223e0", "0.17087277e0",
    ] -%}
    {%- set polynomial = namespace(sql=coefficients[-1]) -%}
    {%- for coefficient in coefficients[:-1] | reverse -%}
        {%- set polynomial.sql = "(" ~ coefficient ~ " + " ~ t ~ " * " ~ polynomial.sql ~ ")" -%}
    {%- endfor -%}
    least(1.0e0, round({{ t }} * exp(-{{ x }} * {{ x }} + {{ polynomial.sql }}), 12))
{%- endmacro %}
