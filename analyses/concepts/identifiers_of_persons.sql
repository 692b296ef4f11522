select
    identifier_type,
    count(*) as identifiers,
    count(distinct person_id) as persons,
    mode(evidence) as main_evidence
from {{ ref('dim_person_identifiers') }}
group by identifier_type
order by identifiers desc, identifier_type asc
