{#- dbt-spark writes the values of a seed between single quotes as they are; this one
    escapes quotes and backslashes in them, and leaves empty cells null. DuckDB loads seeds as its
    adapter does. -#}
{% macro spark__load_csv_rows(model, agate_table) -%}
    {%- set types = model.config.get('column_types', {}) -%}
    {%- set statements = [] -%}
    {%- for chunk in agate_table.rows | batch(get_batch_size()) -%}
        {%- set bindings = [] -%}
        {%- set rows = [] -%}
        {%- for row in chunk -%}
            {%- set values = [] -%}
            {%- for column in agate_table.column_names -%}
                {%- set value = row[loop.index0] -%}
                {%- set type = types.get(column, adapter.convert_type(agate_table, loop.index0)) -%}
                {%- if value is none -%}
                    {%- do values.append('cast(null as ' ~ type ~ ')') -%}
                {%- else -%}
                    {%- do values.append('cast(' ~ get_binding_char() ~ ' as ' ~ type ~ ')') -%}
                    {%- do bindings.append(
                        value.replace('\\', '\\\\').replace("'", "\\'") if value is string else value
                    ) -%}
                {%- endif -%}
            {%- endfor -%}
            {%- do rows.append('(' ~ values | join(', ') ~ ')') -%}
        {%- endfor -%}
        {%- set sql = 'insert into ' ~ this.render() ~ ' values ' ~ rows | join(', ') -%}
        {%- do adapter.add_query(sql, bindings=bindings, abridge_sql_log=True) -%}
        {%- if loop.index0 == 0 -%}
            {%- do statements.append(sql) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(statements[0]) }}
{%- endmacro %}
