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


{#- Standard errors on either side of an estimate that make its 95 % interval. -#}
{% macro interval_width() -%} 1.959964e0 {%- endmacro %}
