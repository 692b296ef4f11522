"""How far personas found by rules are those persons truly have: `python benchmarks/personas.py`.

Reads a data directory that is built already (`--data-dir`), and the hidden truth of the generated
world beside it (`--truth-of`, if that lies elsewhere). The world's personas are causes (how
somebody chooses channels and decides), the warehouse's are rules about what was seen, and neither
has a name for each of the other's: so no share of right answers is given, but what each found
persona is made of, and how many times as often as by chance it holds each true one.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

from benchmarks.identity import JUDGED, connect
from viaggio.publishing.answers import text_table
from viaggio.workspace.paths import DataDir

# Each person found, with the true person most of its identifiers belong to.
MATCHED = """
    create or replace temp table matched as
    with votes as (
        select person_id, person, count(*) as identifiers
        from judged
        where is_seen and person not like 'nobody%'
        group by person_id, person
    ),
    true_persons as (
        select person_id, person
        from votes
        qualify row_number() over (
            partition by person_id order by identifiers desc, person
        ) = 1
    )
    select
        persons.persona as found_persona,
        truth_person.persona as true_persona,
        persons.is_customer
    from true_persons
    inner join warehouse.marts.dim_persons as persons using (person_id)
    inner join '{truth}' as truth_person on truth_person.person::varchar = true_persons.person
    where persons.persona is not null
"""

COUNTED = """
    with counted as (
        select found_persona, true_persona, count(*) as persons
        from matched
        where {where}
        group by found_persona, true_persona
    ),
    shares as (
        select
            *,
            persons / sum(persons) over (partition by found_persona) as share,
            sum(persons) over (partition by true_persona) / sum(persons) over () as by_chance
        from counted
    )
    select
        found_persona as found,
        sum(persons)::bigint as persons,
        string_agg(
            true_persona || ' ' || round(100 * share)::int || ' % (x' || round(share / by_chance, 1)
            || ')',
            ', ' order by share desc, true_persona
        ) as "truly, and times chance"
    from shares
    group by found_persona
    order by persons desc, found
"""


def confusion(connection: duckdb.DuckDBPyConnection, truth: Path, where: str) -> str:
    """What each found persona is made of, as a table in text."""
    connection.execute(JUDGED)
    connection.execute(MATCHED.format(truth=truth))
    relation = connection.sql(COUNTED.format(where=where))
    return text_table(relation.columns, relation.fetchall())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--truth-of", type=Path, help="data directory with the truth")
    arguments = parser.parse_args()
    data_dir = DataDir(arguments.data_dir)
    truth_of = DataDir(arguments.truth_of or arguments.data_dir)
    with connect(data_dir.warehouse, truth_of) as connection:
        for title, where in (("Customers", "is_customer"), ("Others", "not is_customer")):
            print(title)
            print(confusion(connection, truth_of.truth / "person.parquet", where))
            print()


if __name__ == "__main__":
    main()
