{#- Easter Sunday of a year from 1900 to 2099, after Gauss. -#}
{% macro easter_sunday(year) -%}
    {%- set moon = '((19 * (' ~ year ~ ' % 19) + 24) % 30)' -%}
    {%- set sunday -%}
        ((2 * ({{ year }} % 4) + 4 * ({{ year }} % 7) + 6 * {{ moon }} + 5) % 7)
    {%- endset -%}
    {%- set days_after_22_march -%}
        {{ moon }} + {{ sunday }} - case
            when {{ moon }} = 29 and {{ sunday }} = 6 then 7
            when {{ moon }} = 28 and {{ sunday }} = 6 and {{ year }} % 19 > 10 then 7
            else 0
        end
    {%- endset -%}
    {{ add_days('make_date(' ~ year ~ ', 3, 22)', days_after_22_march) }}
{%- endmacro %}
