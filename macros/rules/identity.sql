{#- Type of the identifier a GA4 user_id is: the shop's customer, unless the site counts otherwise. -#}
{% macro login_identifier_type() -%}
    {{ 'customer' if var('user_id_is_customer_id') else 'user' }}
{%- endmacro %}


{#- Type of the identifier that this GA4 user_id is: a site that takes e-mail addresses for user ids names
    an address, of which staging keeps the salted hash. -#}
{% macro identifier_type_of_login(user_id) -%}
    case
        when {{ matches(user_id, "'^[0-9a-f]{64}$'") }} then 'email'
        else '{{ login_identifier_type() }}'
    end
{%- endmacro %}


{#- Key of the identifier a GA4 user_id is. -#}
{% macro login_identifier_id(user_id) -%}
    md5({{ identifier_type_of_login(user_id) }} || '|' || {{ user_id }})
{%- endmacro %}


{#- Condition that an identifier of this type is an account: something that is opened for one person. -#}
{% macro is_account_type(identifier_type) -%}
    {{ identifier_type }} in ('contact', 'customer', 'loyalty_card', 'user')
{%- endmacro %}


{#- Query of the identifiers that records name, with their type and the first and last time. -#}
{% macro witnessed_identifiers() -%}
    select
        identifier_id,
        min(identifier_type) as identifier_type,
        min(first_at) as first_at,
        max(last_at) as last_at
    from (
        select
            identifier_id,
            identifier_type,
            first_at,
            last_at
        from {{ ref('int_identity__evidence') }}
        union all
        select
            other_identifier_id as identifier_id,
            other_identifier_type as identifier_type,
            first_at,
            last_at
        from {{ ref('int_identity__evidence') }}
    ) as sides
    group by identifier_id
{%- endmacro %}


{#- Query of the identifiers whose sums in a model are not those of today's contacts and records, or that are
    no more, with what the records say. The sum of the marks stands for all contacts, so that only narrow
    columns are read. -#}
{% macro outdated_identifiers(relation) -%}
    with

    marks as (

        select
            identifier_id,
            additive_fingerprint,
            _loaded_at
        from {{ ref('int_identifier_days__summarised') }}
        union all
        select
            identifier_id,
            additive_fingerprint,
            _loaded_at
        from {{ ref('int_touchpoints__fingerprinted') }}
        where not is_by_day

    ),

    contacted as (

        select
            identifier_id,
            cast(sum(additive_fingerprint) as bigint) as additive_fingerprint,
            max(_loaded_at) as _loaded_at
        from marks
        group by identifier_id

    ),

    witnessed as (

        {{ witnessed_identifiers() }}

    ),

    identifiers as (

        select
            coalesce(witnessed.identifier_id, contacted.identifier_id) as identifier_id,
            coalesce(witnessed.identifier_type, typed.identifier_type) as identifier_type,
            witnessed.identifier_id is not null as has_evidence,
            witnessed.first_at,
            witnessed.last_at,
            coalesce(contacted.additive_fingerprint, 0) as additive_fingerprint,
            contacted._loaded_at
        from witnessed
        full outer join contacted
            on witnessed.identifier_id = contacted.identifier_id
        left join {{ ref('int_identifiers__typed') }} as typed
            on contacted.identifier_id = typed.identifier_id

    )

    select
        coalesce(identifiers.identifier_id, stored.identifier_id) as identifier_id,
        identifiers.identifier_type,
        identifiers.has_evidence,
        identifiers.first_at,
        identifiers.last_at
    from identifiers
    full outer join {{ relation }} as stored
        on identifiers.identifier_id = stored.identifier_id
    where
        identifiers.identifier_id is null
        or stored.identifier_id is null
        or stored.additive_fingerprint <> identifiers.additive_fingerprint
        or stored._loaded_at is distinct from identifiers._loaded_at
        or stored.has_evidence <> identifiers.has_evidence
        or stored.identifier_type
        is distinct from coalesce(identifiers.identifier_type, stored.identifier_type)
        or stored.first_seen_at
        is distinct from least(stored.first_touchpoint_at, identifiers.first_at)
        or stored.last_seen_at
        is distinct from greatest(stored.last_touchpoint_at, identifiers.last_at)
{%- endmacro %}
